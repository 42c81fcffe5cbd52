// What every ServerStore must keep, on memory and on PostgreSQL.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import pg from "pg";
import { memoryStore } from "../../pkg/server-node.js";
import { postgresStore } from "../../pkg/server-postgres.js";
import { cluster, skip } from "../../www/scripts/cluster.mjs";

const line = (replica, seq, more = {}) => ({
  replica, seq, kind: "contact.commented", contact: "c".repeat(22), header: `{"seq":${seq}}`, root: `root${seq}`, body: `{"text":"è ${seq}\\u0000"}`, salt: "s", ...more,
});
const lines = (replica, from, count, more) => Array.from({ length: count }, (_, i) => line(replica, from + i, more));
const append = (store, book, given) => store.transact(book, (transaction) => transaction.append(given));

/** Tests that hold for a store that `open` gives, each in a book of its own. */
function contract(open) {
  let book = 0;
  const fresh = () => `book${(book += 1)}`;

  it("gives lines back in their order, as they were", async () => {
    const [store, name] = [await open(), fresh()];
    await append(store, name, [...lines("a", 0, 3), line("b", 0, { contact: undefined, body: undefined, salt: undefined })]);
    const { lines: found } = await store.read(name, 1, 10);
    assert.deepEqual(found.map(({ position, replica, seq }) => [position, replica, seq]), [[1, "a", 0], [2, "a", 1], [3, "a", 2], [4, "b", 0]]);
    const { position, ...first } = found[0];
    assert.deepEqual(first, line("a", 0));
    assert.equal(found[3].body ?? found[3].contact, undefined);
    assert.deepEqual((await store.read(name, 2, 2)).lines.map((one) => one.position), [2, 3]);
  });

  it("keeps what a transaction changed whole, or none of it", async () => {
    const [store, name] = [await open(), fresh()];
    const own = await store.transact(name, (transaction) => transaction.own());
    await assert.rejects(store.transact(name, async (transaction) => {
      await transaction.append(lines("a", 0, 2));
      await transaction.saveLog("a", { edge: { size: 2, peaks: [] } });
      await transaction.saveMarks({ c1: { erased: true } });
      await transaction.saveOwn({ ...own, hlc: "x" });
      throw new Error("stop");
    }), /stop/);
    await store.transact(name, async (transaction) => {
      assert.deepEqual([await transaction.log("a"), await transaction.marks(["c1"]), await transaction.own()], [undefined, {}, own]);
    });
    assert.deepEqual((await store.read(name, 1, 10)).lines, []);
    await append(store, name, lines("a", 0, 1));
    assert.equal((await store.read(name, 1, 10)).lines[0].position, 1);
  });

  it("remembers heads, marks and the server's own log", async () => {
    const [store, name] = [await open(), fresh()];
    const { replica } = await store.read(name, 1, 1);
    await store.transact(name, async (transaction) => {
      assert.deepEqual(await transaction.own(), { replica });
      await transaction.append(lines("a", 0, 2));
      await transaction.saveLog("a", { edge: { size: 2, peaks: ["p"] }, last: "l" });
      await transaction.saveMarks({ c1: { moved: { hlc: "1" } }, c2: { erased: true } });
      await transaction.saveOwn({ replica, hlc: "h", log: { edge: { size: 1, peaks: ["q"] } } });
    });
    await store.transact(name, async (transaction) => {
      assert.deepEqual(await transaction.log("a"), { edge: { size: 2, peaks: ["p"] }, last: "l" });
      assert.equal(await transaction.header("a", 1), '{"seq":1}');
      assert.equal(await transaction.header("a", 2), undefined);
      assert.deepEqual(await transaction.marks(["c2", "c3", "c1"]), { c1: { moved: { hlc: "1" } }, c2: { erased: true } });
      assert.equal((await transaction.own()).hlc, "h");
    });
    const other = fresh();
    assert.notEqual((await store.read(other, 1, 1)).replica, replica);
    await store.transact(other, async (transaction) => assert.deepEqual(await transaction.marks(["c2"]), {}));
  });

  it("writes to one book one after the other, so that positions have no gaps", async () => {
    const [store, name] = [await open(), fresh()];
    const writers = Array.from({ length: 12 }, (_, i) => store.transact(name, async (transaction) => {
      await transaction.log("a");
      await new Promise((later) => { setTimeout(later, Math.random() * 10); });
      await transaction.append(lines(`r${i}`, 0, 3));
    }));
    let [seen, running] = [[], true];
    const all = Promise.all(writers).finally(() => { running = false; });
    while (running) {
      seen = (await store.read(name, 1, 100)).lines.map(({ position }) => position);
      assert.deepEqual(seen, seen.map((_, i) => i + 1), "a reader never sees a gap");
      await new Promise((later) => { setTimeout(later); });
    }
    await all;
    const found = (await store.read(name, 1, 100)).lines;
    assert.deepEqual(found.map(({ position }) => position), Array.from({ length: 36 }, (_, i) => i + 1));
    for (let i = 0; i < 36; i += 3) assert.equal(new Set(found.slice(i, i + 3).map(({ replica }) => replica)).size, 1);
  });

  it("drops the bodies of a contact, and those of nobody else; tombstones stay", async () => {
    const [store, name, other] = [await open(), fresh(), fresh()];
    for (const book of [name, other]) await append(store, book, [...lines("a", 0, 2), line("a", 2, { kind: "contact.erased" }), line("a", 3, { contact: "d".repeat(22) })]);
    const erased = await store.transact(name, (transaction) => transaction.erase("c".repeat(22)));
    assert.equal(erased, 2);
    assert.deepEqual((await store.read(name, 1, 9)).lines.map(({ body, salt }) => [body, salt].every(Boolean)), [false, false, true, true]);
    assert.ok((await store.read(other, 1, 9)).lines.every(({ body }) => body));
    assert.equal(await store.transact(name, (transaction) => transaction.erase("c".repeat(22))), 0);
  });
}

describe("a server's store in memory", () => {
  const store = memoryStore();
  contract(() => store);
});

describe("a server's store on PostgreSQL", { skip }, () => {
  let [database, pool, store] = [];
  before(async () => {
    database = await cluster();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on("error", () => {});
    store = postgresStore(pool);
    await Promise.all([store.migrate(), store.migrate(), postgresStore(pool).migrate()]);
    await store.migrate();
  });
  after(async () => {
    await pool?.end();
    await database?.stop();
  });
  contract(() => store);

  it("holds one line at a place of a log, whatever its clients do", async () => {
    await append(store, "twice", lines("a", 0, 1));
    await assert.rejects(append(store, "twice", lines("a", 0, 1)), { code: "23505" });
    assert.equal((await store.read("twice", 1, 9)).lines.length, 1);
  });

  it("has nothing of an erased body in its tables' files, once they are vacuumed", async () => {
    const secret = `very-personal-${Math.random()}`;
    await append(store, "erasing", lines("a", 0, 50, { body: `{"text":"${secret}"}` }));
    await pool.query("CHECKPOINT");
    const heap = () => readdirSync(join(database.folder, "data/base"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(secret));
    assert.equal(heap(), true);
    await store.transact("erasing", (transaction) => transaction.erase("c".repeat(22)));
    await pool.query("VACUUM FULL stagebook_line");
    await pool.query("CHECKPOINT");
    assert.equal(heap(), false);
  });
});
