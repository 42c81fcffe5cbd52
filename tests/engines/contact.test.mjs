// A contact's whole life in the panel, in every browser engine there is: the same steps, real clicks, the built package, IndexedDB,
// and the strictest policy.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hostPage } from "../elements/harness.mjs";
import { ENGINES } from "./all.mjs";
import { hands } from "./hands.mjs";

for (const { name, start, missing } of ENGINES)
  describe(`in ${name}`, { skip: missing }, () => {
    let host, browser, tab, hand;
    before(async () => {
      host = await hostPage();
      browser = await start();
      console.log(browser.version);
      tab = await browser.tab(host.url);
      hand = hands(tab);
      await tab.run(openBook, true);
    });
    after(async () => {
      await browser?.close();
      await host?.close();
    });

    it("a contact is made, an activity planned, and done with an outcome", async () => {
      await hand.choose("Pending activity", "Activity type", "intro-call");
      await hand.type("Pending activity", "Task description", "Ask for the budget");
      await hand.click({ is: "button", name: "Save" });
      await hand.see("Ask for the budget");
      await hand.click({ is: "button", name: "Done: Introductory call" });
      await hand.type("dialog", "Outcome (optional)", "2 000 a year");
      await hand.click({ is: "button", name: "Done", within: "dialog" });
      await hand.see("Outcome: 2 000 a year");
      assert.deepEqual(await tab.run(async () => (await book.activities.list("c-1", { status: "logged" })).items.map(({ outcome }) => outcome)), ["2 000 a year"]);
    });

    it("a blocked move says what is missing and leads there; then it is made", async () => {
      await hand.see("one thing is needed");
      await hand.click({ is: "button", name: "Log it: Company registration must be logged first." });
      await hand.see("Task description", "label");
      await hand.type("Task", "Task description", "Registered");
      await hand.click({ is: "button", name: "Save" });
      await hand.click({ is: "button", name: "Move to Qualification" });
      await hand.see("Now in Qualification.", "[role=status]");
      await hand.click({ is: "[role=tab]", name: "Log" });
      await hand.see("Qualification", "td");
    });

    it("a comment and an invitation stand in the history, and the filter finds them", async () => {
      await hand.click({ is: "[role=tab]", name: "History" });
      await hand.type(undefined, "Add a comment", "Prefers mornings");
      await hand.click({ is: "button", name: "Comment" });
      await hand.see("Prefers mornings", "article");
      await tab.run(() => book.contacts.invite("c-1", { email: "bruno@example.com", message: "Join us" }).then(() => {}));
      await hand.see("bruno@example.com", "article");
      assert.equal(await tab.run(async () => (await book.outbox.list()).items.length), 1);
      await hand.type(undefined, "Search", "mornings");
      await hand.see("One entry", "[role=status]");
      await hand.gone("bruno@example.com", "article");
      await hand.click({ is: "button", name: "Clear filters" });
      await hand.see("bruno@example.com", "article");
    });

    it("the language changes at once, and back", async () => {
      await tab.run(() => book.configure({ locale: "it" }));
      await hand.see("Cronologia", "[role=tab]");
      await tab.run(() => book.configure({ locale: "en" }));
      await hand.see("History", "[role=tab]");
    });

    it("a second tab shows the same book and hears what the first writes", async () => {
      const second = await browser.tab(host.url);
      await second.run(openBook, false);
      const other = hands(second);
      await other.click({ is: "[role=tab]", name: "History" });
      await other.see("Prefers mornings", "article");
      await tab.run(() => book.contacts.comment("c-1", { text: "From the first tab" }).then(() => {}));
      await other.see("From the first tab", "article");
      assert.deepEqual(await second.run(() => globalThis.complained), []);
      await second.run(() => book.close());
    });

    it("a reload brings all of it back", async () => {
      assert.deepEqual(await tab.run(() => globalThis.complained), []);
      await tab.reload();
      await tab.run(openBook, false);
      await hand.see("From the first tab", "article");
      assert.equal(await tab.run(async () => (await book.contacts.get("c-1")).workflow.stage), "qualification");
    });

    it("archived, it says so and is brought back by a button", async () => {
      await tab.run(() => book.contacts.archive("c-1", { reason: "Moved abroad" }).then(() => {}));
      await hand.click({ is: "button", name: "Restore" });
      await hand.gone("Restore", "button");
      assert.equal(await tab.run(async () => (await book.contacts.get("c-1")).status), "active");
    });

    it("erased, nothing of it is left, and the log verifies", async () => {
      await tab.run(() => book.contacts.erase("c-1", { confirm: "c-1", reason: "ticket 7" }).then(() => {}));
      await hand.gone("Prefers mornings", "article");
      await hand.see("ticket 7", "article");
      const { ok, erased } = await tab.run(() => book.audit.verify());
      assert.ok(ok && erased > 5, JSON.stringify({ ok, erased }));
      assert.equal(await tab.run(() => book.history("c-1").then(({ items }) => JSON.stringify(items).includes("Bruno"))), false);
    });

    it("without a word of complaint", async () => {
      assert.deepEqual(await tab.run(() => globalThis.complained), []);
    });
  });

/** Runs in the page: the book in IndexedDB and, if `made`, its contact; then the panel. */
async function openBook(made) {
  const complained = (globalThis.complained = []);
  addEventListener("error", ({ message }) => complained.push(message));
  addEventListener("unhandledrejection", ({ reason }) => complained.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => complained.push(`${violatedDirective} ${blockedURI}`));
  while (!globalThis.ready) await new Promise((done) => setTimeout(done, 20));
  const { openBook, crmContact } = globalThis.stagebook;
  const users = [{ id: "anna", name: "Anna Rossi" }, { id: "marco", name: "Marco Bianchi" }];
  globalThis.book = await openBook({ definitions: crmContact, actor: users[0], users, locale: "en", store: "indexeddb" });
  if (made) await book.contacts.create({ id: "c-1", name: "Bruno Bianchi", email: "bruno@example.com" });
  put("stagebook-panel", { book, contactId: "c-1", tab: made ? "activities" : "history" });
}
