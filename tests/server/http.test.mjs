// The hooks over HTTP: what a device is told when things go wrong, and how it goes on.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import pg from "pg";
import { crmContact, openBook } from "../../pkg/node.js";
import { memoryStore, syncHandler } from "../../pkg/server-node.js";
import { postgresStore } from "../../pkg/server-postgres.js";
import { HttpSyncError, httpSync } from "../../pkg/sync-http.js";
import { cluster, skip } from "../../www/scripts/cluster.mjs";
import { authorize, device, everything, serve } from "./kit.mjs";

const signal = new AbortController().signal;
const batch = { book: "crm", replica: "r", from: 0, lines: ["x".repeat(2_000)], checkpoint: "" };
const answering = (status, body, headers) => httpSync({ url: "http://crm.example/sync", fetch: async () => new Response(body, { status, headers }) });
const failure = (promise) => promise.then(() => assert.fail("it should fail"), (error) => error);

describe("the hooks over HTTP", () => {
  it("tell how long to wait, and whether asking again helps", async () => {
    for (const [status, headers, retry, wait] of [
      [429, { "Retry-After": "7" }, undefined, 7_000], [503, {}, undefined, undefined], [500, {}, undefined, undefined], [409, {}, undefined, undefined],
      [400, {}, false, undefined], [401, {}, false, undefined], [403, {}, false, undefined], [413, {}, false, undefined],
    ]) {
      const error = await failure(answering(status, '{"code":"some","message":"Said so."}', headers).push(batch, { signal }));
      assert.ok(error instanceof HttpSyncError);
      assert.deepEqual([error.status, error.code, error.message, error.retry, error.retryAfterMs], [status, "some", "Said so.", retry, wait]);
    }
    const { retryAfterMs } = await failure(answering(503, "<html>", { "Retry-After": new Date(Date.now() + 60_000).toUTCString() }).pull(null, { signal, limit: 5 }));
    assert.ok(retryAfterMs > 50_000 && retryAfterMs <= 60_000);
    assert.equal((await failure(answering(502, "<html>").pull(null, { signal, limit: 5 }))).code, "http");
  });

  it("say that there is no answer, and end at once when they are aborted", async () => {
    const lost = httpSync({ url: "http://crm.example", fetch: async () => { throw new TypeError("no network"); } });
    assert.equal((await failure(lost.push(batch, { signal }))).code, "network");
    const never = (request) => new Promise((_, fail) => { request.signal.addEventListener("abort", () => fail(request.signal.reason)); });
    const alive = setTimeout(() => {}, 10_000);
    assert.equal((await failure(httpSync({ url: "http://crm.example", fetch: never, timeoutMs: 20 }).push(batch, { signal }))).code, "timeout");
    const stop = new AbortController();
    const pulling = failure(httpSync({ url: "http://crm.example", fetch: never }).pull(null, { signal: stop.signal, limit: 5 }));
    stop.abort();
    assert.equal((await pulling).name, "AbortError");
    clearTimeout(alive);
  });

  it("send packed bodies with the host's headers, and ask for no more than is wanted", async () => {
    const seen = [];
    let token = 0;
    const hooks = httpSync({
      url: new URL("http://crm.example/api/sync/"), headers: async () => ({ Authorization: `Bearer ${(token += 1)}` }), batchSize: 20,
      fetch: async (request) => { seen.push(request); return Response.json({ accepted: 1, batches: [], cursor: "c", more: false }); },
    });
    await hooks.push(batch, { signal });
    await hooks.pull("3~ü", { signal, limit: 500 });
    assert.deepEqual(seen.map(({ method, url }) => [method, url]), [["POST", "http://crm.example/api/sync/push"], ["GET", "http://crm.example/api/sync/pull?limit=20&cursor=3%7E%C3%BC"]]);
    assert.deepEqual(seen.map(({ headers }) => [headers.get("authorization"), headers.get("content-encoding")]), [["Bearer 1", "gzip"], ["Bearer 2", null]]);
    const body = new Response(seen[0].body.pipeThrough(new DecompressionStream("gzip")));
    assert.deepEqual(await body.json(), batch);
  });
});

