// The history of all contacts where two tabs write: each tab reads what both wrote, in one order, while entries are moved to
// the tables behind it, and after a restart.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { pageOf, visitor } from "./site.mjs";

const IDS = Array.from({ length: 5 }, (_, nth) => `c-${nth}`);
/** Longer than the quiet time after which a book compacts by itself. */
const QUIET_MS = 1_500;
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

describe("the history of all contacts, written by two tabs", () => {
  const visit = visitor({ ready: async () => { tabs = [await opened("anna"), await opened("marco")]; } });
  let tabs;
  let entries;
  before(async () => {
    await cp(new URL("../seed", import.meta.url), join(visit.place.host.folder, "seed"), { recursive: true });
    await visit.place.host.put("history.html", pageOf("/history.js"));
    await visit.place.host.put("history.js", `
      import * as stagebook from "./node_modules/stagebook/browser.js";
      import { discrepancies } from "./seed/across.mjs";
      Object.assign(globalThis, { stagebook, discrepancies });`);
    await visit.restart();
    await tabs[0].evaluate((ids) => Promise.all(ids.map((id) => globalThis.book.contacts.create({ id, name: `Contact ${id}` }))), IDS);
    await Promise.all(tabs.map((tab) => tab.evaluate(write, [IDS, 0])));
    await caughtUp();
  });
  async function opened(actor) {
    const tab = await visit.tab("history.html");
    await tab.evaluate(async (actor) => {
      globalThis.book = await globalThis.stagebook.openBook({ name: "history", definitions: globalThis.stagebook.crmContact, actor: { id: actor }, store: "indexeddb", locale: "en" });
    }, actor);
    return tab;
  }

  /** Runs in a page: 20 comments on each contact, some at once, some awaited. */
  async function write([ids, round]) {
    const { book } = globalThis;
    for (let nth = 0; nth < 20; nth += 1) {
      const all = Promise.all(ids.map((id) => book.contacts.comment(id, { text: `${book.actor.id} ${round} ${nth} price ${id}` })));
      if (nth % 3 === 0) await all;
    }
    await book.contacts.message(ids[round], { text: `from ${book.actor.id}` });
  }

  /** Resolves when both tabs know of as many entries. */
  async function caughtUp() {
    for (const deadline = performance.now() + 10_000; ; await rest(20)) {
      const known = await Promise.all(tabs.map((tab) => tab.evaluate(async () => (await globalThis.book.diagnostics()).entries)));
      entries = known[0];
      if (known[0] === known[1]) return;
      assert.ok(performance.now() < deadline, `${known}`);
    }
  }

  /** `filters`: those that are worth the time. */
  async function agree(filters) {
    for (const tab of tabs) {
      assert.deepEqual(await tab.evaluate(([ids, filters]) => globalThis.discrepancies(globalThis.book, ids, filters), [IDS, filters]), []);
      const { total } = await tab.evaluate(() => globalThis.book.historyAll({ limit: 1, count: true }));
      assert.equal(total, entries - 1, "all but the definition's own entry");
    }
  }
  const FILTERS = { all: {}, anna: { by: "anna" }, texts: { kinds: ["contact.commented"], text: "marco 0 7" }, messages: { kinds: ["contact.messaged"] }, later: { from: "2036-01-01" } };

  it("is the same in both, right after they wrote", () => agree(FILTERS));

  it("is the same after the entries were compacted", async () => {
    await rest(QUIET_MS);
    await agree(FILTERS);
  });

  it("is the same with entries in the tables and entries after them", async () => {
    await Promise.all(tabs.map((tab) => tab.evaluate(write, [IDS, 1])));
    await caughtUp();
    await agree(FILTERS);
  });

  it("is the same after a restart, and after an erasure", async () => {
    await visit.restart();
    await agree(FILTERS);
    await tabs[1].evaluate((id) => globalThis.book.contacts.erase(id, { confirm: id }), IDS[4]);
    await caughtUp();
    const seen = await Promise.all(tabs.map((tab) => tab.evaluate(async () => {
      const { items } = await globalThis.book.historyAll({ text: "c-4", limit: 500 });
      const { items: [last], total } = await globalThis.book.historyAll({ limit: 1, count: true });
      return [items.length, last.kind, total];
    })));
    const erased = 2 + 2 * 2 * 20;
    for (const one of seen) assert.deepEqual(one, [0, "contact.erased", entries - 1 - erased]);
  });

  it("goes on page by page while the other tab writes and entries are compacted behind it", async () => {
    const [reading] = await Promise.all([
      tabs[0].evaluate(async () => {
        const seqs = [];
        for (let cursor; ; ) {
          const { items, next } = await globalThis.book.historyAll({ limit: 20, ...(cursor && { cursor }) });
          seqs.push(...items.map(({ seq }) => seq));
          if (!(cursor = next)) return seqs;
          await new Promise((done) => setTimeout(done, 100));
        }
      }),
      tabs[1].evaluate(write, [IDS.slice(0, 4), 2]),
    ]);
    assert.ok(reading.length > 300);
    assert.deepEqual(reading, reading.toSorted((a, b) => b - a), "newest first");
    assert.equal(new Set(reading).size, reading.length, "none twice");
    const missing = await tabs[1].evaluate(async ([newest, known]) => {
      const all = [];
      for (let cursor; ; ) {
        const { items, next } = await globalThis.book.historyAll({ limit: 500, ...(cursor && { cursor }) });
        all.push(...items.map(({ seq }) => seq));
        if (!(cursor = next)) return all.filter((seq) => seq <= newest && !known.includes(seq));
      }
    }, [reading[0], reading]);
    assert.deepEqual(missing, []);
  });
});
