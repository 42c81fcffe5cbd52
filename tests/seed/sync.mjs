// Devices and a server: what one did the other has, and what did not fit together is told. The first device's book is in the
// store that is tried, the others' are in memory: one browser profile has one database of a name.

/** A server as a host would write one in an afternoon: it keeps batches as they come and hands them on. */
function toyServer() {
  const batches = [];
  const calls = { push: 0, pull: 0 };
  const held = (replica) => batches.filter((batch) => batch.replica === replica).reduce((end, { from, lines }) => Math.max(end, from + lines.length), 0);
  return {
    calls,
    hooks: {
      async push(batch) {
        calls.push += 1;
        if (batch.from > held(batch.replica)) return { accepted: 0, expected: held(batch.replica) };
        if (batch.from === held(batch.replica)) batches.push(batch);
        return { accepted: batch.lines.length };
      },
      async pull(cursor) {
        calls.pull += 1;
        return { batches: batches.slice(Number(cursor ?? 0)), cursor: String(batches.length), more: false, server: { id: "toy", replica: "5e7e5e7e-0000-4000-8000-000000000000" } };
      },
    },
  };
}

/** All devices have one clock: a day ahead of the others nobody would be heard. */
const clock = () => Date.parse("2026-03-09T22:30:00Z");

const elsewhere = (stagebook, book, actor) =>
  stagebook.openBook({ name: book.name, definitions: book.workflow.definitions(), actor, store: "memory", locale: "en", timeZone: book.timeZone, clock });

const kinds = async (book, id) => (await book.history(id, { order: "oldest" })).items.map(({ kind, by }) => `${kind} ${by}`);
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function until(test) {
  for (const deadline = performance.now() + 20_000; !await test() && performance.now() < deadline;) await rest(20);
}

async function two(stagebook, open) {
  const anna = await open({ clock });
  const bruno = await elsewhere(stagebook, anna, { id: "bruno", name: "Bruno" });
  await anna.contacts.create({ id: "c-1", name: "Carla", email: "carla@example.com" });
  const done = async () => {
    await bruno.close();
    await anna.close();
  };
  return { anna, bruno, done, server: toyServer() };
}

