// A client that lies: what is malformed is refused with its code and not stored; what is sound but not permitted has no effect on
// any device; and the server still answers.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { memoryStore, syncHandler } from "../../pkg/server-node.js";
import { authorize, device, serve } from "./kit.mjs";
import { data, Forger } from "./forger.mjs";

const DAY = 24 * 60 * 60 * 1000;
const stage = (id, more) => ({ id, ...more });
const sales = {
  id: "sales", version: 1, initial: "start",
  stages: [stage("start"), stage("won", { editRoles: ["manager"] }), stage("lost", { final: true })],
  transitions: [
    { id: "win", from: "start", to: "won", roles: ["manager"] },
    { id: "lose", from: "start", to: "lost" },
    { id: "reopen", from: "won", to: "start" },
  ],
  activityTypes: [],
  permissions: { erase: ["manager"], archive: ["manager"], importHistory: ["manager"] },
};

let store, handler, server, records, faults;
beforeEach(async () => {
  [store, records, faults] = [memoryStore(), [], []];
  handler = syncHandler({
    store, authorize, definitions: sales, log: (record) => records.push(record), onFault: (cause) => faults.push(cause),
    rateLimit: (request) => (request.headers.get("authorization") === "flood" ? 2_500 : undefined),
  });
  server = await serve(handler);
});
afterEach(() => server?.close());

const post = (body, who = "ada", headers = {}) =>
  fetch(`${server.url}/push`, { method: "POST", headers: { Authorization: who, ...headers }, body: typeof body === "object" && !(body instanceof Uint8Array) ? JSON.stringify(body) : body });
const answer = async (promise) => {
  const response = await promise;
  return { status: response.status, ...(await response.json()) };
};
const held = async () => (await store.read("crm", 1, 1_000)).lines;

/** Refused with the code, nothing stored, no fault of the server's. */
async function refused(promise, status, code) {
  const { length } = await held();
  const got = await answer(promise);
  assert.deepEqual([got.status, got.code], [status, code], got.message);
  assert.equal((await held()).length, length);
  assert.deepEqual(faults, []);
}

const forged = (change) => {
  const forger = new Forger();
  forger.add("contact.created", "c1", data.created("Bruno"));
  forger.add("contact.commented", "c1", data.commented("hello"));
  return change(forger) ?? forger.batch();
};

