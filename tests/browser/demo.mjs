// The demo page in a browser of its own, with whatever it complains of. What the tests ask of it is theirs.

import { join } from "node:path";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { complaints, site } from "./site.mjs";

/** Pictures for whoever wants to look: names a folder. */
const { SCREENSHOTS } = process.env;
export const WIDE = { width: 1100, height: 900 };
export const NARROW = { width: 320, height: 640 };

/** Resolves to { place, page, complained, shot, close }. `prepare` runs on the new page before it goes anywhere. */
export async function demo({ prepare } = {}) {
  const place = await site();
  const browser = await chromium.launch(launchOptions());
  const context = await browser.newContext({ locale: "en-GB", viewport: WIDE });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complained = complaints(page);
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => console.error(`policy: ${violatedDirective} ${blockedURI}`)));
  await prepare?.(page);
  await page.goto(place.demo);
  await page.getByTestId("book-info").waitFor();
  return {
    place,
    page,
    complained,
    shot: async (name) => SCREENSHOTS && page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true }),
    async close() {
      await browser.close();
      await place.close();
    },
  };
}

/** Runs in a page: contacts of these names, as whoever works there. */
export async function makeContacts(page, ...names) {
  await page.evaluate(async (names) => {
    const { book } = globalThis.stagebookDemo;
    for (const name of names) await book.contacts.create({ id: name.toLowerCase().replaceAll(" ", "-"), name, email: `${name.split(" ")[0].toLowerCase()}@example.com` });
  }, names);
}

export async function showContact(page, name) {
  await page.getByTestId("nav-contacts").click();
  await page.getByTestId("contact-item").filter({ hasText: name }).click();
  await page.getByTestId("contact-name").filter({ hasText: name }).waitFor();
}

/** The contact's panel, by what it says in English. */
export function panelOf(page) {
  const box = (name) => page.getByRole("group", { name, exact: true });
  return {
    box,
    tab: (name) => page.getByRole("tab", { name, exact: true }),
    field: (name, label) => box(name).getByLabel(label, { exact: true }),
    save: () => page.getByRole("button", { name: "Save", exact: true }).click(),
    button: (name) => page.getByRole("button", { name, exact: true }),
    group: (name) => page.locator("stagebook-activities").getByRole("region", { name: new RegExp(`^${name}`) }),
    /** Which stage the contact is in, and since when. */
    since: page.getByText(/^Current stage: |^Stadio attuale: /),
    entries: page.getByRole("article"),
    rows: page.locator("stagebook-log").getByRole("row"),
    dialog: page.getByRole("dialog"),
  };
}

/** Has another person work: the page is theirs once their name is in it. */
export async function workAs(page, id) {
  await page.getByTestId("user").selectOption(id);
  await page.waitForFunction((id) => globalThis.stagebookDemo.book.actor.id === id, id);
}

/** What sticks out of the window to the right, if the page can be scrolled there. */
export function tooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} > ${clientWidth}`, ...wide.map((element) => `${element.tagName} ${element.className}`)];
  });
}
