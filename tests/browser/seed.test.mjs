// One test named after each line of the reference that the two guides themselves say, and of its rules: through the packed package
// in Node (memory) and in Chromium (IndexedDB), and what is said of the contact panel on the demo page.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { scenariosFor } from "../seed/play.mjs";
import { panelOf } from "./demo.mjs";
import { pageOf, site } from "./site.mjs";

describe("what the guides say", () => {
  let place;
  let browser;
  before(async () => {
    place = await site();
    browser = await chromium.launch(launchOptions());
    await cp(new URL("../seed", import.meta.url), join(place.host.folder, "seed"), { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await place?.close();
  });

  describe("in Node, in memory", () => {
    let outcomes;
    before(async () => {
      outcomes = await place.host.node("seed.mjs", `
        import * as stagebook from "stagebook";
        import { play } from "./seed/play.mjs";
        console.log(JSON.stringify(await play(stagebook, "memory")));`);
    });
    for (const { name, expected } of scenariosFor("memory")) it(name, () => assert.deepEqual(outcomes[name], expected));
  });

  describe("in Chromium, in IndexedDB", () => {
    let outcomes;
    before(async () => {
      await place.host.put("seed.js", `
        import * as stagebook from "./node_modules/stagebook/browser.js";
        import { play } from "./seed/play.mjs";
        globalThis.outcomes = play(stagebook, "indexeddb");`);
      await place.host.put("seed.html", pageOf("/seed.js"));
      const context = await browser.newContext();
      const tab = await context.newPage();
      await tab.goto(`${place.url}seed.html`);
      await tab.waitForFunction(() => globalThis.outcomes, undefined, { timeout: 180_000 });
      outcomes = await tab.evaluate(() => globalThis.outcomes);
      await context.close();
    });
    for (const { name, expected } of scenariosFor("indexeddb")) it(name, () => assert.deepEqual(outcomes[name], expected));
  });

  describe("on the demo page", () => {
    const QUIET = "quiet";

    /** The demo in a language, with a contact of each sort, and a second book whose workflow does not ask for its log. */
    async function demo(language) {
      const context = await browser.newContext({ locale: language });
      const tab = await context.newPage();
      await tab.goto(`${place.url}blank.html`);
      await tab.waitForFunction(() => globalThis.stagebook);
      await tab.evaluate(async ([name, language]) => {
        const { crmContact } = globalThis.stagebook;
        const quiet = { ...crmContact, id: "quiet", showLog: false };
        localStorage.setItem("stagebook-demo", JSON.stringify({ language, imported: { [name]: quiet } }));
        for (const [book, definitions] of [["demo", crmContact], [name, quiet]]) {
          const opened = await globalThis.stagebook.openBook({ name: book, definitions, actor: { id: "anna", name: "Anna Rossi" }, locale: language });
          await opened.contacts.create({ id: "with", name: "With a workflow" });
          await opened.contacts.create({ id: "without", name: "Without a workflow", workflow: null });
          await opened.close();
        }
      }, [QUIET, language]);
      const shown = async (id) => {
        await tab.goto("about:blank");
        await tab.goto(`${place.demo}#contact=${id}`);
        await tab.getByRole("tab").first().waitFor();
      };
      await shown("with");
      return { tab, shown, panel: panelOf(tab), close: () => context.close() };
    }
    const tabsOf = (tab, list) => tab.getByRole("tablist", { name: list, exact: true }).getByRole("tab").allInnerTexts();
    const today = (tab) => tab.evaluate(() => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short" }).format(new Date()));

    it("§1 The Workflow Log is the first tab of the contact panel, only if a workflow is active and asks for it; it then holds two tabs, Activities and Log", async () => {
      const { tab, shown, panel, close } = await demo("en");
      assert.deepEqual(await tabsOf(tab, "Contact"), ["Workflow Log", "History"]);
      assert.equal(await panel.tab("Workflow Log").getAttribute("aria-selected"), "true");
      assert.deepEqual(await tabsOf(tab, "Workflow Log"), ["Activities", "Log"]);
      await shown("without");
      assert.deepEqual(await tabsOf(tab, "Contact"), ["History"]);
      await panel.button("Start Contact").click();
      await panel.tab("Workflow Log").waitFor();
      assert.deepEqual(await tabsOf(tab, "Contact"), ["Workflow Log", "History"]);
      await tab.getByTestId("book").selectOption(QUIET);
      await tab.getByTestId("contact-item").filter({ hasText: "With a workflow" }).click();
      await panel.tab("Workflow Log").waitFor({ state: "detached" });
      await panel.since.waitFor();
      assert.deepEqual(await tabsOf(tab, "Contact"), ["History"]);
      await close();
    });

    it("§2 Two tabs, Attività and Log, the boxes Attività and Attività in sospeso, and their fields, in Italian", async () => {
      const { tab, panel, close } = await demo("it");
      assert.deepEqual(await tabsOf(tab, "Workflow Log"), ["Attività", "Log"]);
      const labels = async (box) => {
        await panel.field(box, /^Tipo Attività/).selectOption("intro-call");
        await panel.field(box, "Descrizione attività").waitFor();
        return (await panel.box(box).locator("label").allInnerTexts()).map((label) => label.replace(" *", "")).sort();
      };
      assert.deepEqual(await labels("Attività"), ["Data", "Descrizione attività", "Operatore", "Tipo Attività"]);
      assert.deepEqual(await labels("Attività in sospeso"), [
        "Crea attività", "Data attività in attesa", "Data chiusura", "Data fine promemoria", "Data inizio promemoria", "Descrizione attività",
        "Operatore", "Tipo Attività",
      ]);
      await panel.tab("Log").click();
      assert.deepEqual((await tab.getByRole("columnheader").allInnerTexts()).slice(0, 4), ["Stadio iniziale", "Stadio finale", "Operatore", "Data"]);
      await close();
    });

    it("§2 Task box: the date is filled in the moment the type is entered, with the user; the choice depends on the stage", async () => {
      const { tab, panel, close } = await demo("en");
      const type = panel.field("Task", /^Activity type/);
      assert.equal(await panel.field("Task", "Date").count(), 0);
      assert.deepEqual((await type.locator("option").allInnerTexts()).slice(1), ["Company registration – required, 0 of 1", "Introductory call – required, 0 of 1"]);
      await type.selectOption("intro-call");
      assert.deepEqual([await panel.field("Task", /^Date/).inputValue(), await panel.field("Task", /^User/).inputValue()], [await today(tab), "Anna Rossi"]);
      await panel.field("Task", "Task description").fill("Interested");
      await panel.save();
      const row = panel.group("Done").getByRole("listitem");
      await row.waitFor();
      assert.match(await row.innerText(), /Introductory call\s+Interested[\s\S]*Anna Rossi/);
      await close();
    });

    it("§2 Pending activity box: date filled in, user proposed and required, closing date, reminder range; Create activity makes the task when saved", async () => {
      const { tab, panel, close } = await demo("en");
      const field = (label) => panel.field("Pending activity", label);
      await field(/^Activity type/).selectOption("intro-call");
      assert.deepEqual([await field(/^Pending activity date/).inputValue(), await field(/^User/).inputValue()], [await today(tab), "anna"]);
      await field(/^User/).selectOption("");
      await panel.box("Pending activity").getByText("The user who will do the pending activity is required.").waitFor();
      await field(/^User/).selectOption("marco");
      await field("Task description").fill("Ring again");
      for (const [label, day] of [["Closing date", "2036-03-20"], ["Reminder start date", "2036-03-18"], ["Reminder end date", "2036-03-20"]]) await field(label).fill(day);
      await field("Create activity").check();
      const tasks = () => tab.evaluate(async () => (await globalThis.stagebookDemo.book.history("with", { kinds: ["task.created"] })).items.length);
      assert.equal(await tasks(), 0);
      await panel.save();
      const row = panel.group("Planned").getByRole("listitem");
      await row.waitFor();
      assert.match(await row.innerText(), /Introductory call[\s\S]*Ring again[\s\S]*Marco Bianchi/);
      const [{ remind }] = await tab.evaluate(async () => (await globalThis.stagebookDemo.book.activities.list("with", { status: "open" })).items);
      assert.deepEqual([remind.start, remind.end], ["2036-03-18", "2036-03-20"]);
      assert.equal(await tasks(), 1);
      await close();
    });

    it("§3 The Log lists every stage change with starting stage, ending stage, operator and date; the first has no starting stage", async () => {
      const { tab, panel, close } = await demo("en");
      await tab.evaluate(() => globalThis.stagebookDemo.book.contacts.save("with", {
        activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }], transition: { to: "qualification" },
      }));
      await panel.tab("Log").click();
      await panel.rows.nth(2).waitFor();
      const cells = await panel.rows.evaluateAll((found) => found.slice(1).map((row) => [...row.cells].map((cell) => cell.textContent)));
      assert.deepEqual(cells.map((row) => row.slice(0, 3)), [["Start", "Qualification", "Anna Rossi"], ["–", "Start", "Anna Rossi"]]);
      for (const [, , , date] of cells) assert.match(date, /20\d\d/);
      await close();
    });
  });
});