describe("what is malformed is refused with its code and not stored", () => {
  const malformed = {
    "no JSON": () => "{",
    "no batch": () => ({ lines: 3 }),
    "a batch for another book": () => { const forger = new Forger({ book: "other" }); forger.add("contact.created", "c1", data.created("x")); return forger.batch(); },
    "entries of another book": () => forged((forger) => { forger.add("contact.created", "c2", data.created("x"), { header: { book: "other" } }); }),
    "entries under another secret": () => { const forger = new Forger({ secret: "guess" }); forger.add("contact.created", "c1", data.created("x")); return forger.batch(); },
    "another body than its hash": () => forged((forger) => { const batch = forger.batch(); batch.lines[1] = batch.lines[1].replace("hello", "hullo"); return batch; }),
    "a broken link": () => forged((forger) => { forger.add("contact.commented", "c1", data.commented("x"), { header: { prev: `sha256:${"0".repeat(64)}` } }); }),
    "a gap within": () => forged((forger) => { const batch = forger.batch(); batch.lines.splice(0, 1); return batch; }),
    "another head": () => forged((forger) => ({ ...forger.batch(), checkpoint: forger.batch(0, 1).checkpoint })),
    "another version": () => forged((forger) => { forger.add("contact.commented", "c1", data.commented("x"), { header: { v: 2 } }); }),
    "a body that is not of its kind": () => forged((forger) => { forger.add("contact.commented", "c1", { text: 3 }); }),
    "a name that is not its contact's": () => forged((forger) => { forger.add("contact.commented", "c1", data.commented("x"), { header: { contact: forger.name("contact", "c2") } }); }),
    "a name that is not its actor's": () => forged((forger) => { forger.add("contact.commented", "c1", data.commented("x"), { by: "boss", header: { by: forger.name("actor", "ada") } }); }),
    "a line of two lines": () => forged((forger) => { const batch = forger.batch(); batch.lines[1] = batch.lines[1].replace("}}", "}}\n"); return batch; }),
    "a clock that is years ahead": () => forged((forger) => { forger.add("contact.commented", "c1", data.commented("x"), { at: Date.now() + 400 * DAY }); }),
    "JSON that is nested deep": () => `{"book":"crm","lines":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    "a body that is nested deep": () => forged((forger) => { forger.add("made.up", "c1", JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`)); }),
  };
  for (const [what, make] of Object.entries(malformed)) it(what, () => refused(post(make()), 400, "batch"));

  it("what is no text, or no gzip", async () => {
    await refused(post(Uint8Array.of(0xff, 0xfe, 0x7b)), 400, "invalid");
    await refused(post("not packed", "ada", { "Content-Encoding": "gzip" }), 400, "invalid");
    await refused(post("{}", "ada", { "Content-Encoding": "br" }), 415, "invalid");
  });

  it("another log under the same id is a fork", async () => {
    const forger = new Forger();
    forger.add("contact.created", "c1", data.created("Bruno"));
    assert.equal((await answer(post(forger.batch()))).accepted, 1);
    const twin = new Forger();
    twin.replica = forger.replica;
    twin.add("contact.created", "c1", data.created("Other"));
    twin.add("contact.commented", "c1", data.commented("x"));
    await refused(post(twin.batch(0, 1)), 409, "fork");
    await refused(post(twin.batch()), 409, "fork");
    await refused(post(twin.batch(1)), 409, "fork");
  });

  it("nobody goes on with the server's own log", async () => {
    const { replica } = await store.read("crm", 1, 1);
    const forger = new Forger();
    forger.replica = replica;
    forger.add("entry.voided", "c1", { entry: "x/1", reason: "late" });
    await refused(post(forger.batch()), 409, "fork");
  });
});

describe("who is not known, or asks too much", () => {
  it("is told so, before anything is read", async () => {
    await refused(post("{}", ""), 401, "forbidden");
    await refused(fetch(`${server.url}/pull`), 401, "forbidden");
    await refused(fetch(`${server.url}/drop`, { headers: { Authorization: "ada" } }), 404, "not-found");
    await refused(fetch(`${server.url}/push`, { headers: { Authorization: "ada" } }), 405, "invalid");
    await refused(fetch(`${server.url}/pull?limit=-1`, { headers: { Authorization: "ada" } }), 400, "invalid");
    const slow = await post("{}", "flood");
    assert.deepEqual([slow.status, slow.headers.get("Retry-After")], [429, "3"]);
  });

  it("may send a gigabyte: it is given up after the first part, packed or not, and the server answers on", { timeout: 60_000 }, async () => {
    const rss = process.memoryUsage().rss;
    const status = await new Promise((done) => {
      const { port } = new URL(server.url);
      const request = httpRequest({ port, host: "127.0.0.1", path: "/sync/push", method: "POST", headers: { Authorization: "ada" } });
      const chunk = Buffer.alloc(1 << 20, 32);
      let [sent, status] = [0, 0];
      request.on("response", (response) => { status = response.statusCode; response.resume(); response.on("close", () => done({ status, sent })); });
      request.on("error", () => done({ status, sent }));
      const more = () => { while (sent < 1 << 30 && !request.destroyed && status === 0) { sent += chunk.length; if (!request.write(chunk)) return void request.once("drain", more); } request.end(); };
      more();
    });
    assert.equal(status.status, 413);
    assert.ok(status.sent < 200 << 20, `given up after ${status.sent >> 20} MB`);
    const bomb = gzipSync(Buffer.alloc(1 << 28, 32));
    assert.ok(bomb.length < 1 << 20);
    await refused(post(bomb, "ada", { "Content-Encoding": "gzip" }), 413, "too-large");
    assert.ok(process.memoryUsage().rss - rss < 700 << 20, "and is never all in memory");
    assert.equal((await answer(post(forged(() => {})))).accepted, 2);
  });

  it("leaves a record of each request, without a personal datum", async () => {
    await post(forged(() => {}));
    await post("{", "ada");
    assert.deepEqual(records.map(({ at, ms, bytes, ...record }) => record), [
      { request: "push", status: 200, book: "crm", lines: 2, voided: 0 },
      { request: "push", status: 400, code: "batch", book: "crm" },
    ]);
    assert.ok(!/ada\b|Bruno|hello/.test(JSON.stringify(records)));
  });
});

