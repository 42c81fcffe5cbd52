// What the elements show when there is nothing to show, or no way to show it; other languages, and other directions.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { harness, open, POLICY, show } from "./harness.mjs";
import { conflicts, inOther } from "./scenes.mjs";

let host, page, complained, context;
before(async () => { host = await harness(); });
after(() => host?.close());
beforeEach(async () => {
  ({ page, complained, context } = await host.page());
  await open(page);
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(complained, []);
});

const change = (work, given) => page.evaluate(work, given);

describe("a panel", () => {
  it("waits for its book, and for a contact to be chosen", async () => {
    await change(() => { put("stagebook-panel", {}); });
    await page.getByText("Loading…").waitFor({ state: "attached" });
    await change(() => { document.querySelector("stagebook-panel").book = book; });
    await page.getByText("No contact is chosen.").waitFor();
    await change(() => { document.querySelector("stagebook-panel").setAttribute("contact-id", "c-1"); });
    await page.getByRole("tab", { name: "Workflow Log" }).waitFor();
  });

  it("shows the next contact and nothing of the one before", async () => {
    await change(async () => {
      await book.contacts.comment("c-1", { text: "Only of Bruno" });
      await book.contacts.create({ id: "c-2", name: "Ada" });
    });
    await show(page, "stagebook-panel", { tab: "history" });
    await page.getByText("Only of Bruno").waitFor();
    await change(() => { document.querySelector("stagebook-panel").contactId = "c-2"; });
    await page.getByText("Only of Bruno").waitFor({ state: "detached" });
    await page.getByText("2 entries").waitFor();
  });

  it("given another book, shows that one and nothing of the one before", async () => {
    await change(() => book.contacts.comment("c-1", { text: "Of the first book" }));
    await show(page, "stagebook-panel", { tab: "history" });
    await page.getByText("Of the first book").waitFor();
    await open(page, { name: "another" });
    await change(() => { document.querySelector("stagebook-panel").book = book; });
    await page.getByText("Of the first book").waitFor({ state: "detached" });
    await page.getByText("2 entries").waitFor();
  });

  it("taken out of the page and put back, goes on", async () => {
    await show(page, "stagebook-panel", { tab: "history" });
    await change(() => { globalThis.taken = document.querySelector("stagebook-panel"); taken.remove(); });
    await change(() => book.contacts.comment("c-1", { text: "Meanwhile" }));
    await change(() => document.getElementById("place").append(taken));
    await page.getByText("Meanwhile").waitFor();
  });

  it("shows what is hostile as the text it is, wherever it stands", async () => {
    const bad = `<img src=x onerror="globalThis.hurt = 1">\u202E"'${"${1}"}`;
    await change(async (bad) => {
      const definition = { id: "bad", version: 1, label: bad, initial: "a", activityTypes: [{ id: "t", label: bad }], stages: [{ id: "a", label: bad, color: "red;} * { display: none", activities: [{ type: "t", required: true }] }, { id: "b", label: bad }], transitions: [{ id: "m", from: "a", to: "b", label: bad }] };
      globalThis.book = await stagebook.openBook({ definitions: definition, actor: { id: "anna", name: bad }, store: "memory", locale: "en" });
      await book.contacts.create({ id: "c-1", name: bad, fields: { [bad.slice(0, 20)]: bad } });
      await book.contacts.save("c-1", { set: { company: bad }, activities: [{ log: { type: "t", description: bad, outcome: bad }, pending: { type: "t", assignee: "anna", description: bad, createTask: true } }] });
      await book.workflow.transition("c-1", { to: "b", reason: bad, note: bad });
    }, bad);
    for (const tab of ["activities", "log", "history"]) {
      await show(page, "stagebook-panel", { tab });
      await page.waitForTimeout(200);
    }
    await page.getByRole("button", { name: "Diagram" }).click();
    await page.getByRole("dialog").waitFor();
    await show(page, "stagebook-tasks");
    await show(page, "stagebook-insights");
    assert.equal(await change(() => globalThis.hurt), undefined);
    assert.equal(await page.locator("img, script:not([src])").count(), 0);
  });

  it("read-only, says so and offers nothing that changes", async () => {
    await change(() => book.contacts.save("c-1", { activities: [{ pending: { type: "intro-call", assignee: "anna", due: "2036-01-01" } }] }));
    await show(page, "stagebook-panel", { readonly: true });
    await page.getByText("You can read here, not change.").waitFor();
    await page.getByRole("region", { name: "Planned" }).waitFor();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("article").first().waitFor();
    for (const name of [/^Done/, /^Edit/, /^Cancel/, /^Move/, /^Save/, /comment/i]) assert.equal(await page.getByRole("button", { name }).count(), 0, String(name));
  });

  it("of an archived contact, offers to restore it", async () => {
    await change(() => book.contacts.archive("c-1"));
    await show(page, "stagebook-panel");
    await page.getByText("This contact is archived.").waitFor();
    await page.getByRole("button", { name: "Restore", exact: true }).first().click();
    await page.getByText("This contact is archived.").waitFor({ state: "detached" });
  });

  it("of an unknown and of an erased contact, says which", async () => {
    await show(page, "stagebook-panel", { contactId: "nobody" });
    await page.getByText("Nothing is known of this contact.").waitFor();
    await show(page, "stagebook-panel");
    await change(() => book.contacts.erase("c-1", { confirm: "c-1" }));
    await page.getByText("This contact was deleted for good.").waitFor();
    await page.getByRole("article").first().waitFor();
  });

  it("of a closed book, says so; given another book, goes on", async () => {
    await show(page, "stagebook-panel");
    await change(() => book.close());
    await page.getByText("The book was closed.").first().waitFor();
    await open(page);
    await change(() => { document.querySelector("stagebook-panel").book = book; });
    await page.getByRole("tab", { name: "Workflow Log" }).waitFor();
  });

  it("explains what kept a book from opening, and asks the host to try again", async () => {
    for (const [code, advice] of [["storage", "A private window"], ["quota", "Free some space"], ["blocked-upgrade", "Close the other tabs"], ["too-new", "Load the newest version"], ["corrupt", "can't be read"]]) {
      await change(([code]) => { put("stagebook-panel", { failure: new stagebook.StagebookError(code, "The message.") }); }, [code]);
      await page.getByRole("alert").getByText(advice).waitFor();
    }
    await change(() => addEventListener("stagebook-retry", () => { globalThis.again = true; }));
    await page.getByRole("button", { name: "Try again" }).click();
    assert.equal(await change(() => globalThis.again), true);
  });

  it("shows what a write was refused for, and goes on", async () => {
    await show(page, "stagebook-history");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByRole("alert").getByText("Text is required.").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    assert.deepEqual(await change(() => told.map(({ name, code }) => [name, code])), [["error", "invalid"]]);
  });
});

