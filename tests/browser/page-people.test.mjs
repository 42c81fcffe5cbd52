// Who may do what on the demo page, and in which language it is said.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, panelOf, showContact, workAs } from "./demo.mjs";

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
    const panel = panelOf(page);
    await panel.tab("History").click();
    await page.getByLabel("Add a comment").fill("Psst");
    await panel.button("Comment").click();
    await page.locator("stagebook-panel").getByText("You may not comment on contacts.").waitFor();
    await page.locator("stagebook-panel").getByText(/role.*needed|needed.*role/i).first().waitFor();
  });

  it("a manager archives with a reason; the contact leaves the list and says what it can't do; restored, it is back", async () => {
    await workAs(page, "sofia");
    await byId("archive").click();
    await byId("archive-reason").fill("Moved abroad");
    await byId("archive-confirm").click();
    await byId("contact-item").filter({ hasText: "Bruno" }).waitFor({ state: "detached" });
    await byId("restore").waitFor();
    await panelOf(page).entries.getByText("Sofia Keller archived the contact: Moved abroad").waitFor();
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
    const panel = panelOf(page);
    await panel.tab("Workflow Log").click();
    await panel.field("Pending activity", /^Activity type/).selectOption("intro-call");
    await panel.field("Pending activity", "Task description").fill("Half a thought");
    await panel.field("Pending activity", /^User/).selectOption("");
    await page.evaluate(() => { globalThis.stillHere = true; });
    const since = await panel.since.innerText();
    await byId("language").selectOption("it");
    await page.getByText("Attività in sospeso").first().waitFor();
    await page.getByText("Serve l'operatore che svolgerà l'attività in sospeso.").waitFor();
    assert.match(await panel.since.innerText(), /Inizio, da \d+ \p{L}{3} \d{4}/u);
    assert.notEqual(await panel.since.innerText(), since);
    assert.equal(await panel.field("Attività in sospeso", "Descrizione attività").inputValue(), "Half a thought");
    assert.equal(await byId("language").evaluate((select) => select === document.activeElement), true, "focus stays");
    await workAs(page, "viola");
    await byId("delete").click();
    await byId("delete-confirm").click();
    await byId("delete-dialog").getByText("Non puoi eliminare contatti definitivamente.").waitFor();
    await page.keyboard.press("Escape");
    await byId("language").selectOption("en");
    await panel.box("Pending activity").waitFor();
    assert.equal(await page.evaluate(() => globalThis.stillHere), true, "without a reload");
  });

  it("has said nothing in the console", () => assert.deepEqual(complained, []));
});
