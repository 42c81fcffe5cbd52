// The demo in two browsers on one server: in step, offline, and a conflict with both its sides.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { cluster, skip } from "../../www/scripts/cluster.mjs";
import { exampleWithDemo } from "../../www/scripts/example.mjs";
import { makeContacts } from "./demo.mjs";
import { complaints } from "./site.mjs";

describe("the demo with a server", () => {
  let database, server;
  const opened = [];
  before(async () => {
    database = skip ? undefined : await cluster();
    server = await exampleWithDemo({ databaseUrl: database?.url });
    for (let i = 0; i < 2; i += 1) {
      const folder = await mkdtemp(join(tmpdir(), "stagebook-profile-"));
      const context = await chromium.launchPersistentContext(folder, { ...launchOptions(), locale: "en-GB" });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const complained = complaints(page);
      await page.goto(server.demo);
      await page.getByTestId("book-info").waitFor();
      opened.push({ folder, context, page, complained });
    }
  });
  after(async () => {
    for (const { folder, context } of opened) {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
    await server?.close();
    await database?.stop();
  });

  const badges = (page) => page.locator("#state stagebook-sync-status");
  const inStep = (page) => badges(page).getByText(/^Synced/).first().waitFor();

  it("shows what another browser wrote", async () => {
    const [one, two] = opened.map(({ page }) => page);
    await makeContacts(one, "Ada Verdi");
    await two.getByTestId("contact-item").filter({ hasText: "Ada Verdi" }).waitFor();
    await Promise.all([inStep(one), inStep(two)]);
    assert.deepEqual(opened.flatMap(({ complained }) => complained), []);
  });

  it("says that it is offline and how much waits, and goes on by itself", async () => {
    const [{ page, context }, { page: other }] = opened;
    await context.setOffline(true);
    await makeContacts(page, "Offline Neri");
    await badges(page).getByText(/^Offline/).first().waitFor();
    await badges(page).getByText(/^\d waiting$/).waitFor();
    await context.setOffline(false);
    await inStep(page);
    await other.getByTestId("contact-item").filter({ hasText: "Offline Neri" }).waitFor();
  });

  it("shows a conflict with both sides, and what can be done", async () => {
    const [{ page, context }, { page: other, context: otherContext }] = opened;
    const move = (page, to) => page.evaluate(async (to) => {
      const { book } = globalThis.stagebookDemo;
      const { blockers } = (await book.workflow.options("ada-verdi")).find((option) => option.to === to);
      const missing = blockers.flatMap(({ fix }) => (fix?.do === "log" ? [{ log: { type: fix.type } }] : []));
      await book.contacts.save("ada-verdi", { activities: missing, transition: { to } });
    }, to);
    const stages = () => Promise.all([page, other].map((one) => one.evaluate(async () => (await globalThis.stagebookDemo.book.contacts.get("ada-verdi")).workflow.stage)));
    await move(page, "qualification");
    await inStep(page);
    for (let tries = 0; tries < 100 && (await stages())[1] !== "qualification"; tries += 1) await other.waitForTimeout(100);
    await context.setOffline(true);
    await otherContext.setOffline(true);
    await move(page, "start");
    await move(other, "prospect");
    await context.setOffline(false);
    await otherContext.setOffline(false);
    for (const one of [page, other]) await one.getByText("One conflict between devices").click();
    const conflict = other.getByTestId("conflict");
    const side = (name) => conflict.locator("dl > div").filter({ has: other.getByText(name, { exact: true }) }).getByRole("definition");
    assert.match(await side("Does not count").innerText(), /Prospect/);
    assert.match(await side("Counts").innerText(), /Start/);
    await page.getByTestId("conflict").waitFor();
    assert.deepEqual(await stages(), ["start", "start"]);
    assert.deepEqual(await conflict.getByRole("link").count(), 1);
    assert.equal(await conflict.getByTestId("conflict-again").count(), 1);
  });
});
