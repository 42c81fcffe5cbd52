// Many contacts at once on the demo page: found, moved together, and their history in one list.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { demo, makeContacts, NARROW, panelOf, tooWide, WIDE, workAs } from "./demo.mjs";

describe("many contacts at once", () => {
  let page;
  let complained;
  let shot;
  let close;
  const byId = (id) => page.getByTestId(id);
  const names = () => byId("contact-item").evaluateAll((items) => items.map((item) => item.querySelector(".name").textContent));
  const shown = (...expected) => page.waitForFunction((expected) => {
    const found = [...document.querySelectorAll('[data-testid="contact-item"] .name')].map(({ textContent }) => textContent);
    return JSON.stringify(found.sort()) === JSON.stringify(expected.sort());
  }, expected);
  before(async () => {
    ({ page, complained, shot, close } = await demo());
    await makeContacts(page, "Ada Abate", "Bruno Bianchi", "Carla Conti", "Dario Dini");
    await page.evaluate(async () => {
      const { book } = globalThis.stagebookDemo;
      const required = ["register-contact", "intro-call"].map((type) => ({ log: { type } }));
      for (const id of ["ada-abate", "bruno-bianchi"]) await book.contacts.save(id, { activities: required });
    });
  });
  after(() => close?.());

  it("those that can move do, the others stay and say why", async () => {
    await byId("select-several").click();
    for (const name of ["Ada Abate", "Bruno Bianchi", "Carla Conti"]) await page.getByLabel(`Select ${name}`).check();
    await byId("bulk-move").click();
    await byId("bulk-dialog").getByText("Ada Abate, Bruno Bianchi, Carla Conti").waitFor();
    await byId("bulk-to").selectOption("qualification");
    await byId("bulk-confirm").click();
    await byId("bulk-results").getByText("Moved: 2. Not moved: 1.").waitFor();
    const results = await byId("bulk-result").evaluateAll((rows) => rows.map((row) => [row.dataset.ok, row.textContent]));
    assert.deepEqual(results.slice(0, 2), [["true", "Ada Abate: Qualification"], ["true", "Bruno Bianchi: Qualification"]]);
    assert.deepEqual([results[2][0], /^Carla Conti: .*Company registration.*Introductory call/.test(results[2][1])], ["false", true], results[2][1]);
    assert.equal(await byId("select-several").evaluate((button) => button === document.activeElement), true, "focus is where it began");
    await shot("many");
  });

  it("the list is filtered by stage and by text", async () => {
    await byId("contact-stage").selectOption("qualification");
    await shown("Ada Abate", "Bruno Bianchi");
    await byId("contact-search").fill("bru");
    await shown("Bruno Bianchi");
    await byId("contact-stage").selectOption("");
    await byId("contact-search").fill("");
    await shown("Ada Abate", "Bruno Bianchi", "Carla Conti", "Dario Dini");
    assert.equal((await names()).length, 4);
  });

  it("the history of all contacts is filtered by kind, person, text and date, and read on page by page", async () => {
    await workAs(page, "marco");
    await page.evaluate(async () => {
      const { book } = globalThis.stagebookDemo;
      for (let nth = 1; nth <= 60; nth += 1) await book.contacts.comment(nth % 2 ? "carla-conti" : "dario-dini", { text: `Note ${nth}` });
    });
    await byId("nav-history").click();
    const history = page.locator("stagebook-history");
    const count = (text) => history.getByRole("status").filter({ hasText: text }).waitFor();
    await history.getByRole("button", { name: "Filters" }).click();
    await history.getByLabel("Person").selectOption("marco");
    await count("60 entries");
    await history.getByRole("article").nth(49).scrollIntoViewIfNeeded();
    await history.getByRole("article").nth(59).waitFor({ state: "attached" });
    await history.getByLabel("Search").fill("Note 7");
    await count("One entry");
    await history.getByRole("button", { name: "Carla Conti", exact: true }).waitFor();
    await history.getByRole("button", { name: "Clear filters" }).first().click();
    await history.getByLabel("Show").selectOption("stages");
    await count("6 entries");
    await history.getByLabel("Period").selectOption("range");
    await history.getByLabel("To", { exact: true }).fill("2020-01-01");
    await history.getByText("Nothing matches these filters.").waitFor();
    await history.getByRole("button", { name: "Clear filters" }).first().click();
    await history.getByRole("button", { name: "Dario Dini", exact: true }).first().click();
    await byId("contact-name").filter({ hasText: "Dario Dini" }).waitFor();
    await panelOf(page).since.waitFor();
  });

  it("fits a screen 320 pixels wide, in silence", async () => {
    await page.setViewportSize(NARROW);
    await byId("nav-history").click();
    await page.locator("stagebook-history").getByRole("article").first().waitFor();
    assert.deepEqual(await tooWide(page), [], "history");
    await byId("nav-contacts").click();
    await byId("select-several").click();
    await byId("select-shown").click();
    assert.deepEqual(await tooWide(page), [], "selecting");
    await page.setViewportSize(WIDE);
    assert.deepEqual(complained, []);
  });
});
