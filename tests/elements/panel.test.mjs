// The panel as a salesperson uses it, in Chromium, under a policy that allows nothing inline and no parser of the browser.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { harness, open, show } from "./harness.mjs";

let host, page, complained, context;
before(async () => { host = await harness(); });
after(() => host?.close());
beforeEach(async () => {
  ({ page, complained, context } = await host.page());
  await open(page);
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(complained, []);
});

const field = (label, box) => page.getByRole("group", { name: box, exact: true }).getByLabel(label);
const choose = (box, type) => field("Activity type", box).selectOption(type);
const save = () => page.getByRole("button", { name: "Save", exact: true }).click();
const said = (text) => page.getByRole("status").filter({ hasText: text }).waitFor();
const dialog = () => page.getByRole("dialog");
const change = (work) => page.evaluate(work);

/** What the first stage asks for. */
async function qualify() {
  await change(() => book.contacts.save("c-1", { activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }] }));
}

describe("the tabs", () => {
  it("Workflow Log, with Activities and Log in it, comes first, and History beside it", async () => {
    await show(page, "stagebook-panel");
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Workflow Log", "History", "Activities", "Log"]);
    assert.equal(await page.getByRole("tab", { name: "Workflow Log" }).getAttribute("aria-selected"), "true");
  });

  it("Workflow Log is not there where no workflow is active, and comes when one is started", async () => {
    await change(() => book.contacts.create({ id: "c-2", name: "Ada", workflow: null }));
    await show(page, "stagebook-panel", { contactId: "c-2" });
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["History"]);
    await page.getByRole("button", { name: "Start Contact" }).click();
    await page.getByRole("tab", { name: "Workflow Log" }).waitFor();
  });

  it("Workflow Log is not there where the workflow does not ask for it", async () => {
    await change(async () => {
      const { openBook, crmContact } = stagebook;
      globalThis.book = await openBook({ definitions: { ...crmContact, showLog: false }, actor: { id: "anna" }, store: "memory" });
      await book.contacts.create({ id: "c-1", name: "Bruno" });
    });
    await show(page, "stagebook-panel");
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["History"]);
  });
});

describe("the two boxes", () => {
  it("fill in date and user the moment a type is chosen", async () => {
    await show(page, "stagebook-panel");
    await choose("Task", "intro-call");
    assert.match(await field("Date", "Task").inputValue(), /^\d{4}-\d\d-\d\d$/);
    assert.equal(await field("User", "Task").inputValue(), "Anna Rossi");
    await choose("Pending activity", "intro-call");
    assert.match(await field("Pending activity date", "Pending activity").inputValue(), /^\d{4}-\d\d-\d\d$/);
    assert.equal(await field("User", "Pending activity").inputValue(), "anna");
  });

  it("offer the stage's types first and say what is required still missing", async () => {
    await show(page, "stagebook-panel");
    const offered = await field("Activity type", "Task").locator("option").allTextContents();
    assert.deepEqual(offered, ["Choose…", "Company registration – required, 0 of 1", "Introductory call – required, 0 of 1"]);
  });

  it("show every problem beside its field while it is typed", async () => {
    await show(page, "stagebook-panel");
    await choose("Pending activity", "intro-call");
    await field("Closing date", "Pending activity").fill("2020-01-01");
    await field("User", "Pending activity").selectOption("");
    await field("Reminder start date", "Pending activity").fill("2030-01-02");
    const wrong = await page.locator(".issues .error").allTextContents();
    assert.deepEqual(wrong.sort(), ["A reminder needs both a start date and an end date.", "The closing date must not be earlier than the pending activity date.", "The user who will do the pending activity is required."]);
    assert.equal(await field("Closing date", "Pending activity").getAttribute("aria-invalid"), "true");
  });

  it("save both with the contact, and make a task where that is ticked", async () => {
    await show(page, "stagebook-panel");
    await choose("Task", "intro-call");
    await field("Task description", "Task").fill("  First talk  ");
    await choose("Pending activity", "register-contact");
    await field("Closing date", "Pending activity").fill("2036-05-01");
    await field("Create activity", "Pending activity").check();
    await save();
    await said("Saved.");
    const { logged, tasks } = await change(async () => ({ logged: (await book.activities.list("c-1", { status: "logged" })).items, tasks: (await book.tasks.list()).items }));
    assert.deepEqual(logged.map(({ type, description }) => [type, description]), [["intro-call", "First talk"]]);
    assert.deepEqual(tasks.map(({ type, due }) => [type, due]), [["register-contact", "2036-05-01"]]);
    assert.equal(await field("Activity type", "Task").inputValue(), "");
    await page.getByText("In the task list").waitFor();
  });

  it("keep what is being typed while somebody else changes the contact", async () => {
    await show(page, "stagebook-panel");
    await choose("Task", "intro-call");
    await field("Task description", "Task").pressSequentially("Half a ");
    await change(() => book.contacts.comment("c-1", { text: "Meanwhile" }));
    await field("Task description", "Task").pressSequentially("sentence");
    assert.equal(await field("Task description", "Task").inputValue(), "Half a sentence");
  });

  it("can be forbidden by the host, and then nothing is written", async () => {
    await show(page, "stagebook-panel");
    await change(() => addEventListener("stagebook-before-save", (event) => event.preventDefault(), { once: true }));
    await choose("Task", "intro-call");
    await save();
    assert.equal((await change(() => book.activities.list("c-1"))).items.length, 0);
    assert.equal(await field("Activity type", "Task").inputValue(), "intro-call");
  });
});