it("where the page forbids WebAssembly, the panel says what the policy lacks", async () => {
  const strict = await harness({ policy: POLICY.replace(" 'wasm-unsafe-eval'", "") });
  try {
    const { page: other } = await strict.page();
    await other.evaluate(async () => {
      const failure = await stagebook.openBook({ definitions: stagebook.crmContact, actor: { id: "anna" } }).catch((error) => error);
      put("stagebook-panel", { failure });
    });
    await other.getByText("'wasm-unsafe-eval'").last().waitFor();
    await other.getByText("The page's security policy forbids WebAssembly").waitFor();
  } finally {
    await strict.close();
  }
});

describe("the state of syncing", () => {
  it("stands in the panel unless the host shows it elsewhere", async () => {
    const badge = page.getByText(/^Not stored/);
    await show(page, "stagebook-panel");
    await badge.waitFor();
    await change(() => {
      const elsewhere = Object.assign(document.createElement("span"), { slot: "status", hidden: true });
      document.querySelector("stagebook-panel").append(elsewhere);
    });
    await badge.waitFor({ state: "hidden" });
  });

  it("is told: what waits, synced, offline", async () => {
    await show(page, "stagebook-sync-status");
    await change(() => {
      globalThis.down = true;
      const push = async (batch) => {
        if (globalThis.down) throw Object.assign(new Error("down"), { retryAfterMs: 50 });
        return { accepted: batch.lines.length };
      };
      globalThis.stop = book.sync.start({ push, pull: async () => ({ batches: [], cursor: "0", more: false }) }, { intervalMs: 100 });
    });
    await page.getByText("waiting").first().waitFor();
    await change(() => { globalThis.down = false; });
    await page.getByText(/^Synced/).waitFor();
    await context.setOffline(true);
    await page.getByText(/^Offline/).last().waitFor();
    await context.setOffline(false);
    await change(() => stop());
  });
});

