// The outbox: what the host is handed, when it is handed it again, and what is logged of it. §4 of the reference. Handlers are
// called by the real clock, whatever the book's says.

import { codeOf } from "./opening.mjs";

/** A book with a contact to write to. */
async function withContact(open) {
  const book = await open();
  const { contact: { id } } = await book.contacts.create({ name: "Bruno", email: "bruno@example.com" });
  const write = async (...texts) => {
    for (const text of texts) await book.contacts.message(id, { text });
  };
  return { book, id, write };
}

/** Delivers until nothing waits any more. Gives what was told: [text, milliseconds since the start, item] for each call. */
async function delivered(book, handler, options) {
  const calls = [];
  const begun = performance.now();
  const stop = book.outbox.deliver(async (item, context) => {
    calls.push([item.payload.text, performance.now() - begun, item]);
    return handler(item, context);
  }, options);
  for (const deadline = begun + 20_000; (await book.diagnostics()).outboxWaiting > 0 && performance.now() < deadline;) await rest(20);
  stop();
  return calls;
}

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const results = async (book) => (await book.outbox.list()).items.map(({ payload, status, attempts, error }) => [payload.text, status, attempts, error ?? null]);
const logged = async (book, id) => (await book.history(id, { kinds: ["delivery.sent", "delivery.failed"], order: "oldest" })).items.map(({ kind, data }) => [kind, data.ref ?? data.error ?? null]);

