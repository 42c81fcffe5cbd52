// Who may do what on the demo page, and in which language it is said.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, showContact, workAs } from "./demo.mjs";

describe("people, roles and languages", () => {
  let page;
  let complained;
  let shot;
  let close;
  const byId = (id) => page.getByTestId(id);
  before(async () => {
    ({ page, complained, shot, close } = await demo());
    await makeContacts(page, "Bruno Bianchi", "Carla Conti");
  });
  after(() => close?.());

  it("a viewer can't delete, archive, invite, comment or move, and is told which roles can", async () => {
    await workAs(page, "viola");
    await showContact(page, "Bruno Bianchi");
    await byId("delete").click();
    await byId("delete-confirm-id").fill("bruno-bianchi");
    await byId("delete-confirm").click();
    await byId("delete-dialog").getByText("You may not delete contacts for good. One of these roles is needed: manager.").waitFor();
    await shot("viewer");
    await page.keyboard.press("Escape");
    for (const [action, sentence] of [["archive", "You may not archive contacts."], ["invite", "You may not invite contacts."]]) {
      await byId(action).click();
      await byId(`${action}-confirm`).click();
      await byId(`${action}-dialog`).getByText(sentence).waitFor();
      await page.keyboard.press("Escape");
    }
    await byId("tab-history").click();
    await byId("comment-text").fill("Psst");
    await byId("comment-add").click();
    await byId("problem").getByText("You may not comment on contacts.").waitFor();
    await workAs(page, "anna");
    await byId("problem-dismiss").waitFor({ state: "detached" });
    await workAs(page, "viola");
    await byId("blocker").first().waitFor();
    assert.ok((await byId("blocker").evaluateAll((found) => found.map(({ dataset }) => dataset.code))).includes("role-missing"));
  });

  it("a manager archives with a reason; the contact leaves the list and says what it can't do; restored, it is back", async () => {
    await workAs(page, "sofia");
    await byId("archive").click();
    await byId("archive-reason").fill("Moved abroad");
    await byId("archive-confirm").click();
    await byId("contact-item").filter({ hasText: "Bruno" }).waitFor({ state: "detached" });
    await byId("restore").waitFor();
    await byId("history-row").getByText("Sofia Keller archived the contact: Moved abroad").waitFor();
    await byId("message").click();
    await byId("message-text").fill("Hello?");
    await byId("message-confirm").click();
    await byId("message-dialog").locator('[data-code="archived"]').waitFor();
    await page.keyboard.press("Escape");
    await byId("contact-status").selectOption("archived");
    await byId("contact-item").filter({ hasText: "Bruno" }).waitFor();
    await shot("archived");
    await byId("restore-listed").click();
    await byId("contact-item").filter({ hasText: "Bruno" }).waitFor({ state: "detached" });
    await byId("contact-status").selectOption("active");
    await byId("contact-item").filter({ hasText: "Bruno" }).waitFor();
    await byId("archive").waitFor();
  });

  it("switching the language changes labels, dates and messages at once, and loses nothing that is being entered", async () => {
    await byId("tab-workflow-log").click();
    await byId("pending-type").selectOption("intro-call");
    await byId("pending-description").fill("Half a thought");
    await byId("pending-assignee").selectOption("");
    await page.evaluate(() => { globalThis.stillHere = true; });
    const since = await byId("stage-since").innerText();
    await byId("language").selectOption("it");
    await page.getByText("Attività in sospeso").first().waitFor();
    await page.getByText("Serve l'operatore che svolgerà l'attività in sospeso.").waitFor();
    assert.match(await byId("stage-since").innerText(), /^Inizio dal \d+ \p{L}{3} \d{4}/u);
    assert.notEqual(await byId("stage-since").innerText(), since);
    assert.equal(await byId("pending-description").inputValue(), "Half a thought");
    assert.equal(await byId("language").evaluate((select) => select === document.activeElement), true, "focus stays");
    await workAs(page, "viola");
    await byId("delete").click();
    await byId("delete-confirm").click();
    await byId("delete-dialog").getByText("Non puoi eliminare contatti definitivamente.").waitFor();
    await page.keyboard.press("Escape");
    await byId("language").selectOption("en");
    await page.getByText("Pending activity", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.stillHere), true, "without a reload");
  });

  it("has said nothing in the console", () => assert.deepEqual(complained, []));
});