describe("a device and its server over a port", () => {
  const open = async (options = {}) => {
    const [store, faults] = [memoryStore(), []];
    const handler = syncHandler({ store, authorize, definitions: crmContact, onFault: (cause) => faults.push(cause), ...options });
    return { store, faults, handler, ...(await serve(handler)) };
  };

  it("are in step by themselves while the book syncs", async () => {
    const server = await open();
    const [a, b] = [await device(server.url, "ada"), await device(server.url, "bob")];
    const stops = [a, b].map(({ book, hooks }) => book.sync.start(hooks, { intervalMs: 20, batchSize: 2 }));
    for (let i = 0; i < 10; i += 1) await a.book.contacts.create({ id: `c${i}`, name: `N${i}` });
    for (let tries = 0; tries < 200 && (await b.book.contacts.list()).items.length < 10; tries += 1) await new Promise((done) => { setTimeout(done, 20); });
    assert.equal((await b.book.contacts.list()).items.length, 10);
    assert.equal(a.book.sync.status().waiting, 0);
    stops.forEach((stop) => stop());
    await server.close();
  });

  it("gives as many lines as are asked for, in batches that fit together wherever they are cut", async () => {
    const server = await open();
    const writers = [await device(server.url, "ada"), await device(server.url, "bob")];
    for (let i = 0; i < 30; i += 1) {
      const { book, sync } = writers[i % 2];
      await book.contacts.create({ id: `c${i}`, name: "N" });
      await sync();
    }
    const { lines } = await server.store.read("crm", 1, 10_000);
    for (const limit of [1, 2, 7, 500]) {
      const reader = await device(server.url, "cleo");
      const { hooks } = reader;
      const given = [];
      for (let [cursor, more] = [null, true]; more;) {
        const answer = await hooks.pull(cursor, { signal, limit });
        const count = answer.batches.reduce((sum, one) => sum + one.lines.length, 0);
        assert.ok(count <= limit && (count === limit || !answer.more));
        for (const one of answer.batches) given.push((await reader.book.sync.apply(one)).applied);
        ({ cursor, more } = answer);
      }
      assert.equal(given.reduce((sum, one) => sum + one, 0), lines.length);
      assert.equal((await reader.book.contacts.list()).items.length, 30);
    }
    await server.close();
  });

  it("wait when the server's storage is away, and the server says no more than that", async () => {
    const store = memoryStore();
    let away = true;
    const server = await open({ store: { ...store, read: (...args) => (away ? Promise.reject(new Error("password of the database")) : store.read(...args)) } });
    const a = await device(server.url, "ada");
    await a.book.contacts.create({ id: "c1", name: "N" });
    const error = await failure(a.sync());
    assert.deepEqual([error.code, error.status, error.retryAfterMs, /password/.test(error.message)], ["storage", 503, 1_000, false]);
    assert.equal(server.faults.length, 1);
    away = false;
    assert.equal((await a.sync()).waiting, 0);
    await server.close();
  });

  it("name what is wrong with the server's own definitions", async () => {
    const server = await open({ definitions: { ...crmContact, initial: "nowhere" } });
    const a = await device(server.url, "ada");
    await a.book.contacts.create({ id: "c1", name: "N" });
    const { code, status } = await failure(a.sync());
    assert.deepEqual([code, status, server.faults[0].code], ["definition", 500, "definition"]);
    await server.close();
  });

  it("are of one book and one secret each", async () => {
    const server = await open({ authorize: (request) => ({ book: "crm", secret: request.headers.get("authorization"), actors: "any" }) });
    const book = await openBook({ name: "crm", definitions: crmContact, actor: { id: "ada" }, secret: "s3cret" });
    await book.contacts.create({ id: "c1", name: "N" });
    const hooks = (secret) => httpSync({ url: server.url, headers: { Authorization: secret } });
    assert.equal((await failure(book.sync.now(hooks("guess")))).code, "batch");
    assert.equal((await book.sync.now(hooks("s3cret"))).waiting, 0);
    await server.close();
  });

  it("show a reader the bodies of the contacts that it may see, and of others that there is something", async () => {
    const sees = ["c1", "c3"];
    const server = await open({ authorize: (request) => ({ ...authorize(request), ...(request.headers.get("authorization") === "bob" && { contacts: sees }) }) });
    const [a, b] = [await device(server.url, "ada"), await device(server.url, "bob")];
    for (const id of ["c1", "c2", "c3"]) await a.book.contacts.create({ id, name: `Name of ${id}` });
    await a.book.contacts.comment("c2", { text: "confidential" });
    await a.sync();
    await b.sync();
    assert.deepEqual((await b.book.contacts.list()).items.map(({ id }) => id).sort(), sees);
    const response = await fetch(`${server.url}/pull`, { headers: { Authorization: "bob" } });
    assert.ok(!/confidential|Name of c2/.test(await response.text()));
    const report = await b.book.audit.verify();
    assert.deepEqual([report.ok, report.withheld, report.missing], [true, 3, 0]);
    await b.book.contacts.comment("c1", { text: "seen" });
    await b.sync();
    await a.sync();
    assert.equal((await a.book.history("c1")).items[0].data.text, "seen");
    await server.close();
  });

  it("carry the host's own erasure to every device", async () => {
    const server = await open();
    const [a, b] = [await device(server.url, "ada"), await device(server.url, "bob")];
    await a.book.contacts.create({ id: "of-bruno", name: "Bruno" });
    await a.sync();
    await b.sync();
    assert.deepEqual(await server.handler.erase({ book: "crm" }, "of-bruno", { id: "dpo", name: "The officer" }, "T-4"), { entries: 2 });
    assert.deepEqual(await server.handler.erase({ book: "crm" }, "of-bruno", { id: "dpo" }), { entries: 0 });
    const { lines } = await server.store.read("crm", 1, 99);
    assert.ok(!/Bruno|of-bruno/.test(JSON.stringify(lines)));
    for (const one of [a, b]) {
      await one.sync();
      const { items: [tombstone, ...rest] } = await one.book.history("of-bruno");
      assert.deepEqual([tombstone.kind, tombstone.byName, tombstone.data.reason, rest.length], ["contact.erased", "The officer", "T-4", 0]);
    }
    await server.close();
  });
});

