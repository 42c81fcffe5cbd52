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

  /** What the shown menu gives. */
  async function file(format) {
    if (!(await byId(`download-${format}`).isVisible())) await byId("downloads").locator("summary").click();
    const [download] = await Promise.all([page.waitForEvent("download"), byId(`download-${format}`).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  }

  /** What the panel's menu gives. */
  async function ofPanel(name) {
    await page.locator("stagebook-history summary").filter({ hasText: "Download" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  }

  it("of one contact, in its panel: a table, a log of events, and the calendar", async () => {
    await showContact(page, "Ada Abate");
    await panelOf(page).tab("History").click();
    const table = await ofPanel("Table (CSV)");
    assert.match(table.name, /\.csv$/);
    assert.ok(table.text.startsWith("\u{feff}"), "Excel knows it as UTF-8");
    const rows = parse(table.text, { columns: true, bom: true });
    assert.deepEqual(rows.map((row) => row.Kind), ["activity.planned", "contact.commented", "workflow.started", "contact.created"]);
    assert.equal(JSON.parse(rows[1]["Data (JSON)"]).text, '=1+1, "said"\nè');
    const log = await ofPanel("Event log (XES)");
    assert.deepEqual([log.text.split("<trace>").length - 1, log.text.split("<event>").length - 1], [1, 2]);
    const calendar = await ofPanel("Pending activities (calendar)");
    const [todo] = new ICAL.Component(ICAL.parse(calendar.text)).getAllSubcomponents("vtodo");
    assert.deepEqual([todo.getFirstPropertyValue("description"), todo.getFirstPropertyValue("due").toString()], ["a; b, c", "2036-03-30"]);
    await shot("downloads");
  });

  it("of all contacts, as they are filtered", async () => {
    await byId("nav-history").click();
    await byId("history-text").fill("bruno");
    const rows = parse((await file("csv")).text, { columns: true, bom: true });
    assert.deepEqual(rows.map((row) => [row["Contact id"], row.Contact]), [["'=bruno-bianchi", "'=Bruno Bianchi"]]);
    await byId("history-text").fill("");
    const events = JSON.parse((await file("cloudevents")).text);
    assert.ok(events.length > 4 && events.every((event) => new CloudEvent(event).validate()));
    await byId("history-text").fill("bruno");
  });

  it("in Italian, and on a narrow screen", async () => {
    await byId("language").selectOption("it");
    await page.getByText("Scarica…").waitFor();
    const rows = parse((await file("csv")).text, { columns: true, bom: true });
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
