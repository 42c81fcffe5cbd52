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

  it("are gone at once when cleared: what is chosen before the list has followed stands alone", async () => {
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByLabel("Search").fill("number 17");
    await count("11 entries");
    await page.getByLabel("Person").selectOption("marco");
    await count("One entry");
    await change(async () => {
      const element = document.querySelector("stagebook-history");
      [...element.shadowRoot.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === "Clear filters").click();
      await element.updateComplete;
      const kinds = element.shadowRoot.querySelector('[name="kind"]');
      kinds.value = "messages";
      kinds.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    });
    await count("200 entries");
    assert.deepEqual([await page.getByLabel("Search").inputValue(), await page.getByLabel("Person").inputValue()], ["", ""]);
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

it("of all contacts, says who did it and to whom, and leads to each", async () => {
  await show(page, "stagebook-history", { contactId: undefined });
  await entries().first().locator(".who").getByText("Anna Rossi", { exact: true }).waitFor();
  await entries().first().getByRole("button", { name: "Bruno Bianchi" }).click();
  assert.deepEqual(await change(() => told), [{ name: "open", contactId: "c-1" }]);
});

it("has the focus in its search when the host asks for it", async () => {
  await show(page, "stagebook-history", { contactId: undefined });
  await change(() => document.querySelector("stagebook-history").search());
  assert.equal(await change(() => document.querySelector("stagebook-history").shadowRoot.activeElement.name), "text");
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

/** Filters of the element as a reader sets them, each on top of the one before. */
const ASKED = {
  "a letter": { text: "n" }, "a kind": { text: "", kind: "messages" }, "who wrote most": { kind: "", person: "anna" },
  "who wrote few": { person: "marco" }, "a word": { person: "", text: "number 199" }, "no word": { text: "nowhere" },
  "a range": { text: "", when: "range", from: "2021-02-01", to: "2021-03-01" },
  "all at once": { text: "number", kind: "messages", person: "anna", when: "range", from: "2021-01-10", to: "2022-01-10" },
};

/** Has the element ask for each in turn, and measures the longest task meanwhile: an endless row of messages to oneself tells. */
const filtering = (asked) => change(async (asked) => {
  const panel = document.querySelector("stagebook-panel");
  const root = (panel?.shadowRoot.querySelector("stagebook-history") ?? document.querySelector("stagebook-history")).shadowRoot;
  const status = () => root.querySelector('.tally [role="status"]').textContent;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const { port1, port2 } = new MessageChannel();
  let [last, longest] = [performance.now(), 0];
  port1.onmessage = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    port2.postMessage(0);
  };
  port2.postMessage(0);
  let [open, counted] = [0, undefined];
  const { history } = book;
  book.history = async (...asked) => {
    open += 1;
    const answer = await history.apply(book, asked).finally(() => { open -= 1; });
    if (asked[1].count) counted = performance.now();
    return answer;
  };
  const found = {};
  for (const [name, values] of Object.entries(asked)) {
    [counted, longest] = [undefined, 0];
    for (const [field, value] of Object.entries(values)) {
      const input = root.querySelector(`[name="${field}"]`);
      input.value = value;
      input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      await pause(20);
    }
    // What is typed is asked for a while later, and counted last.
    while (counted === undefined || open || performance.now() - counted < 400) await pause(10);
    found[name] = { longest: Math.round(longest), count: status() };
  }
  port1.close();
  book.history = history;
  return found;
}, asked);

it(`stays smooth with ${MANY} entries, whatever is asked for`, { timeout: 240_000 }, async (t) => {
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
  await change(() => {
    globalThis.long = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => Math.round(duration))));
    observer.observe({ type: "longtask" });
  });
  const shown = await change(async () => {
    const root = document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-history").shadowRoot;
    for (let n = 0; n < 60; n += 1) {
      scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((done) => setTimeout(done, 30));
    }
    return root.querySelectorAll("article").length;
  });
  const scrolling = await change(() => long.splice(0));
  const found = await filtering(ASKED);
  const long = await change(() => globalThis.long.splice(0));
  t.diagnostic(`opens in ${Math.round(small)} ms with 50 entries, ${Math.round(large)} ms with ${MANY}`);
  t.diagnostic(`tasks over 50 ms while scrolling: ${JSON.stringify(scrolling)}, while filtering: ${JSON.stringify(long)}`);
  for (const [name, { longest, count }] of Object.entries(found)) t.diagnostic(`${name}: ${count}, longest task ${longest} ms`);
  assert.ok(shown >= 50);
  const counts = ["a letter", "a kind", "no word"].map((name) => found[name].count);
  assert.deepEqual(counts, ["20,002 entries", "20,000 entries", "0 entries"]);
});

it("answers each question with all that was there, while others write", { timeout: 240_000 }, async () => {
  await change(async () => {
    globalThis.book = await stagebook.openBook({ definitions: stagebook.crmContact, actor: { id: "anna", name: "Anna Rossi" }, name: "busy", timeZone: "Europe/Rome" });
    await book.contacts.create({ id: "c-1", name: "Bruno Bianchi" });
  });
  await comments(5_000, "2021-01-01T00:00:00.000Z");
  const { answers, kept, written } = await change(async () => {
    const other = await stagebook.openBook({ definitions: stagebook.crmContact, actor: { id: "marco", name: "Marco Bianchi" }, name: "busy" });
    let [on, written] = [true, 0];
    const writing = (async () => {
      while (on) {
        for (const one of [book, other]) await one.contacts.comment("c-1", { text: `Note number ${written += 1} of today` });
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
    const answers = [];
    for (let n = 0; n < 8; n += 1) {
      const [before, ids] = [written, new Set()];
      const { total } = await book.history("c-1", { text: "number", limit: 1, count: true });
      for (let cursor; ;) {
        const { items, next } = await book.history("c-1", { text: "note", limit: 500, cursor });
        for (const { id, occurredAt } of items) if (occurredAt < "2024") ids.add(id);
        if (!(cursor = next)) break;
      }
      answers.push({ least: 5_000 + Math.max(before - 2, 0), total, most: 5_000 + written, old: ids.size });
    }
    on = false;
    await writing;
    const kept = (await book.history("c-1", { text: "of today", limit: 1, count: true })).total;
    await other.close();
    return { answers, kept, written };
  });
  for (const { least, total, most, old } of answers) {
    assert.ok(least <= total && total <= most, JSON.stringify(answers));
    assert.equal(old, 5_000);
  }
  assert.equal(kept, written);
});
