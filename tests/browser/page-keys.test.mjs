// Shortcuts on the demo page: what they do, that they rest while somebody types or a dialog is open, and that they can be turned off.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, NARROW, showContact, tooWide, WIDE } from "./demo.mjs";

describe("keyboard shortcuts", () => {
  let page, complained, shot, close;
  const byId = (id) => page.getByTestId(id);
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  const focused = (id) => page.waitForFunction((id) => document.activeElement?.dataset.testid === id, id);
  const nobodyAsked = async () => {
    await page.waitForTimeout(200);
    assert.equal(await page.getByRole("dialog").count(), 0);
  };
  before(async () => {
    ({ page, complained, shot, close } = await demo());
    await makeContacts(page, "Bruno Bianchi", "Carla Conti");
    await byId("contact-item").nth(1).waitFor();
  });
  after(() => close?.());

  it("lead to each room, and to the search: the room's own, or that of the contacts", async () => {
    for (const [key, room] of [["t", "tasks"], ["o", "outbox"], ["h", "history"], ["i", "insights"]]) {
      await press("g", key);
      await byId(`room-${room}`).waitFor();
    }
    await press("g", "h");
    await page.getByRole("article").first().waitFor();
    await press("/");
    await page.waitForFunction(() => document.activeElement.localName === "stagebook-history");
    await page.keyboard.type("carla");
    assert.equal(await page.locator("stagebook-history").getByLabel("Search").inputValue(), "carla");
    await page.evaluate(() => document.activeElement.blur());
    await press("g", "i");
    await byId("room-insights").waitFor();
    await press("/");
    await focused("contact-search");
    assert.equal(await byId("contact-search").inputValue(), "", "the key itself is not typed");
    await press("Tab");
    await byId("contact-name").waitFor({ state: "hidden" });
  });

  it("go from contact to contact, edit one, make one", async () => {
    await page.evaluate(() => document.activeElement.blur());
    const name = async () => (await byId("contact-name").innerText()).trim();
    const first = await byId("contact-item").first().locator(".name").innerText();
    await press("j");
    await byId("contact-name").filter({ hasText: first }).waitFor();
    await press("j");
    await byId("contact-name").filter({ hasNotText: first }).waitFor();
    await press("k");
    await byId("contact-name").filter({ hasText: first }).waitFor();
    assert.equal(await name(), first);
    await press("e");
    await byId("edit-contact-dialog").waitFor();
    await press("Escape");
    await press("n");
    await byId("new-contact-dialog").waitFor();
    await press("Escape");
    await byId("new-contact-dialog").waitFor({ state: "detached" });
  });

  it("never fire while somebody types, in the page or in an element, chooses from a list, or has a dialog open", async () => {
    await showContact(page, "Bruno Bianchi");
    const here = page.url();
    await byId("contact-search").focus();
    await page.keyboard.type("gn?e");
    assert.equal(await byId("contact-search").inputValue(), "gn?e");
    await byId("contact-search").fill("");
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByLabel("Add a comment").focus();
    await page.keyboard.type("gt n?e/");
    assert.equal(await page.getByLabel("Add a comment").inputValue(), "gt n?e/");
    await byId("contact-stage").focus();
    await press("n");
    await nobodyAsked();
    await byId("edit").click();
    await byId("edit-contact-dialog").getByRole("heading").click();
    await press("g", "t", "?");
    assert.equal(await page.getByRole("dialog").count(), 1);
    await press("Escape");
    await byId("edit-contact-dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Diagram" }).click();
    await page.getByRole("dialog").waitFor();
    await press("n");
    assert.equal(await page.getByRole("dialog").count(), 1);
    await press("Escape");
    assert.match(page.url(), new RegExp(here.replace(/&.*/, "").replace(/[?#.]/g, "\\$&")));
  });

  it("with Control, Alt or Command they are the browser's", async () => {
    await page.evaluate(() => document.activeElement.blur());
    for (const key of ["Control+n", "Alt+n", "Meta+e"]) await page.evaluate((key) => {
      const [modifier, letter] = key.split("+");
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: letter, bubbles: true, [{ Control: "ctrlKey", Alt: "altKey", Meta: "metaKey" }[modifier]]: true }));
    }, key);
    await nobodyAsked();
  });

  it("are listed under “?”, turned off there, stay off, and are turned on again with the mouse", async () => {
    await press("?");
    await byId("keys-dialog").waitFor();
    for (const text of ["Search", "My tasks", "Insights"]) await byId("keys-dialog").getByText(text, { exact: true }).waitFor();
    await shot("keys");
    await byId("keys-on").uncheck();
    await byId("keys-save").click();
    await byId("keys-dialog").waitFor({ state: "detached" });
    await press("n", "?");
    await nobodyAsked();
    await page.reload();
    await byId("keys").waitFor();
    await press("n");
    await nobodyAsked();
    await page.setViewportSize(NARROW);
    await byId("keys").click();
    assert.deepEqual(await tooWide(page), []);
    await page.setViewportSize(WIDE);
    await byId("keys-on").check();
    await byId("keys-save").click();
    await byId("keys-dialog").waitFor({ state: "detached" });
    await press("n");
    await byId("new-contact-dialog").waitFor();
    await press("Escape");
  });

  it("nothing is left under the notice at the bottom of the page", async () => {
    await showContact(page, "Bruno Bianchi");
    await byId("edit").click();
    await byId("contact-company").fill("Acme");
    await byId("edit-contact-save").click();
    await byId("status").filter({ hasText: "Saved." }).waitFor();
    const [last, notice] = await page.evaluate(() => {
      scrollTo(0, document.documentElement.scrollHeight);
      return [document.querySelector('[data-testid="keys"]').getBoundingClientRect().bottom, document.querySelector("#status").getBoundingClientRect().top];
    });
    assert.ok(last <= notice, `${last} > ${notice}`);
  });

  it("in silence", () => assert.deepEqual(complained, []));
});
