// The audit in a page: what leaves the device is on its disk first, other tabs' writes are in it, and of contacts that were
// erased, a thousand of the real log's among them, an export proves the log and tells nothing.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { root } from "../../www/scripts/paths.mjs";
import { visitor } from "./site.mjs";

const LOG = join(root, "../shared/data/bpic2012.xes.gz");
const MINUTE = 60_000;

describe("the audit in a page", () => {
  const visit = visitor();
  before(() => visit.restart());
  const open = (tab, name, options = {}) => tab.evaluate(async ([name, options]) => {
    globalThis.book = await globalThis.stagebook.openBook({ name, definitions: globalThis.stagebook.crmContact, actor: { id: "anna" }, locale: "en", ...options });
  }, [name, options]);

  it("takes what was written to the disk before a checkpoint, a proof, an export or a delivery leaves", async () => {
    const tab = await visit.tab();
    await tab.evaluate(() => {
      const { transaction } = IDBDatabase.prototype;
      globalThis.strict = 0;
      IDBDatabase.prototype.transaction = function (names, mode, options) {
        globalThis.strict += Number(mode === "readwrite" && options?.durability === "strict");
        return transaction.call(this, names, mode, options);
      };
    });
    await open(tab, "durable");
    const counts = await tab.evaluate(async () => {
      const { book } = globalThis;
      const counted = async (work) => {
        await book.contacts.create({ name: "Bruno", email: "b@example.com" });
        const before = globalThis.strict;
        await work();
        return globalThis.strict - before;
      };
      const { replica } = await book.diagnostics();
      return [
        await counted(() => {}),
        await counted(() => book.audit.checkpoint()),
        await counted(async () => { await book.audit.checkpoint(); await book.audit.checkpoint(); }),
        await counted(() => book.audit.proveInclusion(`${replica}/0`)),
        await counted(() => book.audit.proveConsistency(1)),
        await counted(() => new Response(book.audit.export("jsonl")).text()),
        await counted(() => book.audit.verify()),
        await counted(async () => {
          const { items: [{ id }] } = await book.contacts.list({ limit: 1 });
          await book.contacts.invite(id, { email: "b@example.com" });
          await new Promise((done) => { globalThis.stop = book.outbox.deliver(async () => done()); });
        }),
      ];
    });
    assert.deepEqual(counts, [0, 1, 1, 1, 1, 1, 0, 1]);
    await tab.evaluate(() => { globalThis.stop(); return globalThis.book.close(); });
    await tab.close();
  });

  it("has in it what other tabs wrote, and follows a tab that compacts and erases in the middle of an export", async () => {
    const tabs = [await visit.tab(), await visit.tab()];
    for (const tab of tabs) await open(tab, "shared");
    // More than an export reads at once stands before the one that goes.
    await tabs[0].evaluate(async () => {
      const { contacts } = globalThis.book;
      await Promise.all(Array.from({ length: 2_500 }, (_, n) => contacts.create({ id: `c${n}`, name: `Somebody${n}x` })));
      const text = "Says much. ".repeat(500);
      for (let n = 0; n < 2_500; n += 500) await Promise.all(Array.from({ length: 500 }, (_, m) => contacts.comment(`c${n + m}`, { text })));
      await contacts.create({ id: "last", name: "Somebodylast" });
    });
    const first = await tabs[1].evaluate(async () => {
      globalThis.reader = globalThis.book.audit.export("jsonl").getReader();
      globalThis.decoder = new TextDecoder();
      const { value } = await globalThis.reader.read();
      return globalThis.decoder.decode(value, { stream: true });
    });
    await tabs[0].evaluate(() => globalThis.book.contacts.erase("last", { confirm: "last" }));
    const { rest, report } = await tabs[1].evaluate(async (first) => {
      let rest = "";
      for (let step; !(step = await globalThis.reader.read()).done; ) rest += globalThis.decoder.decode(step.value, { stream: true });
      return { rest, report: await globalThis.stagebook.verifyLog((first + rest).split("\n")) };
    }, first);
    assert.deepEqual([report.ok, report.replicas.length], [true, 1]);
    assert.ok(first.includes("Somebody0x") && rest.includes("Says much"), "in several pieces");
    assert.ok(!(first + rest).includes("Somebodylast"));
    assert.equal(report.erased, 2);
    for (const tab of tabs) {
      await tab.evaluate(() => globalThis.book.close());
      await tab.close();
    }
  });

  it("proves the real log after a thousand of its contacts were erased", { timeout: 8 * MINUTE, skip: !existsSync(LOG) && "../shared/data/bpic2012.xes.gz is absent" }, async (test) => {
    await copyFile(LOG, join(visit.place.host.folder, "log.xes.gz"));
    const tab = await visit.tab();
    const result = await tab.evaluate(async () => {
      const { definitionFromXes, fromXes, scanXes } = await import("/node_modules/stagebook/import.js");
      const { openBook, verifyLog } = globalThis.stagebook;
      const source = await (await fetch("/log.xes.gz")).blob();
      const stages = (name) => name.startsWith("A_");
      const definitions = definitionFromXes(await scanXes(source, { stages }), { id: "loans", stages });
      const book = await openBook({ name: "loans", definitions, actor: { id: "anna" }, locale: "en" });
      await book.audit.importHistory(fromXes(source, { stages, definition: "loans" }));
      const kept = await book.audit.checkpoint();
      const backup = await new Response(book.audit.export("jsonl")).blob();
      const ids = [];
      for (let cursor; ids.length < 1_000; ) {
        const { items, next } = await book.contacts.list({ limit: 500, ...(cursor && { cursor }) });
        // Every other one, so that erased entries lie beside others.
        ids.push(...items.filter((_, nth) => nth % 2 === 0).map(({ id }) => id));
        cursor = next;
      }
      let gone = 0;
      for (const id of ids.slice(0, 1_000)) {
        const { total } = await book.history(id, { limit: 1, count: true });
        gone += total;
        await book.contacts.erase(id, { confirm: id });
      }
      const own = await book.audit.verify({ checkpoints: [kept] });
      // The export once into the check and once through a search for the erased, neither of which keeps it.
      const [checked, searched] = book.audit.export("jsonl").tee();
      const marks = new Set(ids.slice(0, 1_000).flatMap((id) => [`"${id}"`]));
      const found = [];
      const search = async () => {
        let begun = "";
        for (const reader = searched.pipeThrough(new TextDecoderStream()).getReader(), at = {}; !(at.step = await reader.read()).done; ) {
          const lines = (begun + at.step.value).split("\n");
          begun = lines.pop();
          for (const line of lines) for (const [text] of line.matchAll(/"\d+"/g)) if (marks.has(text)) found.push(line.slice(0, 200));
        }
      };
      const [report] = await Promise.all([verifyLog(checked, { checkpoints: [kept] }), search()]);
      const { entries } = await book.diagnostics();
      // Nothing of an old backup comes back.
      const brought = await book.audit.import(backup.stream());
      const back = [];
      for (const id of ids.slice(0, 1_000)) if (await book.contacts.get(id)) back.push(id);
      const after = await book.audit.verify({ checkpoints: [kept] });
      await book.close();
      return { own, report, gone, entries, found, brought, back, after };
    });
    test.diagnostic(`${result.entries} entries, ${result.gone} erased`);
    assert.deepEqual(result.found, []);
    assert.deepEqual(result.report, result.own);
    assert.equal(result.report.ok, true);
    assert.deepEqual([result.report.entries, result.report.erased, result.report.missing, result.report.withheld], [result.entries, result.gone, 0, 0]);
    assert.deepEqual([result.brought.entries, result.back, result.after], [0, [], result.own]);
    await tab.close();
  });
});
