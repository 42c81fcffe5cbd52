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
    await byId("task-row").nth(1).waitFor();
    const listed = await byId("task-row").evaluateAll((rows) => rows.map((row) => [row.dataset.state, row.querySelector("a").textContent]));
    assert.deepEqual(listed, [["today", "Bruno Bianchi"], ["planned", "Carla Conti"]], "by due, across contacts");
    await shot("tasks");
    await byId("task-complete").first().click();
    await byId("outcome-text").fill("Budget is there");
    await byId("outcome-confirm").click();
    await byId("task-row").filter({ hasText: "Bruno" }).waitFor({ state: "detached" });
    await byId("task-group").selectOption("done");
    await byId("task-contact").filter({ hasText: "Bruno Bianchi" }).click();
    await panelOf(page).group("Done").getByText("Budget is there").waitFor();
    await panelOf(page).group("Done").getByText("Ask for the budget").waitFor();
  });

  it("reopening a task opens the contact's activity again", async () => {
    await byId("nav-tasks").click();
    await byId("task-group").selectOption("done");
    await byId("task-reopen").click();
    await byId("task-row").waitFor({ state: "detached" });
    await byId("task-group").selectOption("open");
    await byId("task-row").filter({ hasText: "Bruno" }).waitFor();
    await showContact(page, "Bruno Bianchi");
    await panelOf(page).group("Today").getByText("Ask for the budget").waitFor();
  });

  it("reassigning is refused to a salesperson and done by a manager; the task is then another's", async () => {
    const reassign = async () => {
      await byId("nav-tasks").click();
      await byId("task-person").selectOption("anna");
      await byId("task-row").filter({ hasText: "Carla" }).getByTestId("task-reassign").click();
      await byId("reassign-to").selectOption("marco");
      await byId("reassign-confirm").click();
    };
    await reassign();
    await byId("reassign-dialog").getByText("You may not reassign activities. One of these roles is needed: manager.").waitFor();
    await byId("dialog-cancel").click();
    await workAs(page, "sofia");
    await reassign();
    await byId("reassign-dialog").waitFor({ state: "detached" });
    await byId("task-row").filter({ hasText: "Carla" }).waitFor({ state: "detached" });
    await workAs(page, "marco");
    await byId("task-row").filter({ hasText: "Carla" }).waitFor();
    await workAs(page, "anna");
  });

  it("a reminder shows with its badge, is snoozed, comes back by itself, and is dismissed", async () => {
    await showContact(page, "Bruno Bianchi");
    assert.equal(await badge("reminders"), "");
    await plan("Congratulate", { "Closing date": "2036-03-20", "Reminder start date": await today(), "Reminder end date": "2036-03-20" });
    await byId("badge-reminders").waitFor();
    assert.equal(await badge("reminders"), "1");
    await byId("nav-reminders").click();
    await byId("reminder-row").filter({ hasText: "Congratulate" }).waitFor();
    await shot("reminders");
    await byId("reminder-minutes").click();
    await byId("reminder-row").waitFor({ state: "detached" });
    assert.equal(await badge("reminders"), "");
    await page.clock.fastForward("09:00");
    assert.equal(await byId("reminder-row").count(), 0, "nine minutes later");
    await page.clock.fastForward("01:30");
    await byId("reminder-row").filter({ hasText: "Congratulate" }).waitFor();
    await byId("badge-reminders").waitFor();
    await byId("reminder-acknowledge").click();
    await byId("reminder-row").waitFor({ state: "detached" });
    await page.getByText("No reminder shows now.").waitFor();
  });

  it("a task that was due today is overdue after midnight, without a reload", async () => {
    await byId("nav-tasks").click();
    await page.locator('[data-testid="task-row"][data-state="today"]').waitFor();
    await page.clock.fastForward("24:00:00");
    await page.locator('[data-testid="task-row"][data-state="overdue"]').waitFor();
  });

  it("fits a screen 320 pixels wide, in silence", async () => {
    await page.setViewportSize(NARROW);
    for (const room of ["tasks", "reminders"]) {
      await byId(`nav-${room}`).click();
      await byId(`room-${room}`).waitFor();
      assert.deepEqual(await tooWide(page), [], room);
    }
    await page.setViewportSize(WIDE);
    assert.deepEqual(complained, []);
  });
});
