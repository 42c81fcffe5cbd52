// What a host can rely on around the component: a policy without 'wasm-unsafe-eval' is named as the reason, a reload or an
// end of the browser in the middle of writes loses nothing that was awaited, and the inline entry does all of it.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { serveFolder } from "../../www/scripts/static.mjs";
import { blank, complaints, pageOf, POLICY, visitor } from "./site.mjs";

describe("the package in a page", () => {
  const visit = visitor();
  before(async () => {
    await visit.restart();
    await visit.place.host.put("inline.html", pageOf("/inline.js"));
    await visit.place.host.put("inline.js", 'import * as stagebook from "/node_modules/stagebook/inline.js";\nglobalThis.stagebook = stagebook;\n');
  });
  const open = (tab, name, options = {}) => tab.evaluate(async ([name, options]) => {
    globalThis.book = await globalThis.stagebook.openBook({ name, definitions: globalThis.stagebook.crmContact, actor: { id: "anna" }, locale: "en", ...options });
  }, [name, options]);

  for (const entry of ["blank.html", "inline.html"]) {
    it(`says wasm-blocked under a policy without 'wasm-unsafe-eval' (${entry}), and works again where it is allowed`, async () => {
      const strict = await serveFolder(visit.place.host.folder, { policy: POLICY.replace(" 'wasm-unsafe-eval'", "") });
      try {
        const tab = await blank(visit.context, strict, entry);
        for (const locale of ["en", "it"]) {
          const error = await tab.evaluate((locale) => globalThis.stagebook.openBook({ definitions: globalThis.stagebook.crmContact, actor: { id: "anna" }, locale })
            .catch((error) => ({ code: error.code, message: error.message, ours: error instanceof globalThis.stagebook.StagebookError })), locale);
          assert.equal(error.code, "wasm-blocked");
          assert.equal(error.ours, true);
          assert.match(error.message, /wasm-unsafe-eval/);
        }
        assert.deepEqual(await tab.evaluate(() => indexedDB.databases()), []);
        await tab.close();
      } finally {
        await strict.close();
      }
      const tab = await visit.tab(entry);
      const complained = complaints(tab);
      await open(tab, `works-${entry}`);
      const { contact } = await tab.evaluate(() => globalThis.book.contacts.create({ name: "Bruno" }));
      assert.equal(contact.workflow.stage, "start");
      assert.equal((await tab.evaluate(() => globalThis.book.audit.verify())).ok, true);
      assert.equal((await tab.evaluate(() => globalThis.book.diagnostics())).store, "indexeddb");
      assert.deepEqual(complained, []);
      await tab.close();
    });
  }

  it("writes on through stagebook/inline what stagebook wrote, and the other way round", async () => {
    for (const [nth, entry] of ["blank.html", "inline.html", "blank.html"].entries()) {
      const tab = await visit.tab(entry);
      await open(tab, "both-entries");
      const texts = await tab.evaluate(async (nth) => {
        if (nth === 0) await globalThis.book.contacts.create({ id: "c-1", name: "Bruno" });
        await globalThis.book.contacts.comment("c-1", { text: `by entry ${nth}` });
        return (await globalThis.book.history("c-1", { kinds: ["contact.commented"], order: "oldest" })).items.map(({ data }) => data.text);
      }, nth);
      assert.deepEqual(texts, Array.from({ length: nth + 1 }, (_, at) => `by entry ${at}`));
      await tab.close();
    }
  });

  /** Runs in a page: writes without end, and tells the test of every write that was awaited. */
  function writeWithoutEnd(prefix) {
    const { book } = globalThis;
    const one = async (nth) => {
      await book.contacts.comment("c-1", { text: `${prefix} ${nth}` });
      globalThis.awaited(`${prefix} ${nth}`);
    };
    // Without a rest, what is told would pile up, and an order to crash would wait for its turn for minutes.
    const rest = () => new Promise((done) => setTimeout(done, 5));
    void (async () => { for (let nth = 0; ; nth += 4, await rest()) await Promise.all([one(nth), one(nth + 1), one(nth + 2), one(nth + 3)]); })()
      .catch((error) => globalThis.awaited(`failed: ${error.code} ${error.message}`));
  }

  /** Interrupts the writing of a tab in three places; what was awaited before must be there afterwards. */
  async function interrupted(name, interrupt, options) {
    const awaited = new Set();
    let tab = await watched(awaited);
    await open(tab, name, options);
    await tab.evaluate(() => globalThis.book.contacts.create({ id: "c-1", name: "Bruno" }));
    for (const [round, wait] of [37, 111, 203].entries()) {
      await tab.evaluate(writeWithoutEnd, `round ${round}`);
      const before = awaited.size;
      await until(() => awaited.size >= before + 20);
      await new Promise((done) => setTimeout(done, wait));
      tab = await interrupt(tab, awaited);
      await open(tab, name, options);
      await kept(tab, awaited);
    }
    await tab.close();
  }

  async function until(reached) {
    for (const deadline = performance.now() + 30_000; !reached(); await new Promise((done) => setTimeout(done, 5))) assert.ok(performance.now() < deadline, "nothing is written any more");
  }

  async function watched(awaited) {
    const tab = await visit.context.newPage();
    await tab.exposeFunction("awaited", (text) => void awaited.add(text));
    await tab.goto(`${visit.place.url}blank.html`);
    await tab.waitForFunction(() => globalThis.stagebook);
    return tab;
  }

  async function kept(tab, awaited) {
    const { texts, report } = await tab.evaluate(async () => {
      const texts = [];
      for (let cursor; ; ) {
        const { items, next } = await globalThis.book.history("c-1", { kinds: ["contact.commented"], limit: 500, ...(cursor && { cursor }) });
        texts.push(...items.map(({ data }) => data.text));
        if (!(cursor = next)) return { texts, report: await globalThis.book.audit.verify() };
      }
    });
    const written = new Set(texts);
    assert.ok(awaited.size > 0);
    assert.deepEqual([...awaited].filter((text) => !written.has(text)), [], "awaited and lost");
    assert.equal(written.size, texts.length, "written twice");
    assert.equal(report.ok, true, JSON.stringify(report));
  }

  for (const durability of ["relaxed", "strict"]) {
    it(`loses no awaited save when the page is reloaded in the middle of writes (${durability})`, async () => {
      await interrupted(`reloaded-${durability}`, async (tab) => {
        await tab.reload();
        await tab.waitForFunction(() => globalThis.stagebook);
        return tab;
      }, { durability });
    });
  }

  it("loses none when the tab is closed, nor when its process crashes", async () => {
    const crash = async (tab) => {
      const session = await visit.context.newCDPSession(tab);
      const crashed = tab.waitForEvent("crash");
      void session.send("Page.crash").catch(() => {});
      await crashed;
    };
    let nth = 0;
    await interrupted("closed", async (tab, awaited) => {
      if ((nth += 1) === 2) await crash(tab);
      await tab.close();
      return watched(awaited);
    });
  });

  it("loses none when the browser is ended in the middle of writes", async () => {
    await interrupted("ended", async (_, awaited) => {
      await visit.restart();
      return watched(awaited);
    });
  });
});
