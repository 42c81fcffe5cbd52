// The real parts together: devices over HTTP, two server processes, one PostgreSQL. Requests are cut off, answers get lost, servers are
// killed in the middle of a push, the database falls over: everybody ends with the same book. STAGEBOOK_COMMANDS says how many
// commands, STAGEBOOK_SEED which ones.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import pg from "pg";
import { cluster, skip } from "../../www/scripts/cluster.mjs";
import { act, random } from "./acting.mjs";
import { device, everything, serverProcess } from "./kit.mjs";

const COMMANDS = Number(process.env.STAGEBOOK_COMMANDS ?? 600);
const SEED = Number(process.env.STAGEBOOK_SEED ?? Date.now() % 1_000_000);
const USERS = ["ada", "bob", "cleo", "dan"];

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

describe("devices, servers and a database that come and go", { skip, timeout: 900_000 }, () => {
  let database, servers;
  before(async () => {
    database = await cluster();
    servers = [await serverProcess(database.url), await serverProcess(database.url)];
  });
  after(async () => {
    await Promise.all((servers ?? []).map((server) => server.kill()));
    await database?.stop();
  });

  it("end with one and the same book; nothing is lost, nothing is there twice", async (test) => {
    test.diagnostic(`${COMMANDS} commands, STAGEBOOK_SEED=${SEED}`);
    const begun = performance.now();
    const chance = random(SEED);
    const failures = {};
    /** A network that loses requests, and answers to requests that arrived. */
    const fetchThrough = async (request) => {
      const fate = chance();
      if (fate < 0.05) throw new TypeError("offline");
      const stop = new AbortController();
      if (fate < 0.15) setTimeout(() => stop.abort(), chance() * 15);
      const response = await fetch(request, { signal: AbortSignal.any([request.signal, stop.signal]) });
      if (fate > 0.93) {
        await response.arrayBuffer().catch(() => {});
        throw new TypeError("the answer got lost");
      }
      return response;
    };
    const devices = await Promise.all(USERS.map((who, i) => device(servers[i % 2].url, who, { fetch: fetchThrough })));
    let working = true;
    const syncing = devices.map(async (one) => {
      while (working) {
        await one.sync().catch(({ code }) => { failures[code] = (failures[code] ?? 0) + 1; });
        await pause(chance() < 0.1 ? 100 : 5);
      }
    });
    let [kills, restarts] = [0, 0];
    const chaos = (async () => {
      for (let round = 1; working; round += 1) {
        await pause(150 + chance() * 250);
        const victim = servers[round % 2];
        await victim.kill();
        kills += 1;
        if (round % 4 === 2) { await database.restart(); restarts += 1; }
        await victim.start();
      }
    })();
    try {
      for (let command = 0; command < COMMANDS; command += USERS.length) {
        await Promise.all(devices.map((one, i) => act(one.book, USERS[i], chance, COMMANDS / 10)));
        if (command % 8 === 0) await pause(10);
      }
    } finally {
      working = false;
      await Promise.all([...syncing, chaos]);
    }

    const { httpSync } = await import("../../pkg/sync-http.js");
    const rounds = async () => {
      for (const [i, one] of devices.entries()) await one.book.sync.now(httpSync({ url: servers[i % 2].url, headers: { Authorization: USERS[i] } }));
    };
    await rounds();
    await rounds();
    const books = await Promise.all(devices.map(({ book }) => everything(book)));
    for (const other of books.slice(1)) assert.deepEqual(other, books[0]);
    const ids = books[0].all.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { book } of devices) {
      const report = await book.audit.verify();
      assert.deepEqual([report.ok, report.missing, report.withheld], [true, 0, 0]);
      assert.equal(book.sync.status().waiting, 0);
    }
    const { entries } = await devices[0].book.audit.verify();
    const pool = new pg.Pool({ connectionString: database.url });
    const { rows: [counted] } = await pool.query("SELECT count(*)::int AS lines, max(position)::int AS last, count(DISTINCT (replica, seq))::int AS places FROM stagebook_line");
    const { rows: kinds } = await pool.query("SELECT kind, count(*)::int FROM stagebook_line WHERE kind IN ('entry.voided', 'contact.erased') GROUP BY kind");
    const { rows: [left] } = await pool.query("SELECT count(*)::int AS bodies FROM stagebook_line WHERE contact IN (SELECT contact FROM stagebook_line WHERE kind = 'contact.erased') AND kind <> 'contact.erased' AND body IS NOT NULL");
    await pool.end();
    assert.deepEqual(counted, { lines: entries, last: entries, places: entries });
    assert.equal(left.bodies, 0);
    test.diagnostic(`${entries} entries, ${kills} servers killed, ${restarts} restarts of the database, failed rounds ${JSON.stringify(failures)}, ${JSON.stringify(kinds)}, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  });
});
