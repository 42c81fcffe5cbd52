// What was written under a commandId is known after a restart of the browser, in another tab, and after the entries were
// compacted: a retry writes nothing and answers the same.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { pageOf, visitor } from "./site.mjs";

describe("commands made again", () => {
  const visit = visitor({ ready: async () => { tabs = [await opened(), await opened()]; } });
  let tabs;
  let made;
  let first;
  before(async () => {
    await cp(new URL("../seed", import.meta.url), join(visit.place.host.folder, "seed"), { recursive: true });
    await visit.place.host.put("commands.html", pageOf("/commands.js"));
    await visit.place.host.put("commands.js", `
      import * as stagebook from "./node_modules/stagebook/browser.js";
      import * as commands from "./seed/commands.mjs";
      Object.assign(globalThis, { stagebook, commands });`);
    await visit.restart();
    made = await tabs[0].evaluate(() => globalThis.commands.prepare(globalThis.book));
    first = await tabs[0].evaluate((made) => globalThis.commands.makeAll(globalThis.book, made), made);
  });
  async function opened() {
    const tab = await visit.tab("commands.html");
    await tab.evaluate(async () => {
      const { crmContact, openBook } = globalThis.stagebook;
      globalThis.book = await openBook({ name: "commands", definitions: crmContact, actor: { id: "anna" }, store: "indexeddb", locale: "en", clock: () => Date.parse("2026-03-09T22:30:00Z") });
    });
    return tab;
  }

  const repeat = (tab) => tab.evaluate(([made, first]) => globalThis.commands.repeat(globalThis.book, made, first), [made, first]);

  it("in the other tab", { timeout: 30_000 }, async () => {
    const entries = (tab) => tab.evaluate(async () => (await globalThis.book.diagnostics()).entries);
    const written = await entries(tabs[0]);
    // It is told of the last write a moment after it.
    while ((await entries(tabs[1])) < written) await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(await repeat(tabs[1]), []);
  });

  it("after a restart", async () => {
    await visit.restart();
    for (const tab of tabs) assert.deepEqual(await repeat(tab), []);
  });

  it("after their entries were compacted, and after another restart", async () => {
    await tabs[0].evaluate(() => Promise.all(Array.from({ length: 100 }, (_, nth) => globalThis.book.contacts.comment("c-1", { text: `${nth}` }))));
    await new Promise((done) => setTimeout(done, 1_500));
    for (const tab of tabs) assert.deepEqual(await repeat(tab), []);
    await visit.restart();
    for (const tab of tabs) assert.deepEqual(await repeat(tab), []);
    assert.equal((await tabs[1].evaluate(() => globalThis.book.audit.verify())).ok, true);
  });
});
