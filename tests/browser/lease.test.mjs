// Pages without Web Locks, as those without a secure context are: of two tabs one syncs and delivers, and the other takes over
// when it is closed, stopped or frozen.

import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { complaints, visitor } from "./site.mjs";

/** How far a test has the tabs' clocks go on at once, in milliseconds: beyond what a lease holds for. */
const AHEAD = 60_000;
/** What a tab that waits may take to ask again, and some more. */
const ASKS_AGAIN = 15_000;

describe("tabs without Web Locks", { timeout: 240_000 }, () => {
  const visit = visitor();
  let tabs, complained;
  before(async () => {
    await visit.restart();
    await visit.context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }));
  });
  beforeEach(async () => {
    tabs = [await visit.tab(), await visit.tab()];
    complained = tabs.map(complaints);
    const name = `lease-${Date.now()}`;
    for (const tab of tabs) await tab.evaluate(start, name);
    await led();
  });
  afterEach(async () => {
    await Promise.all(tabs.map((tab) => tab.close()));
    assert.deepEqual(complained.flat(), []);
  });

  /** Runs in a page. The clock is one for all tabs. */
  async function start(name) {
    delete localStorage.ahead;
    const { openBook, crmContact } = globalThis.stagebook;
    Object.assign(globalThis, { pulls: 0, sent: [] });
    globalThis.book = await openBook({ name, definitions: crmContact, actor: { id: "anna" }, clock: () => Date.now() + Number(localStorage.ahead ?? 0) });
    globalThis.stop = book.sync.start({
      push: async ({ lines }) => ({ accepted: lines.length }),
      pull: async () => { globalThis.pulls += 1; return { batches: [], cursor: "0", more: false, server: { id: "s", replica: "r" } }; },
    }, { intervalMs: 500 });
    book.outbox.deliver(async ({ id }) => { globalThis.sent.push(id); });
  }
  const pulls = () => Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.pulls)));
  /** Which tab makes rounds within some time. */
  async function leading(ms = 2_000) {
    const earlier = await pulls();
    await pause(ms);
    const later = await pulls();
    return tabs.filter((_, nth) => later[nth] > earlier[nth]);
  }
  async function led() {
    await tabs[0].waitForFunction(() => globalThis.pulls > 2, undefined, { timeout: ASKS_AGAIN }).catch(() => {});
    assert.equal((await leading()).length, 1);
  }
  const takesOver = (tab) => {
    return tab.evaluate(() => { globalThis.before = globalThis.pulls; }).then(() => tab.waitForFunction(() => globalThis.pulls > globalThis.before + 2, undefined, { timeout: ASKS_AGAIN }));
  };

  it("one makes the rounds, and one hands out each item", async () => {
    const ids = await tabs[1].evaluate(async () => {
      await book.contacts.create({ id: "c-1", name: "Bruno" });
      const asked = Array.from({ length: 10 }, (_, n) => book.contacts.message("c-1", { text: `Message ${n}` }));
      return (await Promise.all(asked)).map(({ id }) => id);
    });
    await tabs[1].evaluate(async () => {
      while ((await book.outbox.list({ status: "waiting" })).items.length) await new Promise((done) => setTimeout(done, 50));
    });
    const sent = (await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.sent)))).flat();
    assert.deepEqual(sent.toSorted(), ids.toSorted());
    assert.equal((await leading()).length, 1);
  });

  it("one that stops leaves the rounds to the other", async () => {
    const [leader] = await leading();
    const other = tabs.find((tab) => tab !== leader);
    await leader.evaluate(() => globalThis.stop());
    await takesOver(other);
    assert.deepEqual(await leading(), [other]);
  });

  it("one that is closed is followed when its lease has run out", async () => {
    const [leader] = await leading();
    tabs = tabs.filter((tab) => tab !== leader);
    await leader.close();
    await tabs[0].evaluate((ahead) => { localStorage.ahead = ahead; }, AHEAD);
    await takesOver(tabs[0]);
  });

  it("one that is frozen is followed, and waits when it wakes up", async () => {
    const [leader] = await leading();
    const other = tabs.find((tab) => tab !== leader);
    // Between two rounds: in the middle of a transaction it would hold up everybody.
    await leader.evaluate(async () => {
      for (const { pulls } = globalThis; pulls === globalThis.pulls;) await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => setTimeout(done, 200));
    });
    const asleep = leader.evaluate((ms) => {
      for (const end = performance.now() + ms; performance.now() < end;);
    }, ASKS_AGAIN);
    await other.evaluate((ahead) => { localStorage.ahead = ahead; }, AHEAD);
    await takesOver(other);
    await asleep;
    // A round may still go until it asks whose turn it is.
    await pause(ASKS_AGAIN);
    assert.deepEqual(await leading(), [other]);
  });
});