describe("a conflict", () => {
  const banners = () => page.getByRole("group", { name: "Two devices disagreed" });
  /** Two devices that leave one stage by two ways; what lost can be done from where the other way led. */
  const crossing = () => change(async () => {
    const definition = { id: "deals", version: 1, initial: "a", activityTypes: [], stages: ["a", "b", "c"].map((id) => ({ id })), transitions: [["ab", "a", "b"], ["ac", "a", "c"], ["bc", "b", "c"]].map(([id, from, to]) => ({ id, from, to, label: `To ${to}` })) };
    const given = { definitions: definition, store: "memory", locale: "en" };
    globalThis.other = await stagebook.openBook({ ...given, actor: { id: "anna", name: "Anna Rossi" } });
    const there = await stagebook.openBook({ ...given, actor: { id: "marco", name: "Marco Bianchi" } });
    const carry = async (from, to) => { for (const batch of (await from.sync.changes()).batches) await to.sync.apply(batch); };
    await other.contacts.create({ id: "c-1", name: "Bruno" });
    await carry(other, there);
    await there.workflow.transition("c-1", { to: "b" });
    await new Promise((done) => setTimeout(done, 5));
    await other.workflow.transition("c-1", { to: "c", note: "They called" });
    await carry(there, other);
  });

  it("shows both sides and which of them counts, in every tab, and goes when it is settled", async () => {
    await change(conflicts);
    await show(page, "stagebook-panel", { tab: "history" });
    await inOther(page);
    assert.equal(await banners().count(), 2);
    const sides = (nth) => banners().nth(nth).locator("dt, dd").allTextContents().then((texts) => texts.map((text) => text.replace(/\s· .*/, "")));
    assert.deepEqual(await sides(0), ["Closed it", "Marco Bianchi completed Introductory call: Reached by Marco", "Logged as well", "Anna Rossi completed Introductory call: Reached by Anna"]);
    assert.deepEqual(await sides(1), ["Counts", "Marco Bianchi moved the contact from Qualification to Prospect", "Does not count", "Anna Rossi moved the contact from Qualification to Start"]);
    const [first] = await change(() => other.sync.conflicts({ contactId: "c-1" }));
    await change(() => addEventListener("stagebook-seen", ({ detail }) => { globalThis.seen = detail; }));
    await banners().first().getByRole("button", { name: "Keep it so" }).click();
    await page.waitForFunction(() => document.querySelector("stagebook-panel").shadowRoot.querySelectorAll(".sides").length === 1);
    assert.deepEqual(await change(() => globalThis.seen), { contactId: "c-1", conflict: first.id });
  });

  it("that the host says was seen is not shown", async () => {
    await change(conflicts);
    const ids = (await change(() => other.sync.conflicts({ contactId: "c-1" }))).map(({ id }) => id);
    await change((seen) => { put("stagebook-panel", { book: other, contactId: "c-1", seen }); }, ids.slice(1));
    await banners().waitFor();
    assert.equal(await banners().count(), 1);
    await page.getByText("One conflict", { exact: true }).waitFor();
    await change((seen) => { document.querySelector("stagebook-panel").remove(); put("stagebook-sync-status", { book: other, seen }); }, ids);
    await page.getByText(/^Not stored/).waitFor();
    assert.equal(await page.getByText(/conflict/).count(), 0);
    await change(() => { document.querySelector("stagebook-sync-status").seen = []; });
    await page.getByText("2 conflicts").waitFor();
  });

  it("of moves: the one that lost is made again with what was said, where it can be", async () => {
    await crossing();
    await show(page, "stagebook-panel");
    await inOther(page);
    await banners().getByRole("button", { name: "To c after all" }).click();
    await banners().waitFor({ state: "detached" });
    const [last] = (await change(() => other.workflow.log("c-1"))).items;
    assert.deepEqual([last.from, last.to, last.note, last.supersededBy], ["b", "c", "They called", undefined]);
  });

  it("of moves: where none leads there any more, the way is explained", async () => {
    await change(conflicts);
    await show(page, "stagebook-panel");
    await inOther(page);
    await banners().getByRole("button", { name: "The way to Start" }).click();
    await page.getByRole("dialog").getByText("2 moves lead there:").waitFor();
  });

  it("is only told where nothing may be changed", async () => {
    await crossing();
    await show(page, "stagebook-panel", { readonly: true });
    await inOther(page);
    assert.deepEqual(await banners().getByRole("button").allTextContents(), ["Keep it so"]);
  });
});