describe("moves", () => {
  it("a blocked one says all that is missing, and each button leads to its fix", async () => {
    await show(page, "stagebook-panel", { tab: "history" });
    await page.getByText("2 things are needed").waitFor();
    await page.getByRole("button", { name: "Log it: Introductory call must be logged first." }).click();
    assert.equal(await page.getByRole("tab", { name: "Activities" }).getAttribute("aria-selected"), "true");
    assert.equal(await field("Activity type", "Task").inputValue(), "intro-call");
    await page.keyboard.type("Called");
    await save();
    await page.getByText("one thing is needed").waitFor();
  });

  it("where the stage path stands alone, the boxes come to it", async () => {
    await show(page, "stagebook-stage-path");
    await page.getByRole("button", { name: "Log it: Introductory call must be logged first." }).click();
    await dialog().getByLabel("Task description").fill("By phone");
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByText("one thing is needed").waitFor();
    assert.deepEqual((await change(() => book.activities.list("c-1"))).items.map(({ description }) => description), ["By phone"]);
  });

  it("the host can take a fix over", async () => {
    await show(page, "stagebook-panel", { tab: "history" });
    await change(() => addEventListener("stagebook-fix", (event) => event.preventDefault(), { once: true }));
    await page.getByRole("button", { name: /Log it: Introductory/ }).click();
    assert.equal(await page.getByRole("tab", { name: "History" }).getAttribute("aria-selected"), "true");
  });

  it("a move stands in the log with both stages, operator and date, and can be taken back", async () => {
    await qualify();
    await show(page, "stagebook-panel", { tab: "log" });
    await page.getByRole("button", { name: "Move to Qualification", exact: true }).click();
    await said("Now in Qualification.");
    const row = page.getByRole("row").nth(1);
    assert.deepEqual((await row.getByRole("cell").allTextContents()).slice(0, 3), ["Start", "Qualification", "Anna Rossi"]);
    assert.match(await row.getByRole("cell").nth(3).textContent(), /20\d\d/);
    await page.getByRole("button", { name: "Undo" }).click();
    await said("Back in Start.");
    assert.equal((await change(() => book.contacts.get("c-1"))).workflow.stage, "start");
  });

  it("ask for reason, note and answers where the workflow wants them, and keep them in the log", async () => {
    await change(async () => {
      const definition = { id: "deals", version: 1, initial: "open", activityTypes: [], stages: [{ id: "open" }, { id: "lost" }], transitions: [{ id: "lose", from: "open", to: "lost", label: "Lose",
        requires: { reason: ["price", "other"], answers: [{ id: "sum", label: "Sum", kind: "number", required: true }, { id: "again", label: "Again?", kind: "boolean" }] } }] };
      globalThis.book = await stagebook.openBook({ definitions: definition, actor: { id: "anna" }, store: "memory", locale: "en" });
      await book.contacts.create({ id: "c-1", name: "Bruno" });
    });
    await show(page, "stagebook-panel", { tab: "log" });
    await page.getByRole("button", { name: "Lose…" }).last().click();
    await dialog().getByLabel("Reason").selectOption("other");
    await dialog().getByRole("button", { name: "Move", exact: true }).click();
    await dialog().locator(".error, li").first().waitFor();
    await dialog().getByLabel("Sum").fill("1200");
    await dialog().getByLabel("Again?").selectOption("yes");
    await dialog().getByLabel("Note").fill("Too dear");
    await dialog().getByRole("button", { name: "Move", exact: true }).click();
    await said("Now in lost.");
    const { items: [record] } = await change(() => book.workflow.log("c-1"));
    assert.deepEqual([record.reason, record.note, record.answers], ["other", "Too dear", { sum: 1200, again: true }]);
    for (const text of ["Too dear", "Sum: 1,200", "Again?: Yes"]) await page.getByRole("row").nth(1).getByText(text).waitFor();
  });

  it("show a missing field and save it on the spot", async () => {
    await change(async () => {
      const definition = { id: "deals", version: 1, initial: "open", activityTypes: [], stages: [{ id: "open" }, { id: "won" }], transitions: [{ id: "win", from: "open", to: "won", label: "Win", requires: { fields: ["phone"] } }] };
      globalThis.book = await stagebook.openBook({ definitions: definition, actor: { id: "anna" }, store: "memory", locale: "en" });
      await book.contacts.create({ id: "c-1", name: "Bruno" });
    });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: /^Fill it in/ }).click();
    await dialog().getByRole("textbox").fill("+39 06 123");
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Win", exact: true }).last().click();
    await said("Now in won.");
  });

  it("a stage that no move leads to at once: the way there is told, and its first step taken", async () => {
    await qualify();
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Lead", exact: true }).click();
    await dialog().getByText("3 moves lead there:").waitFor();
    assert.deepEqual(await dialog().locator(".way strong").allTextContents(), ["Qualification", "Prospect", "Lead"]);
    await dialog().getByRole("button", { name: "Move to Qualification" }).click();
    await said("Now in Qualification.");
    await page.getByRole("button", { name: "Prospect", exact: true }).click();
    await said("Now in Prospect.");
  });

  it("a stage that no move leads to at all: that is told", async () => {
    await change(async () => {
      const stages = ["one", "two", "away"].map((id) => ({ id }));
      globalThis.book = await stagebook.openBook({ definitions: { id: "deals", version: 1, initial: "one", activityTypes: [], stages, transitions: [{ id: "on", from: "one", to: "two" }, { id: "back", from: "away", to: "one" }] }, actor: { id: "anna" }, store: "memory", locale: "en" });
      await book.contacts.create({ id: "c-1", name: "Bruno" });
    });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "away", exact: true }).click();
    await dialog().getByText("No move leads there from the current stage.").waitFor();
    assert.equal(await dialog().getByRole("button").count(), 1);
  });

  it("the workflow is drawn, its stages as text that can be read", async () => {
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Diagram" }).click();
    await dialog().locator("text").filter({ hasText: /^Closed$/ }).first().waitFor();
    const box = await dialog().locator("svg[viewBox='0 0 900 272']").boundingBox();
    assert.ok(box.width > 100 && box.height > 100);
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  });
});

