// The history as its reader uses it: filters over the whole of it, months, order, files, comments, and twenty thousand entries.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { harness, open, show } from "./harness.mjs";

const MANY = 20_000;

let host, page, complained, context;
before(async () => { host = await harness(); });
after(() => host?.close());
beforeEach(async () => {
  ({ page, complained, context } = await host.page({ acceptDownloads: true }));
  await open(page);
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(complained, []);
});

const change = (work, given) => page.evaluate(work, given);
const entries = () => page.getByRole("article");
const count = (text) => page.getByRole("status").filter({ hasText: text }).waitFor();

/** Comments of `count` minutes in a row, the oldest first; every tenth is Marco's. */
function comments(count, start = "2020-01-01T00:00:00.000Z") {
  return change(async ([count, start]) => {
    const from = Date.parse(start);
    const row = (_, n) => ({ kind: "comment", contact: "c-1", at: new Date(from + n * 60_000 * 37).toISOString(), by: n % 10 ? "anna" : "marco", byName: n % 10 ? "Anna Rossi" : "Marco Bianchi", text: `Note number ${n}` });
    const { rejected } = await book.audit.importHistory(Array.from({ length: count }, row));
    if (rejected.length) throw new Error(JSON.stringify(rejected[0]));
  }, [count, start]);
}