describe("the log's badge", () => {
  for (const [tag, given] of [["stagebook-log", {}], ["stagebook-history", {}]]) {
    it(`of ${tag}: says that all was verified, until something is written again`, async () => {
      await show(page, tag, given);
      await page.getByRole("button", { name: "Verify the log" }).click();
      await page.getByText(/^Verified: \d+ entries, none changed$/).waitFor();
      await change(() => book.contacts.comment("c-1", { text: "Later" }));
      await page.getByRole("button", { name: "Verify the log" }).waitFor();
    });
  }

  it("says what does not hold", async () => {
    for (const [report, said] of [[{ missing: 2 }, "Not intact: 2 entries are missing"], [{ replicas: [{ ok: false, firstBad: { seq: 3, reason: "body-changed" } }] }, "Not intact: body-changed"]]) {
      await show(page, "stagebook-log");
      await change((report) => { book.audit.verify = async () => ({ ok: false, entries: 9, erased: 0, withheld: 0, missing: 0, replicas: [], ...report }); }, report);
      await page.getByRole("button", { name: "Verify the log" }).click();
      await page.getByText(said).waitFor();
    }
  });
});

it("printing makes all tabs ready first, and the host can print by itself", async () => {
  await change(async () => {
    globalThis.printed = [];
    globalThis.print = () => {
      const panel = document.querySelector("stagebook-panel").shadowRoot;
      const rows = (tag, what) => panel.querySelector(tag)?.shadowRoot.querySelectorAll(what).length;
      printed.push([rows("stagebook-activities", ".row"), rows("stagebook-log", "tbody tr"), rows("stagebook-history", "article")]);
    };
    await book.contacts.save("c-1", { activities: [{ log: { type: "intro-call" } }] });
  });
  await show(page, "stagebook-panel", { tab: "history" });
  const choose = async () => {
    await page.getByText("Download", { exact: true }).click();
    await page.getByRole("button", { name: "Print" }).click();
  };
  await choose();
  await page.waitForFunction(() => printed.length === 1);
  assert.deepEqual(await change(() => printed), [[1, 1, 3]]);
  await change(() => addEventListener("stagebook-print", (event) => event.preventDefault()));
  await choose();
  await page.waitForTimeout(200);
  assert.equal(await change(() => printed.length), 1);
});

