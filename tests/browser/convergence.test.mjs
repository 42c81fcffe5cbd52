// Four browser profiles, each a person of its own, with one server process and one PostgreSQL: offline periods, a server that is killed in
// the middle of pushes and a database that falls over. STAGEBOOK_COMMANDS says how many commands, STAGEBOOK_SEED which ones.

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { cluster, skip } from "../../www/scripts/cluster.mjs";
import { pkg, root } from "../../www/scripts/paths.mjs";
import { random } from "../server/acting.mjs";
import { serverProcess } from "../server/kit.mjs";

const COMMANDS = Number(process.env.STAGEBOOK_COMMANDS ?? 400);
const SEED = Number(process.env.STAGEBOOK_SEED ?? Date.now() % 1_000_000);
const USERS = ["ada", "bob", "cleo", "dan"];
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

const PAGE = '<!doctype html><meta charset="utf-8"><title>device</title><link rel="icon" href="data:,"><script type="module" src="device.js"></script>';
const DEVICE = `
  import { crmContact, openBook } from "./pkg/browser.js";
  import { httpSync } from "./pkg/sync-http.js";
  import { act, random } from "./acting.mjs";
  import { everything } from "./everything.mjs";

  globalThis.open = async (who) => {
    const book = await openBook({ name: "crm", definitions: crmContact, actor: { id: who }, timeZone: "UTC", locale: "en" });
    const hooks = httpSync({ url: new URL("/sync", location.href), headers: { Authorization: who } });
    let stop = () => {};
    const device = {
      book,
      begin: () => { stop = book.sync.start(hooks, { intervalMs: 100 }); },
      async work(seed, commands, contacts) {
        const chance = random(seed);
        for (let i = 0; i < commands; i += 1) await act(book, who, chance, contacts);
      },
      async end() {
        stop();
        for (let tries = 0; ; tries += 1) {
          try { return await book.sync.now(hooks); } catch (error) { if (tries === 20) throw error; await new Promise((later) => setTimeout(later, 250)); }
        }
      },
      report: async () => ({ verified: await book.audit.verify(), waiting: book.sync.status().waiting, everything: await everything(book) }),
    };
    globalThis.device = device;
  };
`;

describe("four browsers, a server and a database that come and go", { skip, timeout: 900_000 }, () => {
  let database, server, files;
  const devices = [];
  before(async () => {
    files = await mkdtemp(join(tmpdir(), "stagebook-files-"));
    await cp(pkg, join(files, "pkg"), { recursive: true });
    for (const name of ["acting.mjs", "everything.mjs"]) await cp(join(root, "tests/server", name), join(files, name));
    await writeFile(join(files, "index.html"), PAGE);
    await writeFile(join(files, "device.js"), DEVICE);
    database = await cluster();
    server = await serverProcess(database.url, { STAGEBOOK_FILES: files });
    for (const who of USERS) {
      const folder = await mkdtemp(join(tmpdir(), "stagebook-profile-"));
      const context = await chromium.launchPersistentContext(folder, launchOptions());
      const page = await context.newPage();
      await page.goto(new URL("/", server.url).href);
      await page.waitForFunction(() => globalThis.open.length === 1);
      await page.evaluate((who) => globalThis.open(who), who);
      devices.push({ folder, context, page });
    }
  });
  after(async () => {
    for (const { folder, context } of devices) {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
    await server?.kill();
    await database?.stop();
    await rm(files, { recursive: true, force: true });
  });

  it("end with one and the same book", async (test) => {
    test.diagnostic(`${COMMANDS} commands, STAGEBOOK_SEED=${SEED}`);
    const [begun, chance] = [performance.now(), random(SEED)];
    let [working, kills, restarts, offline] = [true, 0, 0, 0];
    const chaos = (async () => {
      for (let round = 1; working; round += 1) {
        await pause(100 + chance() * 400);
        const { context } = devices[round % devices.length];
        await context.setOffline(true);
        offline += 1;
        await server.kill();
        kills += 1;
        if (round % 3 === 2) { await database.restart(); restarts += 1; }
        await server.start();
        await context.setOffline(false);
      }
    })();
    try {
      const each = Math.ceil(COMMANDS / USERS.length);
      await Promise.all(devices.map(({ page }) => page.evaluate(() => globalThis.device.begin())));
      for (let done = 0; done < each; done += 10) {
        await Promise.all(devices.map(({ page }, i) => page.evaluate(([seed, contacts]) => globalThis.device.work(seed, 10, contacts), [SEED + done * 10 + i, COMMANDS / 10])));
        await pause(50);
      }
    } finally {
      working = false;
      await chaos;
    }
    for (let again = 0; again < 2; again += 1) for (const { page } of devices) await page.evaluate(() => globalThis.device.end());
    const reports = await Promise.all(devices.map(({ page }) => page.evaluate(() => globalThis.device.report())));
    for (const { verified, waiting, everything } of reports) {
      assert.deepEqual([verified.ok, verified.missing, verified.withheld, waiting], [true, 0, 0, 0]);
      assert.deepEqual(everything, reports[0].everything);
    }
    const ids = reports[0].everything.all.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    test.diagnostic(`${reports[0].verified.entries} entries, ${kills} servers killed, ${restarts} restarts of the database, ${offline} times offline, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  });
});