describe("filters", () => {
  beforeEach(async () => {
    await comments(200);
    await show(page, "stagebook-history");
    await count("202 entries");
  });

  it("search in the whole history, not in what is shown, and say how many there are", async () => {
    await page.getByLabel("Search").fill("number 17");
    await count("11 entries");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await count("202 entries");
  });

  it("choose a kind, a person, a range of days", async () => {
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByLabel("Show").selectOption("messages");
    await count("200 entries");
    await page.getByLabel("Person").selectOption("marco");
    await count("20 entries");
    await page.getByLabel("Period").selectOption("range");
    await page.getByLabel("From").fill("2020-01-02");
    await page.getByLabel("To", { exact: true }).fill("2020-01-02");
    await count(/^[34] entries$/);
    await page.getByLabel("Period").selectOption("today");
    await page.getByText("Nothing matches these filters.").waitFor();
  });

  it("show the oldest first when asked, and exact times", async () => {
    await page.getByRole("button", { name: "Newest first" }).click();
    await page.getByRole("button", { name: "Oldest first" }).waitFor();
    await entries().first().getByText("Note number 0").waitFor();
    await page.getByLabel("Exact times").check();
    await entries().first().getByText(/1 Jan 2020/).waitFor();
  });

  it("are in the file that is taken along", async () => {
    await page.getByLabel("Search").fill("number 17");
    await count("11 entries");
    await page.getByText("Download", { exact: true }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Table (CSV)" }).click()]);
    assert.equal((await readFile(await file.path(), "utf8")).trim().split("\r\n").length, 12);
    for (const [name, begin] of [["Whole ledger", '{"body"'], ["Event log", "<?xml"], ["CloudEvents", "[\n{\"specversion\""], ["calendar", "BEGIN:VCALENDAR"]]) {
      await page.getByText("Download", { exact: true }).click();
      const [other] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      const text = await readFile(await other.path(), "utf8");
      assert.ok(text.startsWith(begin), text.slice(0, 40));
    }
  });
});

it("stands in months, and goes on page by page as the reader scrolls", async () => {
  await comments(2_000, "2024-01-01T00:00:00.000Z");
  await show(page, "stagebook-history");
  assert.ok(await page.getByRole("heading", { name: "February 2024" }).count() > 0);
  const before = await entries().count();
  await page.mouse.wheel(0, 100_000);
  await page.waitForFunction((before) => document.querySelector("stagebook-history").shadowRoot.querySelectorAll("article").length > before, before);
  const places = await change(() => [...document.querySelector("stagebook-history").shadowRoot.querySelectorAll("article")].map((one) => Number(one.getAttribute("aria-posinset"))));
  assert.deepEqual(places, places.map((_, n) => n + 1));
  const months = await page.getByRole("heading", { level: 3 }).allTextContents();
  assert.equal(new Set(months).size, months.length);
});

it("takes a comment, shows it at once, and shows markup as the text it is", async () => {
  await show(page, "stagebook-history");
  const text = `<img src=x onerror=alert(1)> \u202Egnorw\u2066 👩‍👩‍👧‍👦 z\u200Bero ${"x".repeat(9_000)}`;
  await page.getByRole("textbox", { name: "Add a comment" }).fill(text);
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await count("The comment was added.");
  await entries().first().getByText("<img src=x onerror=alert(1)>").first().waitFor();
  assert.equal(await change(() => document.querySelector("stagebook-history").shadowRoot.querySelectorAll("img").length), 0);
  assert.equal(await change(() => document.documentElement.scrollWidth > innerWidth), false);
});

it("goes from entry to entry by Page Up and Page Down, and out of the list by Control and End", async () => {
  await comments(30);
  await show(page, "stagebook-history");
  await entries().first().focus();
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  const at = () => change(() => document.querySelector("stagebook-history").shadowRoot.activeElement?.getAttribute("aria-posinset"));
  assert.equal(await at(), "3");
  await page.keyboard.press("PageUp");
  assert.equal(await at(), "2");
  await page.keyboard.press("Control+Home");
  assert.equal(await at(), null);
});

it("opens at an entry that the page names, however far back, and offers a link to each", async () => {
  await comments(400);
  const { id } = (await change(() => book.history("c-1", { order: "oldest", limit: 1 }))).items[0];
  await show(page, "stagebook-panel", { entry: id, linked: true });
  const at = () => change(() => document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-history").shadowRoot.activeElement?.dataset.id);
  await page.waitForFunction((id) => document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-history")?.shadowRoot.activeElement?.dataset.id === id, id);
  await change(() => addEventListener("stagebook-link", ({ detail }) => { globalThis.link = detail; }));
  await page.getByRole("article").last().getByRole("button", { name: /^Link to this entry/ }).click();
  const { contactId, entry } = await change(() => link);
  assert.equal(contactId, "c-1");
  assert.equal(entry, (await entries().last().getAttribute("data-id")));
  await change((entry) => { document.querySelector("stagebook-panel").entry = entry; }, entry);
  await page.waitForTimeout(100);
  assert.equal(await at() ?? entry, entry);
});

it("of all contacts, leads to each", async () => {
  await show(page, "stagebook-history", { contactId: undefined });
  await entries().first().getByRole("button", { name: "Bruno Bianchi" }).click();
  assert.deepEqual(await change(() => told), [{ name: "open", contactId: "c-1" }]);
});

it("of an erased contact, is what its history still answers, and no name is left in the page", async () => {
  await comments(600);
  await show(page, "stagebook-history");
  for (let n = 0; n < 12; n += 1) await change(() => document.querySelector("stagebook-history").shadowRoot.querySelector(".more")?.click());
  await change(() => book.contacts.erase("c-1", { confirm: "c-1" }));
  await page.getByText("This contact was deleted for good.").first().waitFor();
  const text = await change(() => document.querySelector("stagebook-history").shadowRoot.textContent);
  assert.ok(!text.includes("Note number"));
});

it(`stays smooth with ${MANY} entries`, { timeout: 240_000 }, async (t) => {
  await comments(48);
  const opening = () => change(async () => {
    const begun = performance.now();
    const element = put("stagebook-panel", { book, contactId: "c-1", tab: "history" });
    const root = () => element.shadowRoot?.querySelector("stagebook-history")?.shadowRoot;
    while (!root()?.querySelector("article")) await new Promise(requestAnimationFrame);
    return performance.now() - begun;
  });
  const best = async () => Math.min(...await Promise.all([0, 1, 2]).then(async () => [await opening(), await opening(), await opening()]));
  const small = await best();
  await comments(MANY - 48, "2021-01-01T00:00:00.000Z");
  const large = await best();
  const long = await change(async () => {
    const found = [];
    /** How long the book itself takes for the slowest of these questions: no time in it is the elements'. */
    const engine = async () => {
      const times = [];
      for (const text of ["n", "number 199"]) {
        const begun = performance.now();
        await globalThis.book.history("c-1", { text, limit: 50, count: true });
        times.push(Math.round(performance.now() - begun));
      }
      return times;
    };
    const observer = new PerformanceObserver((list) => found.push(...list.getEntries().map(({ duration }) => Math.round(duration))));
    observer.observe({ type: "longtask" });
    const root = document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-history").shadowRoot;
    for (let n = 0; n < 60; n += 1) {
      scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((done) => setTimeout(done, 30));
    }
    const shown = root.querySelectorAll("article").length;
    const scrolling = found.splice(0);
    const search = root.querySelector('[name="text"]');
    for (const text of ["n", "nu", "number 19", "number 199", ""]) {
      search.value = text;
      search.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      await new Promise((done) => setTimeout(done, 600));
    }
    observer.disconnect();
    const book = await engine();
    return { scrolling, filtering: found, book, shown };
  });
  t.diagnostic(`opens in ${Math.round(small)} ms with 50 entries, ${Math.round(large)} ms with ${MANY}; tasks over 50 ms while scrolling and filtering: ${JSON.stringify(long)}`);
  assert.ok(long.shown >= 50);
});
