// The demo after its first load, with nobody there to serve it any more: in every browser engine there is.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { site } from "../browser/site.mjs";
import { ENGINES } from "./all.mjs";
import { hands } from "./hands.mjs";

for (const { name, start, missing } of ENGINES)
  describe(`the demo in ${name}`, { skip: missing }, () => {
    let place, browser, tab;
    before(async () => {
      place = await site();
      browser = await start();
      tab = await browser.tab(place.demo);
    });
    after(async () => {
      await browser?.close();
      await place?.close();
    });

    it("opens and writes without a network after its first load", async () => {
      await tab.run(() => navigator.serviceWorker.ready.then(() => {}));
      await tab.run(ready);
      await tab.run(() => stagebookDemo.book.contacts.create({ id: "c-1", name: "Bruno Bianchi" }).then(() => {}));
      await place.cut();
      await tab.reload();
      await tab.run(ready);
      await hands(tab).see("Bruno Bianchi", "[data-testid=contact-item]");
      await tab.run(() => stagebookDemo.book.contacts.comment("c-1", { text: "Without a network" }).then(() => {}));
      assert.equal(await tab.run(() => stagebookDemo.book.history("c-1").then(({ items }) => items[0].data.text)), "Without a network");
    });

    it("can be installed: its manifest names what is there", async () => {
      const manifest = await tab.run(() => fetch(document.querySelector("link[rel=manifest]").href).then((answer) => answer.json()));
      assert.ok(manifest.name && manifest.start_url && manifest.display === "standalone");
      for (const { src } of manifest.icons) assert.ok(await tab.run((src) => fetch(src).then(({ ok }) => ok), src), src);
    });
  });

/** Runs in the page: resolves when its book is open. */
async function ready() {
  while (!globalThis.stagebookDemo?.book) await new Promise((done) => setTimeout(done, 20));
}