describe("batches that come again, or too early", () => {
  it("change nothing, and name what is missing", async () => {
    const forger = new Forger();
    for (const text of ["a", "b", "c"]) forger.add("contact.commented", "c1", data.commented(text));
    assert.deepEqual(await answer(post(forger.batch(2))), { status: 200, accepted: 0, expected: 0, rejected: [] });
    for (let again = 0; again < 3; again += 1) assert.equal((await answer(post(forger.batch(0, 2)))).accepted, 2);
    assert.equal((await answer(post(forger.batch(1)))).accepted, 2);
    assert.equal((await answer(post(forger.batch(0, 1)))).accepted, 1);
    assert.deepEqual((await held()).map(({ seq }) => seq), [0, 1, 2]);
  });

  it("are stored once when they come at the same time", async () => {
    const batch = forged(() => {});
    const answers = await Promise.all(Array.from({ length: 8 }, () => answer(post(batch))));
    assert.ok(answers.every(({ accepted }) => accepted === 2));
    assert.equal((await held()).length, 2);
  });
});

describe("what is sound but not permitted has no effect on any device", () => {
  /** Ada's contact c1 in its first stage, as she and Bob have it. */
  let ada, bob, forger;
  beforeEach(async () => {
    [ada, bob] = [await device(server.url, "ada", { definitions: sales }), await device(server.url, "bob:manager", { definitions: sales })];
    await ada.book.contacts.create({ id: "c1", name: "Bruno" });
    await ada.sync();
    await bob.sync();
    forger = new Forger();
  });
  const stageOf = async ({ book }) => (await book.contacts.get("c1"))?.workflow.stage;

  /** Both devices say that the forger's last entry is void, for that reason, and stand where they stood. */
  async function voided(reason, { contact = "Bruno", stage = "start" } = {}) {
    const { rejected } = await answer(post(forger.batch(), "eve"));
    assert.deepEqual(rejected.at(-1), { seq: forger.lines.length - 1, reason });
    for (const one of [ada, bob]) {
      await one.sync();
      const { name, workflow, status } = await one.book.contacts.get("c1");
      assert.deepEqual([name, workflow.stage, status], [contact, stage, "active"]);
      const { items } = await one.book.history("c1");
      const found = items.find(({ id }) => id === `${forger.replica}/${forger.lines.length - 1}`);
      assert.deepEqual(found.voided, { by: "Server", reason });
      assert.equal((await one.book.audit.verify()).ok, true);
    }
  }

  const attempts = {
    "in another's name": ["forbidden", () => forger.add("contact.changed", "c1", { changes: [{ field: "name", new: "Hacked", old: "Bruno" }], untracked: {} }, { by: "ada" })],
    "a transition of a role that they claim": ["forbidden", () => forger.add("workflow.transitioned", "c1", data.moved("start", "won", "win", "sales"), { by: "eve" })],
    "a transition that no definition has": ["not-defined", () => forger.add("workflow.transitioned", "c1", data.moved("start", "won", "teleport", "sales"), { by: "eve" })],
    "a transition under another's name and id": ["not-defined", () => forger.add("workflow.transitioned", "c1", data.moved("start", "won", "lose", "sales"), { by: "eve" })],
    "a move of a workflow of their own": ["not-defined", () => forger.add("workflow.started", "c1", { ...data.started("won", "mine"), from: { label: "start", stage: "start", workflow: "sales" } }, { by: "eve" })],
    "the same workflow begun again elsewhere": ["not-defined", () => forger.add("workflow.started", "c1", { ...data.started("won", "sales"), from: { label: "start", stage: "start", workflow: "sales" } }, { by: "eve" })],
    "a migration out of a stage that is there": ["not-defined", () => forger.add("workflow.migrated", "c1", (({ from, to, version, workflow }) => ({ from, to, version, workflow }))(data.moved("start", "won", "win", "sales")), { by: "eve" })],
    "a move taken back that nobody made": ["not-defined", () => forger.add("workflow.reverted", "c1", { from: { label: "s", stage: "start" }, to: { label: "l", stage: "lost" }, reverts: "x/1", version: 1, workflow: "sales" }, { by: "eve" })],
    "a move that calls itself imported": ["forbidden", () => forger.add("workflow.transitioned", "c1", { ...data.moved("start", "won", null, "sales") }, { by: "boss", byKind: "import" })],
    "an archive": ["forbidden", () => forger.add("contact.archived", "c1", {}, { by: "eve" })],
    "an erasure": ["forbidden", () => forger.add("contact.erased", "c1", data.erased(), { by: "eve" })],
    "a void of their own": ["forbidden", () => forger.add("entry.voided", "c1", { entry: `${"a".repeat(36)}/0`, reason: "late" }, { by: "eve" })],
  };
  for (const [what, [reason, make]] of Object.entries(attempts)) it(what, async () => { make(); await voided(reason); });

  it("but what they may do counts, in the same batch", async () => {
    forger.add("contact.commented", "c1", data.commented("mine"), { by: "eve" });
    forger.add("contact.archived", "c1", {}, { by: "eve" });
    await voided("forbidden");
    const { items } = await ada.book.history("c1");
    assert.equal(items.find(({ kind }) => kind === "contact.commented").voided, undefined);
    await bob.book.contacts.archive("c1");
    await bob.sync();
    await ada.sync();
    assert.equal((await ada.book.contacts.get("c1")).status, "archived");
  });

  it("a stale device's move comes too late once somebody else has moved the contact", async () => {
    forger.add("workflow.transitioned", "c1", data.moved("start", "lost", "lose", "sales"), { by: "eve", at: Date.now() - 3 * DAY });
    await voided("late");
    // In time, an older move is put in its place and wins.
    const older = new Forger();
    await bob.book.workflow.transition("c1", { transition: "win" });
    await bob.sync();
    older.add("workflow.transitioned", "c1", data.moved("start", "lost", "lose", "sales"), { by: "eve", at: Date.now() - 1_000 });
    assert.deepEqual((await answer(post(older.batch(), "eve"))).rejected, []);
    await ada.sync();
  });

  it("imports are for those whom a definition names, or who may speak for all", async () => {
    const row = { contact: "c1", at: "2024-01-02T03:04:05Z", by: "old-colleague", kind: "comment", text: "From the old system" };
    await bob.book.audit.importHistory([row]);
    await bob.sync();
    await ada.sync();
    const { items } = await ada.book.history("c1");
    assert.equal(items.find(({ by }) => by === "old-colleague").voided, undefined);
  });

  it("an erasure that is permitted takes the bodies from the server, also those that come later", async () => {
    forger.add("contact.commented", "c1", data.commented("before"), { by: "eve" });
    await post(forger.batch(), "eve");
    await bob.sync();
    await bob.book.contacts.erase("c1", { confirm: "c1", reason: "T-9" });
    await bob.sync();
    forger.add("contact.commented", "c1", data.commented("after"), { by: "eve" });
    forger.add("contact.changed", "c1", { changes: [{ field: "name", new: "Hacked", old: "Bruno" }], untracked: {} }, { by: "ada" });
    assert.equal((await answer(post(forger.batch(1), "eve"))).accepted, 2);
    const lines = await held();
    assert.deepEqual(lines.filter(({ body, contact }) => body && contact).map(({ kind }) => kind), ["contact.erased"]);
    await ada.sync();
    assert.equal(await ada.book.contacts.get("c1"), undefined);
    assert.deepEqual((await ada.book.history("c1")).items.map(({ kind }) => kind), ["contact.erased"]);
    assert.equal((await ada.book.audit.verify()).ok, true);
  });
});
