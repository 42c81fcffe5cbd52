// The demo page as a person uses it: nothing in the console, nothing against its Content-Security-Policy, a contact's whole
// life, what a reload brings back, the keyboard, and a screen 320 pixels wide.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, NARROW, panelOf, tooWide, WIDE, workAs } from "./demo.mjs";

describe("the demo page", () => {
  let place;
  let page;
  let complained;
  let shot;
  let close;
  let panel;
  before(async () => {
    ({ place, page, complained, shot, close } = await demo());
    panel = panelOf(page);
  });
  after(() => close?.());

  const told = () => panel.entries.evaluateAll((entries) => entries.map((entry) => entry.getAttribute("aria-label")));

  it("takes a contact through activities, a move, a comment and an edit", async () => {
    await shot("empty");
    await page.getByTestId("new-contact").click();
    await page.getByTestId("contact-name").last().fill("Bruno Bianchi");
    await page.getByTestId("contact-email").fill("bruno@example.com");
    await page.getByTestId("new-contact-save").click();
    await page.getByText("2 things are needed").waitFor();
    await shot("blocked");
    for (const [type, needed] of [["register-contact", "Company registration"], ["intro-call", "Introductory call"]]) {
      await panel.button(`Log it: ${needed} must be logged first.`).click();
      assert.equal(await panel.field("Task", /^Activity type/).inputValue(), type);
      await panel.field("Task", "Task description").fill(`did ${type}`);
      await panel.save();
      await panel.group("Done").getByText(`did ${type}`).waitFor();
    }
    await panel.button("Move to Qualification").click();
    await panel.button("Move to Prospect").waitFor();
    await panel.tab("History").click();
    await page.getByLabel("Add a comment").fill("Prefers mornings");
    await panel.button("Comment").click();
    await panel.entries.filter({ hasText: "Prefers mornings" }).waitFor();
    await page.getByTestId("edit").click();
    await page.getByTestId("contact-company").fill("Acme");
    await page.getByTestId("edit-contact-save").click();
    await panel.entries.filter({ hasText: "Acme" }).waitFor();
    const expected = [/changed/, /commented/, /Start.*Qualification/, /Introductory call/, /Company registration/, /started the workflow/, /created the contact/];
    const found = await told();
    assert.equal(found.length, expected.length);
    expected.forEach((pattern, nth) => assert.match(found[nth], pattern));
    await shot("history");
  });

  it("shows the same after a reload", async () => {
    await page.reload();
    assert.match(await panel.since.innerText(), /Qualification/);
    assert.equal(await panel.tab("History").getAttribute("aria-selected"), "true", "the tab that was open");
    await panel.tab("Workflow Log").click();
    await panel.tab("Log").click();
    await panel.rows.nth(2).waitFor();
    assert.deepEqual(await panel.rows.evaluateAll((rows) => rows.slice(1).map(({ cells }) => [...cells].slice(0, 2).map(({ textContent }) => textContent))), [["Start", "Qualification"], ["–", "Start"]]);
    await shot("log");
    await page.getByTestId("verify").click();
    await page.locator('[data-testid="verify-result"][data-ok="true"]').waitFor();
  });

  it("plans, changes, completes, reopens and cancels an activity", async () => {
    const { dialog } = panel;
    await panel.tab("Activities").click();
    await panel.field("Pending activity", /^Activity type/).selectOption("intro-call");
    await panel.field("Pending activity", "Task description").fill("Ring again");
    await panel.save();
    await panel.button("Edit: Introductory call").click();
    await dialog.getByLabel("Closing date").fill("2020-01-01");
    await dialog.getByText("must not be earlier").waitFor();
    await dialog.getByLabel("Closing date").fill("2036-03-20");
    await dialog.getByRole("button", { name: "Save" }).click();
    await panel.group("Planned").getByText("20 Mar 2036").waitFor();
    await panel.button("Done: Introductory call").click();
    await dialog.getByLabel("Outcome").fill("Wants a quote");
    await dialog.getByRole("button", { name: "Done" }).click();
    await panel.group("Done").getByText("Wants a quote").waitFor();
    await panel.button("Reopen: Introductory call").click();
    await panel.group("Planned").getByText("Ring again").waitFor();
    await panel.button("Cancel it: Introductory call").click();
    await dialog.getByLabel("Reason").fill("Nobody answers");
    await dialog.getByRole("button", { name: "Cancel it" }).click();
    await panel.group("Planned").waitFor({ state: "detached" });
    await page.locator("stagebook-activities").getByText("Cancelled", { exact: false }).first().waitFor();
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
    await page.getByTestId("contact-name").filter({ hasText: "Deleted contact" }).waitFor();
    const tombstone = async () => {
      await panel.entries.filter({ hasText: "ticket 7" }).waitFor();
      assert.equal(await panel.entries.count(), 1);
    };
    await tombstone();
    await page.reload();
    await tombstone();
    assert.doesNotMatch(await page.locator("body").ariaSnapshot(), /Bruno|bruno@/);
    await shot("deleted");
  });

  it("imports its sample, and skips what it knows when it is imported again", async () => {
    const count = async (name) => Number(await page.getByTestId(`import-${name}`).getAttribute("data-count"));
    if (!(await page.getByTestId("load-sample").isVisible())) await page.getByTestId("tools").click();
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
    await panel.since.waitFor();
  });

  it("moves between tabs with the arrow keys, Home and End", async () => {
    const outer = page.getByRole("tablist", { name: "Contact", exact: true }).getByRole("tab");
    await panel.tab("Workflow Log").click();
    await outer.first().focus();
    const selected = () => outer.evaluateAll((tabs) => tabs.map((tab) => [tab.getAttribute("aria-selected"), tab.tabIndex, tab === tab.getRootNode().activeElement]));
    const last = [["false", -1, false], ["true", 0, true]];
    const first = [["true", 0, true], ["false", -1, false]];
    for (const [key, expected] of [["ArrowRight", last], ["ArrowRight", first], ["ArrowLeft", last], ["Home", first], ["End", last], ["Home", first]]) {
      await page.keyboard.press(key);
      assert.deepEqual(await selected(), expected, key);
    }
    await page.keyboard.press("Tab");
    const inPanel = await page.locator("stagebook-panel").evaluate(({ shadowRoot }) => shadowRoot.activeElement.closest('[role="tabpanel"]') !== null);
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
    await panel.box("Pending activity").waitFor();
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
    for (const [tabs, part] of [[["Workflow Log", "Activities"], panel.box("Task")], [["Log"], panel.rows], [["History"], panel.entries]]) {
      for (const tab of tabs) await panel.tab(tab).click();
      await part.first().waitFor();
      assert.deepEqual(await tooWide(page), [], `${name} ${tabs}`);
      await shot(`narrow-${name}-${tabs.at(-1)}`);
    }
    await page.setViewportSize(WIDE);
    await panel.tab("Workflow Log").click();
  }
});