export const scenarios = [
  {
    name: "Sync: after a round with a server each device has what the other did, once; what the server holds counts as synced",
    async act(stagebook, { open }) {
      const { anna, bruno, done, server: { hooks } } = await two(stagebook, open);
      const before = anna.sync.status().waiting > 0;
      await anna.sync.now(hooks);
      const told = [];
      bruno.on("change", ({ contactIds, source }) => told.push(`${source} ${contactIds}`));
      await bruno.sync.now(hooks);
      await bruno.contacts.comment("c-1", { text: "Ciao" });
      const unsynced = (await bruno.history("c-1")).items.filter(({ synced }) => !synced).length;
      await bruno.sync.now(hooks);
      await anna.sync.now(hooks);
      await anna.sync.now(hooks);
      const { waiting, conflicts } = anna.sync.status();
      const same = JSON.stringify(await kinds(anna, "c-1")) === JSON.stringify(await kinds(bruno, "c-1"));
      const { replica, entries } = await anna.diagnostics();
      const acknowledged = (await anna.audit.verify()).replicas.find((one) => one.replica === replica).acknowledged > 0 && entries > 0;
      const found = { before, told: told[0], unsynced, waiting, conflicts, same, acknowledged, kinds: (await kinds(anna, "c-1")).at(-1), synced: (await anna.history("c-1")).items.every(({ synced }) => synced) };
      await done();
      return found;
    },
    expected: { before: true, told: "sync c-1", unsynced: 1, waiting: 0, conflicts: 0, same: true, acknowledged: true, kinds: "contact.commented bruno", synced: true },
  },
  {
    name: "Sync: of two moves out of one stage the first counts; the other is kept, marked, and told as a conflict",
    async act(stagebook, { open }) {
      const { anna, bruno, done, server: { hooks } } = await two(stagebook, open);
      const ready = { activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }] };
      await anna.contacts.save("c-1", ready);
      await anna.sync.now(hooks);
      await bruno.sync.now(hooks);
      await anna.contacts.save("c-1", { transition: { to: "qualification" } });
      await bruno.contacts.save("c-1", { transition: { to: "qualification" } });
      await bruno.contacts.save("c-1", { transition: { to: "prospect" } });
      await anna.contacts.save("c-1", { transition: { to: "start" } });
      await anna.sync.now(hooks);
      const told = [];
      bruno.on("conflict", ({ conflict: { kind, contactId } }) => told.push(`${kind} ${contactId}`));
      await bruno.sync.now(hooks);
      await anna.sync.now(hooks);
      const stage = async (book) => (await book.contacts.get("c-1")).workflow.stage;
      const listed = await anna.sync.conflicts({ contactId: "c-1" });
      const [lost] = (await anna.workflow.log("c-1")).items.filter(({ supersededBy }) => supersededBy === listed[0]?.winner);
      const found = { same: await stage(anna) === await stage(bruno), told: [...new Set(told)], listed: listed.length > 0 && listed.length === bruno.sync.status().conflicts, worded: listed.every(({ message }) => message.endsWith(".")), marked: lost?.id === listed[0]?.loser };
      await done();
      return found;
    },
    expected: { same: true, told: ["transition c-1"], listed: true, worded: true, marked: true },
  },
  {
    name: "Sync: a contact deleted for good on one device is gone from the other, which keeps its tombstone",
    async act(stagebook, { open }) {
      const { anna, bruno, done, server: { hooks } } = await two(stagebook, open);
      await anna.sync.now(hooks);
      await bruno.sync.now(hooks);
      await bruno.contacts.erase("c-1", { confirm: "c-1", reason: "T-1" });
      await bruno.sync.now(hooks);
      await anna.sync.now(hooks);
      const [tombstone, ...more] = (await anna.history("c-1")).items;
      const lines = await new Response(anna.audit.export("jsonl")).text();
      const found = { gone: await anna.contacts.get("c-1") === undefined, tombstone: [tombstone.kind, tombstone.by, tombstone.data.reason], more: more.length, left: lines.includes("Carla"), ok: (await anna.audit.verify()).ok };
      await done();
      return found;
    },
    expected: { gone: true, tombstone: ["contact.erased", "bruno", "T-1"], more: 0, left: false, ok: true },
  },
  {
    name: "Sync: once started it keeps up by itself; a hook that throws is tried again, one that says no retry is not",
    async act(stagebook, { open }) {
      const { anna, bruno, done, server } = await two(stagebook, open);
      const states = [];
      bruno.on("sync", ({ status: { state, error } }) => states.push(error ? `${state} ${error.code}` : state));
      let failures = 1;
      const flaky = { ...server.hooks, pull: async (...given) => {
        if (failures-- > 0) throw Object.assign(new Error("not now"), { code: "ECONNRESET" });
        return server.hooks.pull(...given);
      } };
      const stop = [anna.sync.start(server.hooks), bruno.sync.start(flaky, { intervalMs: 50 })];
      await until(async () => await bruno.contacts.get("c-1"));
      await bruno.contacts.comment("c-1", { text: "kept up" });
      await until(() => bruno.sync.status().waiting === 0);
      stop.forEach((end) => end());
      await anna.sync.now(server.hooks);
      const last = (await kinds(anna, "c-1")).at(-1);
      const broken = { ...server.hooks, pull: async () => { throw Object.assign(new Error("never"), { retry: false, code: "forbidden" }); } };
      const end = anna.sync.start(broken, { intervalMs: 10 });
      await until(() => anna.sync.status().state === "error");
      const { error } = anna.sync.status();
      end();
      const rejects = await anna.sync.now(broken).catch(({ code }) => code);
      const found = { first: states.slice(0, 3), last, error, stopped: anna.sync.status().state, rejects };
      await done();
      return found;
    },
    expected: {
      first: ["idle", "syncing", "error ECONNRESET"], last: "contact.commented bruno", error: { code: "forbidden", message: "never" }, stopped: "stopped", rejects: "forbidden",
    },
  },
  {
    name: "Sync: batches can be carried by hand; one that was tampered with is refused whole",
    async act(stagebook, { open }) {
      const { anna, bruno, done } = await two(stagebook, open);
      const { batches, cursor, more } = await anna.sync.changes(null, 500);
      const spoilt = structuredClone(batches[0]);
      spoilt.lines[spoilt.lines.length - 1] = spoilt.lines.at(-1).replace("Carla", "Karla").replace("start", "stare");
      const refusals = [];
      for (const batch of [spoilt, { ...batches[0], book: "other" }, { ...batches[0], from: 1 }, { nothing: true }]) {
        refusals.push(await bruno.sync.apply(batch).catch(({ code }) => code));
      }
      const untouched = (await bruno.contacts.list()).items.length;
      const applied = await bruno.sync.apply(batches[0]);
      const again = await bruno.sync.apply(batches[0]);
      const rest = await anna.sync.changes(cursor);
      const found = { more, refusals, untouched, all: applied.applied === batches[0].lines.length, again: [again.applied, again.duplicates === applied.applied], rest: rest.batches.length };
      await done();
      return found;
    },
    expected: { more: false, refusals: ["batch", "batch", "batch", "batch"], untouched: 0, all: true, again: [0, true], rest: 0 },
  },
  {
    name: "Audit: a whole export brought into an empty book gives the same state and the same roots; brought in twice it changes nothing",
    async act(stagebook, { open }) {
      const { anna, bruno, done } = await two(stagebook, open);
      await anna.contacts.create({ id: "c-2", name: "Dario" });
      await anna.contacts.erase("c-2", { confirm: "c-2" });
      const first = await bruno.audit.import(anna.audit.export("jsonl"));
      const second = await bruno.audit.import((await new Response(anna.audit.export("jsonl")).text()).split("\n"));
      const roots = async (book) => (await book.audit.verify()).replicas.filter(({ size }) => size > 0).map(({ replica, root, ok }) => `${replica} ${root} ${ok}`).join();
      const contact = async (book) => JSON.stringify({ ...await book.contacts.get("c-1"), version: 0 });
      const cut = (await new Response(anna.audit.export("jsonl")).text()).split("\n").slice(1);
      const third = await stagebook.openBook({ name: anna.name, definitions: anna.workflow.definitions(), actor: { id: "x" }, store: "memory" });
      const found = { new: first.entries > 0 && first.duplicates === 0, again: [second.entries, second.duplicates === first.entries], roots: await roots(anna) === await roots(bruno), same: await contact(anna) === await contact(bruno), cut: await third.audit.import(cut).catch(({ code }) => code) };
      await third.close();
      await done();
      return found;
    },
    expected: { new: true, again: [0, true], roots: true, same: true, cut: "batch" },
  },
];