export const scenarios = [
  {
    name: "§4 Delivery: each waiting item is handed over once, oldest first; what became of it is logged",
    async act(stagebook, { open }) {
      const { book, id, write } = await withContact(open);
      await write("one", "two", "three");
      const told = [];
      book.on("outbox", ({ item }) => told.push([item.payload.text, item.status]));
      const waiting = (await book.outbox.list({ status: "waiting" })).items;
      const calls = await delivered(book, async ({ payload: { text } }) => ({ one: { ref: "m-1" }, two: { failed: "no such mailbox" } })[text]);
      const again = await delivered(book, async () => {});
      const { outboxWaiting } = await book.diagnostics();
      const lists = [];
      for (const status of ["waiting", "sent", "failed"]) lists.push((await book.outbox.list({ status })).items.map(({ payload }) => payload.text).join());
      const found = { calls: calls.map(([text]) => text), same: JSON.stringify(calls.map(([, , item]) => item)) === JSON.stringify(waiting), again: again.length, results: await results(book), log: await logged(book, id), told, outboxWaiting, lists };
      await book.close();
      return found;
    },
    expected: {
      calls: ["one", "two", "three"], same: true, again: 0, results: [["one", "sent", 1, null], ["two", "failed", 1, "no such mailbox"], ["three", "sent", 1, null]],
      log: [["delivery.sent", "m-1"], ["delivery.failed", "no such mailbox"], ["delivery.sent", null]], told: [["one", "sent"], ["two", "failed"], ["three", "sent"]],
      outboxWaiting: 0, lists: ["", "one,three", "two"],
    },
  },
  {
    name: "§4 Delivery: a handler that throws is tried again, after half a second at the earliest; retryAfterMs postpones; others go on",
    async act(stagebook, { open }) {
      const { book, id, write } = await withContact(open);
      await write("busy", "postponed", "fine");
      const thrown = new Set();
      const calls = await delivered(book, async ({ payload: { text } }) => {
        if (text === "fine" || thrown.has(text)) return;
        thrown.add(text);
        throw Object.assign(new Error("try later"), text === "postponed" && { retryAfterMs: 1_500 });
      });
      const at = (text) => calls.filter(([one]) => one === text).map(([, when]) => when);
      const wait = (text) => at(text)[1] - at(text)[0];
      const attempts = calls.map(([text, , item]) => [text, item.attempts]);
      const found = { attempts, busy: [wait("busy") >= 490, wait("busy") < 1_500], postponed: wait("postponed") >= 1_490, results: await results(book), log: (await logged(book, id)).length };
      await book.close();
      return found;
    },
    expected: {
      attempts: [["busy", 0], ["postponed", 0], ["fine", 0], ["busy", 1], ["postponed", 1]], busy: [true, true], postponed: true,
      results: [["busy", "sent", 2, null], ["postponed", "sent", 2, null], ["fine", "sent", 1, null]], log: 3,
    },
  },
  {
    name: "§4 Delivery: after maxAttempts an item has failed, with what was thrown last",
    async act(stagebook, { open }) {
      const { book, id, write } = await withContact(open);
      await write("never", "once");
      let nth = 0;
      const calls = await delivered(book, async ({ payload: { text } }) => { if (text === "never") throw new Error(`refused ${(nth += 1)}`); }, { maxAttempts: 2 });
      const found = { calls: calls.map(([text]) => text), results: await results(book), log: await logged(book, id) };
      await book.close();
      return found;
    },
    expected: {
      calls: ["never", "once", "never"], results: [["never", "failed", 2, "refused 2"], ["once", "sent", 1, null]], log: [["delivery.sent", null], ["delivery.failed", "refused 2"]],
    },
  },
  {
    name: "§4 Delivery: the stopper aborts the handler's signal, and the item waits for the next who delivers",
    async act(stagebook, { open }) {
      const { book, id, write } = await withContact(open);
      await write("stopped", "after");
      let started;
      const running = new Promise((done) => { started = done; });
      const handed = [];
      let reason;
      const stop = book.outbox.deliver((item, { signal }) => new Promise((_, fail) => {
        handed.push(item.payload.text);
        signal.addEventListener("abort", () => fail((reason = signal.reason)));
        started(signal);
      }));
      const signal = await running;
      const before = signal.aborted;
      stop();
      stop();
      await rest(50);
      const waiting = (await book.outbox.list({ status: "waiting" })).items.map(({ payload, attempts }) => [payload.text, attempts]);
      const calls = await delivered(book, async () => {});
      const found = { handed, aborted: [before, signal.aborted, reason instanceof Error], waiting, calls: calls.map(([text]) => text), log: (await logged(book, id)).map(([kind]) => kind) };
      await book.close();
      return found;
    },
    expected: { handed: ["stopped"], aborted: [false, true, true], waiting: [["stopped", 0], ["after", 0]], calls: ["stopped", "after"], log: ["delivery.sent", "delivery.sent"] },
  },
  {
    name: "§4 Delivery: whatever a handler that did not throw answers, its item does not go out again",
    async act(stagebook, { open }) {
      const { book, write } = await withContact(open);
      const answers = { nothing: undefined, null: null, text: "sent", number: { ref: 42 }, long: { ref: "r".repeat(20_000) }, unfailed: { failed: undefined }, empty: { failed: "" }, verbose: { failed: "x".repeat(20_000) }, torn: { failed: "\ud800" } };
      await write(...Object.keys(answers));
      const calls = await delivered(book, async ({ payload: { text } }) => answers[text]);
      const found = { calls: calls.length, results: (await results(book)).map(([text, status, attempts, error]) => [text, status, attempts, error?.length ?? null]) };
      await book.close();
      return found;
    },
    expected: {
      calls: 9,
      results: [
        ["nothing", "sent", 1, null], ["null", "sent", 1, null], ["text", "sent", 1, null], ["number", "sent", 1, null], ["long", "sent", 1, null], ["unfailed", "sent", 1, null],
        ["empty", "failed", 1, 6], ["verbose", "failed", 1, 10_000], ["torn", "failed", 1, 1],
      ],
    },
  },
  {
    name: "§4 Delivery: a message may be written while others are delivered, and a host may settle by itself",
    async act(stagebook, { open }) {
      const { book, id, write } = await withContact(open);
      await write("first");
      const handed = [];
      const stop = book.outbox.deliver(async ({ payload: { text } }) => { handed.push(text); });
      await rest(100);
      await write("second");
      await rest(100);
      stop();
      await write("third");
      const { items: [item] } = await book.outbox.list({ status: "waiting" });
      const wrong = [await codeOf(book.outbox.settle("nothing", { status: "sent" })), await codeOf(book.outbox.settle(item.id, { status: "failed" })), await codeOf(book.outbox.settle(item.id, { status: "lost" }))];
      const settled = await book.outbox.settle(item.id, { status: "sent", ref: "by hand" });
      const found = { handed, wrong, settled: settled.status, log: await logged(book, id) };
      await book.close();
      return found;
    },
    expected: {
      handed: ["first", "second"], wrong: [["not-found"], ["invalid", "error required"], ["invalid", "status not-allowed"]], settled: "sent",
      log: [["delivery.sent", null], ["delivery.sent", null], ["delivery.sent", "by hand"]],
    },
  },
];
