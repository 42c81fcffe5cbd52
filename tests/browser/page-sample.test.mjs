// The sample books, one in each language: what a salesperson finds in them; the rooms that are the package's elements; and links
// that lead back to the same place.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, NARROW, panelOf, tooWide, WIDE, workAs } from "./demo.mjs";

const SAMPLES = {
  en: { book: "sample-en", opportunity: "Hugo Beckett", blocked: "Hannah Whitlow", needed: "2 things are needed", call: "Phone call", todo: "To do", won: "Won", reminder: /^Reminder: Offer/, conflict: "One conflict", disagreed: "Two devices disagreed", link: /^Link to this entry/ },
  it: { book: "sample-it", opportunity: "Elena Sartorelli", blocked: "Anna Biancolatte", needed: "servono 2 cose", call: "Telefonata", todo: "Da fare", won: "Vinti", reminder: /^Promemoria: Offerta/, conflict: "Un conflitto", disagreed: "Due dispositivi non concordavano", link: /^Collegamento a questa voce/ },
};

for (const [language, sample] of Object.entries(SAMPLES))
  describe(`the sample book, ${language}`, () => {
    let page, complained, shot, close;
    const byId = (id) => page.getByTestId(id);
    const to = (hash) => page.evaluate((hash) => { location.hash = hash; }, hash);
    /** What the book says; `work` runs in the page. */
    const asked = (work) => page.evaluate(work);
    /** The disagreement is the last that happens in it. */
    const filled = () => asked(async () => {
      const there = async () => globalThis.stagebookDemo.book.name.startsWith("sample") && (await globalThis.stagebookDemo.book.sync.conflicts()).length > 0;
      while (!(await there().catch(() => false))) await new Promise((done) => { setTimeout(done, 50); });
    });
    before(async () => {
      ({ page, complained, shot, close } = await demo());
      await byId("language").selectOption(language);
      await byId("book").selectOption(sample.book);
      await filled();
    });
    after(() => close?.());

    it("opened from the switcher it fills itself: months of history, in its language, ending now", async () => {
      await byId("contact-item").filter({ hasText: sample.opportunity }).waitFor();
      const { contacts, stages, oldest, newest } = await asked(async () => {
        const { book } = globalThis.stagebookDemo;
        const { items } = await book.contacts.list({ limit: 500 });
        const [first] = (await book.historyAll({ limit: 1, order: "oldest" })).items;
        const [last] = (await book.historyAll({ limit: 1, kinds: ["workflow.transitioned"], by: "sofia" })).items;
        return { contacts: items.length, stages: new Set(items.map(({ workflow }) => workflow.stage)).size, oldest: Date.parse(first.occurredAt), newest: Date.parse(last.occurredAt) };
      });
      assert.ok(contacts >= 30 && stages === 8, JSON.stringify({ contacts, stages }));
      const days = (time) => (Date.now() - time) / 86_400_000;
      assert.ok(days(oldest) > 90 && days(oldest) < 180, `${days(oldest)} days`);
      assert.ok(days(newest) < 30, `${days(newest)} days`);
    });

    it("there is something of each sort: overdue, today, planned, done, archived, blocked, in conflict, erased, and the log is intact", async () => {
      const found = await asked(async () => {
        const { book } = globalThis.stagebookDemo;
        const tasks = async (query) => (await book.tasks.list(query)).items.length;
        const { ok, erased } = await book.audit.verify();
        return {
          overdue: await tasks({ state: "overdue" }), today: await tasks({ state: "today" }), planned: await tasks({ state: "planned" }), done: await tasks({ status: "done" }),
          archived: (await book.contacts.list({ status: "archived" })).items.length, conflicts: (await book.sync.conflicts()).length, reminders: (await book.activities.reminders()).length, ok, erased,
        };
      });
      for (const [name, count] of Object.entries(found)) assert.ok(count, name);
      await byId("contact-item").filter({ hasText: sample.blocked }).click();
      await page.getByText(sample.needed).waitFor();
    });

    it("the badge says by itself that the log is intact, and when", async () => {
      await byId("verify").filter({ hasText: /(verified|verificato) \d/ }).waitFor();
      await byId("verify").click();
      await page.locator('[data-testid="verify-result"][data-ok="true"]').getByText(/\d{3}/).first().waitFor();
      await byId("verify-dismiss").click();
    });

    it("a conflict shows both sides, and the other move can still be made", async () => {
      await to("#");
      await page.locator("#conflicts > summary").click();
      await byId("conflict").getByRole("definition").nth(1).waitFor();
      await page.locator("#state").getByText(sample.conflict, { exact: true }).waitFor();
      await byId("conflict-again").click();
      await byId("conflict").waitFor({ state: "detached" });
      assert.equal(await asked(async () => (await globalThis.stagebookDemo.book.contacts.get("C029")).workflow.stage), "qualification");
    });

    it("a conflict that was settled is told no more: in the list, in the badges, in the contact's panel, after a reload", async () => {
      const untold = async () => {
        await byId("contact-item").first().waitFor();
        await page.locator("#state").getByText(sample.conflict, { exact: true }).waitFor({ state: "hidden" });
        assert.equal(await page.locator("#conflicts").isVisible(), false);
        await to("#contact=C029&tab=activities");
        await panelOf(page).since.waitFor();
        assert.equal(await page.getByRole("group", { name: sample.disagreed }).count(), 0);
        await to("#");
      };
      await untold();
      await page.reload();
      await untold();
    });

    it("tasks and reminders, the whole history and the insights are there, in the language of the page", async () => {
      await byId("nav-tasks").click();
      await page.locator("stagebook-tasks").getByRole("group", { name: sample.reminder }).waitFor();
      await page.locator("stagebook-tasks").getByText(sample.call, { exact: true }).first().waitFor();
      await byId("nav-history").click();
      await page.locator("stagebook-history").getByRole("article").nth(10).waitFor();
      await byId("nav-insights").click();
      const insights = page.locator("stagebook-insights");
      await insights.getByText(sample.won, { exact: true }).waitFor();
      const figures = await insights.getByRole("definition").allInnerTexts();
      assert.ok(figures.length === 4 && figures.every((figure) => Number(figure) > 0), figures.join());
      await insights.locator("summary").click();
      assert.equal(await insights.getByRole("row").count(), 9, "a table for those who do not see the bars");
      await shot(`insights-${language}`);
      await page.setViewportSize(NARROW);
      assert.deepEqual(await tooWide(page), []);
      await page.setViewportSize(WIDE);
    });

    it("a contact, its tab and its book are in the address, and a reload brings them back", async () => {
      await to("#contact=C009");
      await byId("contact-name").filter({ hasText: sample.opportunity }).waitFor();
      await panelOf(page).tab(language === "en" ? "History" : "Cronologia").click();
      await page.waitForFunction(() => location.hash.includes("tab=history"));
      const address = page.url();
      assert.match(address, new RegExp(`#contact=C009&tab=history&book=${sample.book}$`));
      await page.reload();
      await byId("contact-name").filter({ hasText: sample.opportunity }).waitFor();
      await panelOf(page).entries.first().waitFor();
      await byId("book").selectOption("demo");
      await page.waitForFunction(() => location.hash === "#book=demo");
      await page.goto(address);
      await byId("contact-name").filter({ hasText: sample.opportunity }).waitFor();
      assert.equal(await byId("book").inputValue(), sample.book);
    });

    it("each entry of the history has a link that leads to it", async () => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await to(`#history&book=${sample.book}`);
      const link = page.locator("stagebook-history").getByRole("article").nth(3).getByRole("button", { name: sample.link });
      await link.click();
      await byId("status").filter({ hasText: /\w/ }).waitFor();
      const address = await asked(() => navigator.clipboard.readText());
      const entry = decodeURIComponent(/&entry=([^&]+)/.exec(address)[1]);
      const found = () => page.waitForFunction((id) => document.querySelector("stagebook-panel")?.shadowRoot?.querySelector("stagebook-history")?.shadowRoot.activeElement?.dataset.id === id, entry);
      await page.goto(address);
      await found();
      await page.reload();
      await found();
      assert.equal(page.url(), address);
      await panelOf(page).tab("Workflow Log").click();
      await page.waitForFunction(() => !location.hash.includes("entry="));
      await to("#contact=C009&tab=history");
      await byId("contact-name").filter({ hasText: sample.opportunity }).waitFor();
    });

    it("a room is in the address, too, and going back leads to where one was", async () => {
      await byId("nav-insights").click();
      await byId("room-insights").waitFor();
      await page.reload();
      await byId("room-insights").waitFor();
      await page.goBack();
      await byId("contact-name").filter({ hasText: sample.opportunity }).waitFor();
    });

    it("a link to a book that is not in this browser says so, and shows what there is", async () => {
      await to("#tasks&book=somebody-elses");
      await byId("problem").getByText("somebody-elses").waitFor();
      assert.match(page.url(), new RegExp(`#tasks&book=${sample.book}$`));
      await byId("room-tasks").waitFor();
      await byId("problem-dismiss").click();
    });

    it("begun anew it is as it was at first", async () => {
      await workAs(page, "sofia");
      await asked(() => globalThis.stagebookDemo.book.contacts.comment("C009", { text: "Only of yesterday" }).then(() => {}));
      await to("#");
      await byId("tools").click();
      await byId("sample-anew").click();
      await byId("sample-anew-confirm").click();
      await byId("sample-anew-dialog").waitFor({ state: "detached" });
      await filled();
      assert.equal(await asked(async () => (await globalThis.stagebookDemo.book.history("C009", { text: "Only of yesterday" })).items.length), 0);
    });

    it("in silence", () => assert.deepEqual(complained, []));
  });
