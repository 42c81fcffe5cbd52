// The history taken along from the demo page, as files that the programs of others read: through the packed package, out of
// IndexedDB, under the page's policy.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { CloudEvent } from "cloudevents";
import { parse } from "csv-parse/sync";
import ICAL from "ical.js";
import { demo, makeContacts, NARROW, panelOf, showContact, tooWide, WIDE } from "./demo.mjs";

describe("downloads beside the history", () => {
  let page;
  let complained;
  let shot;
  let close;
  const byId = (id) => page.getByTestId(id);
  before(async () => {
    ({ page, complained, shot, close } = await demo());
    await makeContacts(page, "Ada Abate", "=Bruno Bianchi");
    await page.evaluate(async () => {
      const { book } = globalThis.stagebookDemo;
      await book.contacts.comment("ada-abate", { text: "=1+1, \"said\"\nè" });
      await book.contacts.save("ada-abate", { activities: [{ pending: { type: "intro-call", assignee: "anna", due: "2036-03-30", description: "a; b, c" } }] });
    });
  });
  after(() => close?.());

  /** What the history's menu gives. */
  async function file(name) {
    await page.locator("stagebook-history summary").filter({ hasText: /Download|Scarica/ }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  }

  it("of one contact, in its panel: a table, a log of events, and the calendar", async () => {
    await showContact(page, "Ada Abate");
    await panelOf(page).tab("History").click();
    const table = await file("Table (CSV)");
    assert.match(table.name, /\.csv$/);
    assert.ok(table.text.startsWith("\u{feff}"), "Excel knows it as UTF-8");
    const rows = parse(table.text, { columns: true, bom: true });
    assert.deepEqual(rows.map((row) => row.Kind), ["activity.planned", "contact.commented", "workflow.started", "contact.created"]);
    assert.equal(JSON.parse(rows[1]["Data (JSON)"]).text, '=1+1, "said"\nè');
    const log = await file("Event log (XES)");
    assert.deepEqual([log.text.split("<trace>").length - 1, log.text.split("<event>").length - 1], [1, 2]);
    const calendar = await file("Pending activities (calendar)");
    const [todo] = new ICAL.Component(ICAL.parse(calendar.text)).getAllSubcomponents("vtodo");
    assert.deepEqual([todo.getFirstPropertyValue("description"), todo.getFirstPropertyValue("due").toString()], ["a; b, c", "2036-03-30"]);
    await shot("downloads");
  });

  it("of all contacts, as they are filtered", async () => {
    await byId("nav-history").click();
    await page.locator("stagebook-history").getByLabel("Search").fill("bruno");
    await page.getByRole("status").filter({ hasText: /^One entry/ }).waitFor();
    const rows = parse((await file("Table (CSV)")).text, { columns: true, bom: true });
    assert.deepEqual([...new Set(rows.map((row) => row["Contact id"]))], ["'=bruno-bianchi"]);
    assert.deepEqual([...new Set(rows.map((row) => row.Contact))], ["'=Bruno Bianchi"]);
    const events = await page.evaluate(async () => new Response(globalThis.stagebookDemo.book.audit.export("cloudevents")).json());
    assert.ok(events.length > 4 && events.every((event) => new CloudEvent(event).validate()));
  });

  it("in Italian, and on a narrow screen", async () => {
    await byId("language").selectOption("it");
    const rows = parse((await file("Tabella (CSV)")).text, { columns: true, bom: true });
    assert.ok("Che cosa è successo" in rows[0]);
    await page.setViewportSize(NARROW);
    assert.deepEqual(await tooWide(page), []);
    await shot("narrow-downloads");
    await page.setViewportSize(WIDE);
    await byId("language").selectOption("en");
  });

  it("has said nothing in the console, and nothing broke its policy", () => {
    assert.deepEqual(complained, []);
  });
});
