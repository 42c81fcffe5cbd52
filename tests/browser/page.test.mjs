// The demo page as a person uses it: nothing in the console, nothing against its Content-Security-Policy, a contact's whole
// life, what a reload brings back, the keyboard, and a screen 320 pixels wide.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, NARROW, tooWide, WIDE, workAs } from "./demo.mjs";

describe("the demo page", () => {
  let place;
  let page;
  let complained;
  let shot;
  let close;
  before(async () => ({ place, page, complained, shot, close } = await demo()));
  after(() => close?.());

  const kinds = () => page.getByTestId("history-row").evaluateAll((rows) => rows.map((row) => row.dataset.kind));

  it("takes a contact through activities, a move, a comment and an edit", async () => {
    await shot("empty");
    await page.getByTestId("new-contact").click();
    await page.getByTestId("contact-name").last().fill("Bruno Bianchi");
    await page.getByTestId("contact-email").fill("bruno@example.com");
    await page.getByTestId("new-contact-save").click();
    await page.getByTestId("stage-since").waitFor();
    assert.deepEqual(await page.getByTestId("blocker").evaluateAll((found) => found.map(({ dataset }) => dataset.code)), ["activity-missing", "activity-missing"]);
    await shot("blocked");
    for (const type of ["register-contact", "intro-call"]) {
      await page.getByTestId("fix-log").first().click();
      assert.equal(await page.getByTestId("log-type").inputValue(), type);
      await page.getByTestId("log-description").fill(`did ${type}`);
      await page.getByTestId("save-activities").click();
      await page.getByTestId("logged-row").filter({ hasText: `did ${type}` }).waitFor();
    }
    await page.getByTestId("move-start-qualification").click();
    await page.getByTestId("move-qualification-prospect").waitFor();
    await page.getByTestId("tab-history").click();
    await page.getByTestId("comment-text").fill("Prefers mornings");
    await page.getByTestId("comment-add").click();
    await page.getByTestId("history-row").filter({ hasText: "Prefers mornings" }).waitFor();
    await page.getByTestId("edit").click();
    await page.getByTestId("contact-company").fill("Acme");
    await page.getByTestId("edit-contact-save").click();
    await page.getByTestId("history-row").filter({ hasText: "Acme" }).waitFor();
    assert.deepEqual(await kinds(), ["contact.changed", "contact.commented", "workflow.transitioned", "activity.logged", "activity.logged", "workflow.started", "contact.created"]);
    await shot("history");
  });

  it("shows the same after a reload", async () => {
    await page.reload();
    await page.getByTestId("stage-since").waitFor();
    assert.match(await page.getByTestId("stage-since").innerText(), /Qualification/);
    await page.getByTestId("tab-log").click();
    await page.getByTestId("log-row").nth(1).waitFor();
    assert.deepEqual(await page.getByTestId("log-row").evaluateAll((rows) => rows.map(({ dataset }) => [dataset.from, dataset.to])), [["start", "qualification"], ["", "start"]]);
    await shot("log");
    await page.getByTestId("verify").click();
    await page.locator('[data-testid="verify-result"][data-ok="true"]').waitFor();
  });

  it("plans, changes, completes, reopens and cancels an activity", async () => {
    await page.getByTestId("tab-activities").click();
    await page.getByTestId("pending-type").selectOption("intro-call");
    await page.getByTestId("pending-description").fill("Ring again");
    await page.getByTestId("save-activities").click();
    const row = (status) => page.getByTestId(`pending-${status}`).getByTestId("pending-row").filter({ hasText: "Ring again" });
    await row("open").getByTestId("activity-edit").click();
    const dialog = page.getByTestId("pending-dialog");
    await dialog.getByTestId("pending-due").fill("2020-01-01");
    await dialog.getByTestId("pending-save").click();
    await dialog.locator('.field p[data-code="due-before-date"]').waitFor();
    await dialog.getByTestId("pending-due").fill("2036-03-20");
    await dialog.getByTestId("pending-save").click();
    await row("open").getByText("due 20 Mar 2036").waitFor();
    await row("open").getByTestId("activity-complete").click();
    await page.getByTestId("outcome-text").fill("Wants a quote");
    await page.getByTestId("outcome-confirm").click();
    await page.getByTestId("logged-row").getByText("Wants a quote").waitFor();
    await row("done").getByTestId("activity-reopen").click();
    await row("open").getByTestId("activity-cancel").click();
    await page.getByTestId("reason-text").fill("Nobody answers");
    await page.getByTestId("reason-confirm").click();
    await row("cancelled").waitFor();
    await shot("activities");
    await fitsNarrow("own");
  });

  it("deletes the contact when its id is typed, and shows the tombstone, also after a reload", async () => {
    await workAs(page, "sofia");
    await page.getByTestId("delete").click();
    await page.getByTestId("delete-confirm-id").fill("something else");
    await page.getByTestId("delete-confirm").click();
    await page.getByTestId("delete-dialog").locator('p[data-code="confirm-mismatch"]').waitFor();
    await shot("delete");
    await page.getByTestId("delete-confirm-id").fill(await page.getByTestId("delete-id").innerText());
    await page.getByTestId("delete-reason").fill("ticket 7");
    await page.getByTestId("delete-confirm").click();
    await page.getByTestId("gone").waitFor();
    await page.getByTestId("history-row").waitFor();
    assert.deepEqual(await kinds(), ["contact.erased"]);
    await page.reload();
    await page.getByTestId("history-row").waitFor();
    assert.deepEqual(await kinds(), ["contact.erased"]);
    assert.doesNotMatch(await page.locator("body").innerText(), /Bruno|bruno@/);
    await shot("deleted");
  });

  it("imports its sample, and skips what it knows when it is imported again", async () => {
    const count = async (name) => Number(await page.getByTestId(`import-${name}`).getAttribute("data-count"));
    await page.getByTestId("load-sample").click();
    await page.getByTestId("import-imported").waitFor();
    const imported = await count("imported");
    assert.ok(imported > 100, `${imported} rows`);
    assert.deepEqual([await count("skipped"), await count("rejected")], [0, 0]);
    await shot("imported");
    await page.getByTestId("import-dismiss").click();
    await page.getByTestId("load-sample").click();
    await page.getByTestId("import-imported").waitFor();
    assert.deepEqual([await count("imported"), await count("skipped"), await count("rejected")], [0, imported, 0]);
    await page.getByTestId("contact-item").first().click();
    await page.getByTestId("stage-since").waitFor();
  });

  it("moves between tabs with the arrow keys, Home and End", async () => {
    const outer = page.getByRole("tablist", { name: "Contact", exact: true }).getByRole("tab");
    await outer.first().focus();
    const selected = () => outer.evaluateAll((tabs) => tabs.map((tab) => [tab.getAttribute("aria-selected"), tab.tabIndex, tab === document.activeElement]));
    const last = [["false", -1, false], ["true", 0, true]];
    const first = [["true", 0, true], ["false", -1, false]];
    for (const [key, expected] of [["ArrowRight", last], ["ArrowRight", first], ["ArrowLeft", last], ["Home", first], ["End", last], ["Home", first]]) {
      await page.keyboard.press(key);
      assert.deepEqual(await selected(), expected, key);
    }
    await page.keyboard.press("Tab");
    const inPanel = await page.evaluate(() => document.activeElement.closest('[role="tabpanel"]') !== null);
    assert.ok(inPanel, "Tab leads from the tab into its panel");
  });

  it("speaks Italian when asked, and keeps to it", async () => {
    await page.getByTestId("language").selectOption("it");
    await page.getByText("Attività in sospeso").first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "it");
    await shot("italian");
    await page.reload();
    await page.getByText("Attività in sospeso").first().waitFor();
    await page.getByTestId("language").selectOption("en");
    await page.getByText("Pending activity", { exact: true }).waitFor();
  });

  it("needs no sideways scrolling on a screen 320 pixels wide", async () => {
    await fitsNarrow("sample");
    await page.setViewportSize(NARROW);
    await page.goto(place.demo);
    await page.getByTestId("contact-item").first().waitFor();
    assert.deepEqual(await tooWide(page), [], "list");
    await shot("narrow-list");
  });

  it("has said nothing in the console, and nothing broke its policy", () => {
    assert.deepEqual(complained, []);
  });

  /** The chosen contact's tabs, made narrow after they were wide. */
  async function fitsNarrow(name) {
    await page.setViewportSize(NARROW);
    for (const [tabs, row] of [[["tab-workflow-log", "tab-activities"], "activity-form"], [["tab-log"], "log-row"], [["tab-history"], "history-row"]]) {
      for (const tab of tabs) await page.getByTestId(tab).click();
      await page.getByTestId(row).first().waitFor();
      assert.deepEqual(await tooWide(page), [], `${name} ${row}`);
      await shot(`narrow-${name}-${row}`);
    }
    await page.setViewportSize(WIDE);
    await page.getByTestId("tab-workflow-log").click();
  }
});
