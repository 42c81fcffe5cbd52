// A person's own tasks and reminders on the demo page, across contacts.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, NARROW, panelOf, showContact, tooWide, WIDE, workAs } from "./demo.mjs";

describe("my tasks and reminders", () => {
  let page;
  let complained;
  let shot;
  let close;
  const byId = (id) => page.getByTestId(id);
  const tasks = () => page.locator("stagebook-tasks");
  const row = (name) => tasks().getByRole("listitem").filter({ hasText: name });
  const reminder = (text) => tasks().getByRole("group", { name: /^Reminder: / }).filter({ hasText: text });
  const show = (group) => tasks().getByLabel("Show").selectOption(group);
  const badge = async (room) => ((await byId(`badge-${room}`).isVisible()) ? byId(`badge-${room}`).innerText() : "");
  before(async () => {
    ({ page, complained, shot, close } = await demo({ prepare: (page) => page.clock.install() }));
    await makeContacts(page, "Bruno Bianchi", "Carla Conti");
  });
  after(() => close?.());

  /** Has who works plan one through the form of the contact that is shown. */
  async function plan(description, fields) {
    const panel = panelOf(page);
    await panel.field("Pending activity", /^Activity type/).selectOption("intro-call");
    await panel.field("Pending activity", "Task description").fill(description);
    for (const [label, value] of Object.entries(fields)) await panel.field("Pending activity", label).fill(value);
    await panel.field("Pending activity", "Create activity").check();
    await panel.save();
    await page.locator("stagebook-activities").getByText(description).first().waitFor();
  }
  const today = () => page.evaluate(() => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short" }).format(new Date()));

  it("a salesperson plans an activity with a task, completes it under My tasks, and finds the outcome in the contact's log", async () => {
    await showContact(page, "Bruno Bianchi");
    await plan("Ask for the budget", { "Closing date": await today() });
    await showContact(page, "Carla Conti");
    await plan("Send the brochure", { "Closing date": "2036-03-20" });
    await byId("nav-tasks").click();
    await row("Carla Conti").waitFor();
    const listed = await tasks().getByRole("listitem").evaluateAll((rows) => rows.map((one) => ["today", "planned"].find((state) => one.classList.contains(state))));
    assert.deepEqual(listed, ["today", "planned"], "by due, across contacts");
    await shot("tasks");
    await row("Bruno").getByRole("button", { name: "Done: Introductory call, Bruno Bianchi" }).click();
    await tasks().getByLabel("Outcome").fill("Budget is there");
    await tasks().getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await row("Bruno").waitFor({ state: "detached" });
    await show("done");
    await row("Bruno").getByRole("button", { name: "Bruno Bianchi", exact: true }).click();
    await panelOf(page).group("Done").getByText("Budget is there").waitFor();
    await panelOf(page).group("Done").getByText("Ask for the budget").waitFor();
  });

  it("reopening a task opens the contact's activity again", async () => {
    await byId("nav-tasks").click();
    await row("Bruno").getByRole("button", { name: /^Reopen/ }).click();
    await row("Bruno").waitFor({ state: "detached" });
    await show("open");
    await row("Bruno").waitFor();
    await showContact(page, "Bruno Bianchi");
    await panelOf(page).group("Today").getByText("Ask for the budget").waitFor();
  });

  it("reassigning is refused to a salesperson and done by a manager; the task is then another's", async () => {
    const dialog = tasks().getByRole("dialog");
    const reassign = async () => {
      await byId("nav-tasks").click();
      await tasks().getByLabel("Tasks of").selectOption("anna");
      await row("Carla").getByRole("button", { name: /^Reassign/ }).click();
      await dialog.getByLabel("User").selectOption("marco");
      await dialog.getByRole("button", { name: "Save" }).click();
    };
    await reassign();
    await dialog.getByText("You may not reassign activities. One of these roles is needed: manager.").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await workAs(page, "sofia");
    await reassign();
    await row("Carla").waitFor({ state: "detached" });
    await workAs(page, "marco");
    await row("Carla").waitFor();
    await workAs(page, "anna");
  });

  it("a reminder shows with its badge, is snoozed, comes back by itself, and is dismissed", async () => {
    await showContact(page, "Bruno Bianchi");
    assert.equal(await badge("tasks"), "");
    await plan("Congratulate", { "Closing date": "2036-03-20", "Reminder start date": await today(), "Reminder end date": "2036-03-20" });
    await byId("badge-tasks").waitFor();
    assert.equal(await badge("tasks"), "1");
    await byId("nav-tasks").click();
    await reminder("Congratulate").waitFor();
    await shot("reminders");
    await reminder("Congratulate").getByRole("button", { name: "10 minutes" }).click();
    await reminder("Congratulate").waitFor({ state: "detached" });
    await byId("badge-tasks").waitFor({ state: "hidden" });
    await page.clock.fastForward("09:00");
    assert.equal(await reminder("Congratulate").count(), 0, "nine minutes later");
    await page.clock.fastForward("01:30");
    await reminder("Congratulate").waitFor();
    await byId("badge-tasks").waitFor();
    await reminder("Congratulate").getByRole("button", { name: "Dismiss" }).click();
    await reminder("Congratulate").waitFor({ state: "detached" });
    await byId("badge-tasks").waitFor({ state: "hidden" });
  });

  it("a task that was due today is overdue after midnight, without a reload", async () => {
    await row("Bruno").filter({ hasText: "Today" }).waitFor();
    await page.clock.fastForward("24:00:00");
    await row("Bruno").filter({ hasText: "Overdue" }).waitFor();
  });

  it("fits a screen 320 pixels wide, in silence", async () => {
    await page.setViewportSize(NARROW);
    assert.deepEqual(await tooWide(page), []);
    await page.setViewportSize(WIDE);
    assert.deepEqual(complained, []);
  });
});