describe("a server that was set back to a backup", { skip }, () => {
  let database, pool;
  before(async () => {
    database = await cluster();
    pool = new pg.Pool({ connectionString: database.url });
    pool.on("error", () => {});
  });
  after(async () => {
    await pool?.end();
    await database?.stop();
  });

  it("gets again what it lost from the devices that have it", async () => {
    const store = postgresStore(pool);
    await store.migrate();
    const server = await serve(syncHandler({ store, authorize, definitions: crmContact }));
    const [a, b] = [await device(server.url, "ada"), await device(server.url, "bob")];
    const write = async ({ book }, id) => book.contacts.create({ id, name: id });
    await write(a, "c1");
    await a.sync();
    const tables = ["book", "log", "contact", "line"].map((name) => `stagebook_${name}`);
    for (const table of tables) await pool.query(`CREATE TABLE backup_${table} AS SELECT * FROM ${table}`);
    await write(a, "c2");
    await a.sync();
    await b.sync();
    for (const table of tables) await pool.query(`TRUNCATE ${table}`).then(() => pool.query(`INSERT INTO ${table} SELECT * FROM backup_${table}`));
    await write(b, "c3");
    await b.sync();
    await write(a, "c4");
    await a.sync();
    await b.sync();
    const c = await device(server.url, "cleo");
    await c.sync();
    const books = await Promise.all([a, b, c].map(({ book }) => everything(book)));
    assert.deepEqual(books[0].contacts.map(({ id }) => id), ["c1", "c2", "c3", "c4"]);
    assert.deepEqual(books[1], books[0]);
    assert.deepEqual(books[2], books[0]);
    await server.close();
  });
});