describe("languages", () => {
  it("Italian is complete, with the labels of the reference, and comes at once", async () => {
    await show(page, "stagebook-panel");
    await change(() => book.configure({ locale: "it" }));
    for (const name of ["Workflow Log", "Cronologia", "Attività", "Log"]) await page.getByRole("tab", { name, exact: true }).waitFor();
    await page.getByRole("group", { name: "Attività in sospeso" }).getByLabel("Tipo Attività").selectOption("intro-call");
    const group = page.getByRole("group", { name: "Attività in sospeso" });
    for (const label of ["Data attività in attesa", "Descrizione attività", "Data chiusura", "Operatore", "Data inizio promemoria", "Data fine promemoria", "Crea attività"]) await group.getByLabel(label).waitFor();
    assert.equal(await change(() => document.querySelector("stagebook-panel").shadowRoot.querySelector(".root").lang), "it");
  });

  it("another comes through the book's messages, right to left where it is written so", async () => {
    await change(() => book.configure({ locale: "ar", messages: { ar: { "ui.tab.history": "التاريخ", "ui.save": "حفظ" } } }));
    await show(page, "stagebook-panel");
    await page.getByRole("tab", { name: "التاريخ" }).waitFor();
    await page.getByRole("button", { name: "حفظ" }).waitFor();
    const { direction, first, second } = await change(() => {
      const root = document.querySelector("stagebook-panel").shadowRoot;
      const [first, second] = [...root.querySelectorAll('[role="tab"]')].map((tab) => tab.getBoundingClientRect().left);
      return { direction: getComputedStyle(root.querySelector(".root")).direction, first, second };
    });
    assert.equal(direction, "rtl");
    assert.ok(first > second);
    await page.getByRole("tab").first().focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await page.getByRole("tab", { name: "التاريخ" }).getAttribute("aria-selected"), "true");
  });
});

describe("tasks", () => {
  it("of a person across contacts: done, opened again, given to another", async () => {
    await change(() => book.contacts.save("c-1", { activities: [{ pending: { type: "intro-call", assignee: "anna", due: "2036-01-01", createTask: true } }] }));
    await show(page, "stagebook-tasks", { contactId: undefined });
    await page.getByRole("button", { name: "Reassign: Introductory call, Bruno Bianchi" }).click();
    await page.getByRole("dialog").getByLabel("User").selectOption("marco");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Introductory call is with Marco Bianchi.").waitFor();
    await page.getByText("Nothing to do here.").waitFor();
    await page.getByLabel("Tasks of").selectOption("marco");
    await page.getByRole("button", { name: "Done: Introductory call, Bruno Bianchi" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await page.getByText("Introductory call is done.").waitFor();
    assert.equal((await change(() => book.activities.list("c-1", { status: "done" }))).items.length, 1);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Bruno Bianchi", exact: true }).click();
    assert.ok((await change(() => told)).some(({ name, contactId }) => name === "open" && contactId === "c-1"));
  });

  it("several at once, across contacts", async () => {
    await change(async () => {
      await book.contacts.create({ id: "c-2", name: "Ada" });
      for (const id of ["c-1", "c-2"]) await book.contacts.save(id, { activities: [{ pending: { type: "intro-call", assignee: "anna", createTask: true } }] });
    });
    await show(page, "stagebook-tasks", { contactId: undefined });
    await page.getByRole("button", { name: "Select several" }).click();
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.getByRole("checkbox", { name: "Select Introductory call, Ada" }).waitFor();
    assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 2);
    await page.getByRole("group", { name: "Select several" }).getByRole("button", { name: "Done" }).click();
    await page.getByText("2 activities are done.").waitFor();
    await page.getByText("Nothing to do here.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Ada", exact: true }).waitFor();
    assert.equal((await change(() => book.tasks.list({ status: "open" }))).items.length, 2);
  });
});

it("insights say in a table what the bars show", async () => {
  await show(page, "stagebook-insights", { contactId: undefined });
  await page.getByText("As a table").click();
  const cells = await page.getByRole("row").nth(1).locator("th, td").allTextContents();
  assert.deepEqual(cells, ["Start", "1", "0", "–", "–"]);
});

it("importing the classes defines nothing, and defining twice is no error", async () => {
  const found = await change(async () => {
    const { elements, define } = await import("./pkg/elements.js");
    define();
    return Object.entries(elements).map(([name, element]) => customElements.get(name) === element);
  });
  assert.deepEqual([...new Set(found)], [true]);
});
