// A contact's whole life in the demo, in every browser engine there is: the same steps, real clicks, the packed package, IndexedDB,
// the page's own policy; at last without anybody who serves it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { site } from "../browser/site.mjs";
import { ENGINES } from "./all.mjs";
import { hands } from "./hands.mjs";

const id = (name) => ({ is: `[data-testid=${name}]` });
const button = (name) => ({ is: "button", name });
const tabNamed = (name) => ({ is: "[role=tab]", name });

for (const { name, start, missing } of ENGINES)
  describe(`the demo in ${name}`, { skip: missing }, () => {
    let place, browser, tab, hand;
    /** What the book says; `work` runs in the page. */
    const asked = (work) => tab.run(work);
    before(async () => {
      place = await site();
      browser = await start();
      console.log(browser.version);
      tab = await browser.tab(place.demo);
      hand = hands(tab);
      await tab.run(watch);
    });
    after(async () => {
      await browser?.close();
      await place?.close();
    });

    it("a contact is made, an activity planned, and done with an outcome", async () => {
      await hand.click(id("new-contact"));
      await hand.type("dialog", "Name", "Bruno Bianchi");
      await hand.type("dialog", "Email", "bruno@example.com");
      await hand.click(id("new-contact-save"));
      await hand.choose("Pending activity", "Activity type", "intro-call");
      await hand.type("Pending activity", "Task description", "Ask for the budget");
      await hand.click(button("Save"));
      await hand.see("Ask for the budget");
      await hand.click(button("Done: Introductory call"));
      await hand.type("dialog", "Outcome (optional)", "2 000 a year");
      await hand.click({ ...button("Done"), within: "dialog" });
      await hand.see("Outcome: 2 000 a year");
    });

    it("a blocked move says what is missing and leads there; then it is made", async () => {
      await hand.see("one thing is needed");
      await hand.click(button("Log it: Company registration must be logged first."));
      await hand.type("Task", "Task description", "Registered");
      await hand.click(button("Save"));
      await hand.click(button("Move to Qualification"));
      await hand.see("Now in Qualification.", "[role=status]");
      await hand.click(tabNamed("Log"));
      await hand.see("Qualification", "td");
    });

    it("a comment and an invitation stand in the history, and the filter finds them", async () => {
      await hand.click(tabNamed("History"));
      await hand.type(undefined, "Add a comment", "Prefers mornings");
      await hand.click(button("Comment"));
      await hand.see("Prefers mornings", "article");
      await hand.click(id("invite"));
      await hand.click(id("invite-confirm"));
      await hand.see("invited", "article");
      assert.equal(await asked(async () => (await stagebookDemo.book.outbox.list()).items.length), 1);
      await hand.type(undefined, "Search", "mornings");
      await hand.see("One entry", "[role=status]");
      await hand.gone("invited", "article");
      await hand.click(button("Clear filters"));
      await hand.see("invited", "article");
    });

    it("the language changes at once, and back", async () => {
      await hand.choose(undefined, "Language", "it");
      await hand.see("Cronologia", "[role=tab]");
      await hand.choose(undefined, "Lingua", "en");
      await hand.see("History", "[role=tab]");
    });

    it("a second tab shows the same book and hears what the first writes", async () => {
      const second = await browser.tab(await asked(() => location.href));
      await second.run(watch);
      const other = hands(second);
      await other.click(tabNamed("History"));
      await other.see("Prefers mornings", "article");
      await asked(() => stagebookDemo.book.contacts.comment(/contact=([^&]+)/.exec(location.hash)[1], { text: "From the first tab" }).then(() => {}));
      await other.see("From the first tab", "article");
      assert.deepEqual(await second.run(() => globalThis.complained), []);
      await second.close();
      await tab.front();
    });

    it("archived, it leaves the list; restored, it is back", async () => {
      await hand.choose(undefined, "Working as", "sofia");
      // The page is drawn anew for her: a dialog that is opened before that goes with what it was opened from.
      await asked(() => new Promise((drawn) => { setTimeout(drawn, 500); }));
      await hand.click(id("archive"));
      await hand.click(id("archive-confirm"));
      await hand.gone("Bruno", "[data-testid=contact-item]");
      await hand.click(id("restore"));
      await hand.see("Bruno", "[data-testid=contact-item]");
    });

    it("a sample book fills itself, and shows its figures and tasks", async () => {
      const contact = await asked(() => location.hash);
      await hand.choose(undefined, "Book", "sample-en");
      await hand.see("Hugo Beckett", "[data-testid=contact-item]");
      await hand.click(id("nav-insights"));
      await hand.see("Contacts by stage", "h3");
      await hand.click(id("nav-tasks"));
      await hand.see("Approve the 5 % discount");
      await hand.choose(undefined, "Book", "demo");
      await tab.run((hash) => { location.hash = hash; }, contact);
      await hand.see("Bruno Bianchi", "h2");
    });

    it("a reload without a network brings all of it back, and it can be written", async () => {
      await asked(() => navigator.serviceWorker.ready.then(() => {}));
      assert.deepEqual(await asked(() => globalThis.complained), []);
      await place.cut();
      await tab.reload();
      await tab.run(watch);
      await hand.click(tabNamed("History"));
      await hand.see("From the first tab", "article");
      await hand.type(undefined, "Add a comment", "Without a network");
      await hand.click(button("Comment"));
      await hand.see("Without a network", "article");
    });

    it("erased when its id is typed, nothing of it is left, and the log verifies", async () => {
      await hand.click(id("delete"));
      const contact = await asked(() => document.querySelector("[data-testid=delete-id]").textContent);
      await hand.type("dialog", "Type the id to confirm", contact);
      await hand.type("dialog", "Reason (stays for ever: no personal data)", "ticket 7");
      await hand.click(id("delete-confirm"));
      await hand.see("Deleted contact", "h2");
      await hand.see("ticket 7", "article");
      await hand.gone("Prefers mornings", "article");
      const { ok, erased } = await asked(() => stagebookDemo.book.audit.verify());
      assert.ok(ok && erased > 5, JSON.stringify({ ok, erased }));
    });

    it("can be installed: its manifest names what is there", async () => {
      const manifest = await asked(() => fetch(document.querySelector("link[rel=manifest]").href).then((answer) => answer.json()));
      assert.ok(manifest.name && manifest.start_url && manifest.display === "standalone");
      for (const { src } of manifest.icons) assert.ok(await tab.run((src) => fetch(src).then(({ ok }) => ok), src), src);
    });

    it("without a word of complaint", async () => {
      assert.deepEqual(await asked(() => globalThis.complained), []);
    });
  });

/** Runs in the page: collects what goes wrong, and waits for the book. */
async function watch() {
  const complained = (globalThis.complained = []);
  addEventListener("error", ({ message }) => complained.push(message));
  addEventListener("unhandledrejection", ({ reason }) => complained.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => complained.push(`${violatedDirective} ${blockedURI}`));
  while (!globalThis.stagebookDemo?.book) await new Promise((done) => setTimeout(done, 20));
}