describe("activities", () => {
  const plan = (pending) => page.evaluate((pending) => book.contacts.save("c-1", { activities: [{ pending: { type: "intro-call", assignee: "anna", ...pending } }] }).then(({ pending: [one] }) => one.id), pending);

  it("are completed with an outcome, and opened again", async () => {
    await plan({ due: "2036-01-01", description: "Ask for the budget", createTask: true });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Done: Introductory call" }).click();
    await dialog().getByLabel("Outcome").fill("2 000 a year");
    await dialog().getByRole("button", { name: "Done" }).click();
    await page.getByText("Outcome: 2 000 a year").waitFor();
    await page.getByText("Ask for the budget").waitFor();
    assert.deepEqual((await change(() => book.tasks.list())).items.map(({ status }) => status), ["done"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("region", { name: "Planned" }).getByText("Ask for the budget").waitFor();
    assert.deepEqual((await change(() => book.tasks.list())).items.map(({ status }) => status), ["open"]);
  });

  it("are cancelled, and that can be undone", async () => {
    await plan({ due: "2036-01-01" });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Cancel it: Introductory call" }).click();
    await dialog().getByRole("button", { name: "Cancel it" }).click();
    await said("Introductory call is cancelled.");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("region", { name: "Planned" }).waitFor();
  });

  it("are changed, and a wrong change is told beside its field", async () => {
    const id = await plan({ due: "2036-01-01", description: "Old" });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Edit: Introductory call" }).click();
    await dialog().getByLabel("Task description").fill("New");
    await dialog().getByLabel("Closing date").fill("2001-01-01");
    await dialog().getByText("must not be earlier").waitFor();
    await dialog().getByLabel("Closing date").fill("2036-02-02");
    await dialog().getByLabel("User").selectOption("marco");
    await dialog().getByRole("button", { name: "Save" }).click();
    await said("Saved.");
    const one = (await change(() => book.activities.list("c-1", { status: "open" }))).items.find((item) => item.id === id);
    assert.deepEqual([one.description, one.due, one.assignee], ["New", "2036-02-02", "marco"]);
  });

  const several = () => page.getByRole("group", { name: "Select several" });
  const still = async () => (await change(() => book.activities.list("c-1", { status: "open" }))).items.map(({ description }) => description).sort();

  it("several are completed at once, and one Undo opens them all again", async () => {
    for (const description of ["A", "B", "C"]) await plan({ due: "2036-01-01", description });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Select several" }).click();
    await several().getByText("0 selected").waitFor();
    assert.equal(await several().getByRole("button", { name: "Done" }).isDisabled(), true);
    for (const text of ["A", "B"]) await page.getByRole("listitem").filter({ has: page.getByText(text, { exact: true }) }).getByRole("checkbox").check();
    await several().getByText("2 selected").waitFor();
    await several().getByRole("button", { name: "Done" }).click();
    await said("2 activities are done.");
    assert.deepEqual(await still(), ["C"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("region", { name: "Planned" }).getByText("B", { exact: true }).waitFor();
    assert.deepEqual(await still(), ["A", "B", "C"]);
  });

  it("of several, one that the host forbids or the book refuses holds none of the others back", async () => {
    const [first] = [await plan({ description: "A" }), await plan({ description: "B" }), await plan({ description: "C" })];
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Select several" }).click();
    await several().getByRole("button", { name: "All" }).click();
    await page.evaluate((first) => addEventListener("stagebook-before-complete", (event) => { if (event.detail.pendingId === first) event.preventDefault(); }), first);
    await change(() => {
      const { complete } = book.activities;
      let count = 0;
      book.activities.complete = (...given) => { count += 1; return count === 1 ? Promise.reject(new stagebook.StagebookError("refused", "Not this one.")) : complete.apply(book.activities, given); };
    });
    await several().getByRole("button", { name: "Done" }).click();
    await said("One activity is done.");
    await page.getByRole("alert").getByText("Not this one.").waitFor();
    assert.equal((await still()).length, 2);
  });

  it("several are chosen by the keyboard, and leaving that gives the focus back", async () => {
    for (const description of ["A", "B"]) await plan({ description });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Select several" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-activities").shadowRoot.activeElement?.textContent === "Cancel");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await several().getByText("One selected").waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await several().waitFor({ state: "detached" });
    assert.notEqual(await change(() => document.activeElement.localName), "body");
  });

  it("turn from today to overdue at midnight, by themselves", async () => {
    await context.close();
    ({ page, complained, context } = await host.page({ clock: "2026-03-09T22:59:00Z" }));
    await open(page);
    await plan({ due: "2026-03-09", date: "2026-03-09" });
    await show(page, "stagebook-panel");
    await page.getByRole("region", { name: "Today" }).waitFor();
    await page.clock.runFor(90_000);
    await page.getByRole("region", { name: "Overdue" }).waitFor();
  });

  it("remind while their time is, and can be put off", async () => {
    const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
    await plan({ remind: { start: day(-1), end: day(3) } });
    await show(page, "stagebook-panel");
    const reminder = page.getByRole("group", { name: "Reminder: Introductory call" });
    await reminder.getByRole("button", { name: /An hour/ }).click();
    await reminder.waitFor({ state: "detached" });
    assert.equal((await change(() => book.activities.reminders())).length, 0);
  });

  it("offer what follows when one is done", async () => {
    await change(async () => {
      const definition = { ...stagebook.crmContact, id: "ours", activityTypes: [{ id: "intro-call", label: "Call", next: { type: "register-contact", afterDays: 3, mode: "suggest" } }, { id: "register-contact", label: "Registration" }] };
      globalThis.book = await stagebook.openBook({ definitions: definition, actor: { id: "anna", name: "Anna" }, store: "memory", locale: "en" });
      await book.contacts.create({ id: "c-1", name: "Bruno" });
    });
    await plan({ due: "2036-01-01" });
    await show(page, "stagebook-panel");
    await page.getByRole("button", { name: "Done: Call" }).click();
    await dialog().getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Plan next: Registration" }).click();
    assert.equal(await field("Activity type", "Pending activity").inputValue(), "register-contact");
  });

  it("say how long ago it was, and say it anew as time goes by", async () => {
    await context.close();
    ({ page, complained, context } = await host.page({ clock: "2026-03-09T12:00:00Z" }));
    await open(page);
    await show(page, "stagebook-history");
    await page.clock.runFor(5 * 60_000);
    await page.getByText("5 minutes ago").first().waitFor();
  });

  it("follow what another actor does", async () => {
    await show(page, "stagebook-panel");
    await change(() => book.as({ id: "marco", name: "Marco Bianchi" }).contacts.save("c-1", { activities: [{ log: { type: "intro-call", description: "Marco called" } }] }));
    await page.getByText("Marco called").waitFor();
  });
});
