// What goes out to people on the demo page: asked for at the contact, delivered, tried again or refused in the outbox.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, NARROW, panelOf, showContact, tooWide, WIDE } from "./demo.mjs";

describe("what goes out to people", () => {
  let page;
  let complained;
  let shot;
  let close;
  const byId = (id) => page.getByTestId(id);
  const item = (status, text) => page.locator(`[data-testid="outbox-row"][data-status="${status}"]`).filter({ hasText: text });
  before(async () => {
    ({ page, complained, shot, close } = await demo());
    await makeContacts(page, "Bruno Bianchi");
  });
  after(() => close?.());

  async function senderThat(mode) {
    await byId("nav-outbox").click();
    await byId("sender").selectOption(mode);
  }
  async function message(text) {
    await showContact(page, "Bruno Bianchi");
    await byId("message").click();
    await byId("message-text").fill(text);
    await byId("message-confirm").click();
    await byId("message-dialog").waitFor({ state: "detached" });
    await byId("nav-outbox").click();
  }

  it("an invitation needs an email address, and says so beside the field", async () => {
    await showContact(page, "Bruno Bianchi");
    await byId("invite").click();
    assert.equal(await byId("send-email").inputValue(), "bruno@example.com", "the contact's own is proposed");
    for (const [email, code] of [["", "required"], ["nowhere", "email-invalid"]]) {
      await byId("send-email").fill(email);
      await byId("invite-confirm").click();
      await byId("invite-dialog").locator(`.field p[data-code="${code}"]`).waitFor();
      assert.equal(await byId("send-email").evaluate((input) => input === document.activeElement), true);
    }
    await byId("send-email").fill("bruno@example.com");
    await byId("invite-confirm").click();
    await byId("nav-outbox").click();
    await item("sent", "bruno@example.com").waitFor();
  });

  it("only the details that were chosen are shared", async () => {
    await showContact(page, "Bruno Bianchi");
    await byId("share").click();
    await byId("share-field-email").uncheck();
    await byId("send-email").fill("partner@example.org");
    await byId("share-note").fill("As promised");
    await byId("share-confirm").click();
    await byId("nav-outbox").click();
    await item("sent", "partner@example.org").waitFor();
    const text = await item("sent", "partner@example.org").textContent();
    assert.match(text, /Name: Bruno Bianchi[\s\S]*As promised/);
    assert.doesNotMatch(text, /bruno@example\.com/);
  });

  it("a sender that fails for now tries again, and sends once it can", async () => {
    await senderThat("fails");
    await message("Patience");
    await item("waiting", "The mail server is busy.").waitFor();
    assert.equal(await byId("badge-outbox").innerText(), "1");
    await shot("outbox");
    await byId("sender").selectOption("sends");
    await item("sent", "Patience").waitFor({ timeout: 20_000 });
    assert.match(await item("sent", "Patience").textContent(), /tried [2-4] times/);
  });

  it("a sender that keeps failing gives up, and the item says why", async () => {
    await senderThat("fails");
    await message("In vain");
    await item("failed", "In vain").getByText("The mail server is busy.").waitFor({ timeout: 30_000 });
    assert.match(await item("failed", "In vain").textContent(), /tried 4 times/);
  });

  it("what a sender refuses has failed at once", async () => {
    await senderThat("refuses");
    await message("Unwanted");
    await item("failed", "Unwanted").getByText("The mail server does not know this address.").waitFor();
    assert.match(await item("failed", "Unwanted").textContent(), /tried once/);
  });

  it("with the sender stopped an item waits, also over a reload, and is settled by hand", async () => {
    await senderThat("stopped");
    await message("By pigeon");
    await item("waiting", "By pigeon").waitFor();
    await page.reload();
    await item("waiting", "By pigeon").getByTestId("settle-failed").click();
    await byId("settle-confirm").click();
    await byId("settle-dialog").locator('.field p[data-code="required"]').waitFor();
    await byId("settle-error").fill("The pigeon is ill");
    await byId("settle-confirm").click();
    await item("failed", "The pigeon is ill").waitFor();
  });

  it("lists by status", async () => {
    for (const [status, count] of [["waiting", 0], ["sent", 3], ["failed", 3]]) {
      await byId("outbox-status").selectOption(status);
      await page.waitForFunction(([status, count]) => {
        const rows = [...document.querySelectorAll('[data-testid="outbox-row"]')];
        return rows.length === count && rows.every((row) => row.dataset.status === status);
      }, [status, count]);
    }
  });

  it("the contact's history tells what was asked for and what came of it", async () => {
    await showContact(page, "Bruno Bianchi");
    const panel = panelOf(page);
    await panel.tab("History").click();
    await page.getByRole("button", { name: "Filters" }).click();
    await page.locator("stagebook-history").getByLabel("Show").selectOption("messages");
    await page.getByRole("status").filter({ hasText: /^12 entries/ }).waitFor();
    const told = await panel.entries.evaluateAll((entries) => entries.map((entry) => entry.getAttribute("aria-label")));
    for (const [pattern, count] of [[/ invited /, 1], [/ shared /, 1], [/ sent a message/, 4], [/was sent|delivered/, 3], [/failed|not sent|could not/, 3]]) {
      assert.equal(told.filter((one) => pattern.test(one)).length, count, `${pattern}: ${told.join("; ")}`);
    }
  });

  it("fits a screen 320 pixels wide, in silence", async () => {
    await byId("nav-outbox").click();
    await page.setViewportSize(NARROW);
    await byId("outbox-row").first().waitFor();
    assert.deepEqual(await tooWide(page), []);
    await page.setViewportSize(WIDE);
    assert.deepEqual(complained, []);
  });
});
