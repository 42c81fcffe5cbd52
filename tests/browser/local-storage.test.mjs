// Books in localStorage: a book goes there by itself where IndexedDB is denied, unless it was made in IndexedDB before; and
// it is used until there is no more room.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { everythingStored, placesOf } from "./search.mjs";
import { blank, visitor } from "./site.mjs";

/** Runs in a page: opens a book, creates the contact if it is not there, and keeps it as globalThis.book; says where it is. */
async function openIn(tab, options) {
  return tab.evaluate(async (options) => {
    const { openBook, crmContact } = globalThis.stagebook;
    try {
      globalThis.book = await openBook({ definitions: crmContact, actor: { id: "anna" }, locale: "en", ...options });
    } catch (error) {
      return { code: error.code };
    }
    if (!(await globalThis.book.contacts.get("c-1"))) await globalThis.book.contacts.create({ id: "c-1", name: "Bruno" });
    const { store, storeReason, entries } = await globalThis.book.diagnostics();
    return { store, storeReason, entries };
  }, options);
}

const close = (tab) => tab.evaluate(() => globalThis.book.close());

/** Runs before a page's own scripts: as where a browser's settings deny IndexedDB. */
function denyIndexedDb() {
  if (!location.search.includes("denied")) return;
  const open = () => { throw new DOMException("The user denied permission to access the database.", "SecurityError"); };
  Object.defineProperty(globalThis, "indexedDB", { value: { open } });
}

describe("localStorage", () => {
  const visit = visitor();
  before(async () => {
    await visit.restart();
    await visit.context.addInitScript(denyIndexedDb);
  });
  it("takes a new book where IndexedDB is denied, and says why", async () => {
    const tab = await visit.tab("blank.html?denied");
    const where = await openIn(tab, { name: "denied" });
    assert.equal(where.store, "localstorage");
    assert.match(where.storeReason, /indexeddb.*SecurityError/);
    await close(tab);
    assert.equal((await openIn(tab, { name: "denied" })).entries, where.entries, "it is found again");
    await close(tab);
    assert.deepEqual(await openIn(tab, { name: "denied-2", store: "indexeddb" }), { code: "storage" }, "a named store is used or none");
    await tab.close();

    const allowed = await visit.tab();
    const { store, storeReason } = await openIn(allowed, { name: "denied" });
    assert.equal(store, "indexeddb");
    assert.match(storeReason, /localstorage holds a book/);
    await allowed.close();
  });

  it("takes no book that was made in IndexedDB", async () => {
    const tab = await visit.tab();
    assert.equal((await openIn(tab, { name: "made" })).store, "indexeddb");
    await close(tab);
    await tab.goto(`${visit.place.url}blank.html?denied`);
    await tab.waitForFunction(() => globalThis.stagebook);
    assert.deepEqual(await openIn(tab, { name: "made" }), { code: "storage" });
    await tab.close();
  });

  it("says quota when it is full, keeps all that it said yes to, and still erases", async () => {
    const tab = await visit.tab();
    const named = { name: "full", store: "localstorage" };
    await openIn(tab, named);
    const filled = await tab.evaluate(async () => {
      const { book } = globalThis;
      const text = "Called about the offer; asks for a second visit and the price of the larger one. ".repeat(3);
      let written = 0;
      for (let batch = 0; ; batch += 1) {
        const id = `p-${batch}`;
        const given = [book.contacts.create({ id, name: `Paola ${batch}` }), ...Array.from({ length: 99 }, () => book.contacts.comment(id, { text }))];
        const answers = await Promise.allSettled(given);
        written += answers.filter(({ status }) => status === "fulfilled").length;
        const failed = answers.find(({ status }) => status === "rejected");
        if (failed) {
          const size = Object.entries(localStorage).flat().reduce((sum, { length }) => sum + length, 0);
          const { entries } = await book.diagnostics();
          return { written, entries, code: failed.reason.code, size };
        }
      }
    });
    assert.equal(filled.code, "quota");
    assert.ok(filled.written > 3_000 && filled.size > 4_800_000, `${filled.written} entries in ${filled.size} characters`);
    const stored = async () => placesOf(["Paola 3\"", "\"p-3\""], await tab.evaluate(everythingStored));
    assert.deepEqual(await stored(), { "Paola 3\"": ["localStorage"], "\"p-3\"": ["localStorage"] });
    await tab.evaluate(() => globalThis.book.contacts.erase("p-3", { confirm: "p-3" }));
    assert.deepEqual(await stored(), { "Paola 3\"": [], "\"p-3\"": [] });
    await close(tab);
    assert.equal((await openIn(tab, named)).entries, filled.entries + 1);
    const report = await tab.evaluate(() => globalThis.book.audit.verify());
    assert.equal(report.ok, true, JSON.stringify(report));
    await tab.close();
  });
});
