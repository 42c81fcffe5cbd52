// Tasks and reminders in two tabs: what each keeps in memory of them follows what the other writes, before and after entries
// are compacted, and after a restart.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { visitor } from "./site.mjs";

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
/** Longer than the quiet time after which a book compacts by itself. */
const QUIET_MS = 1_500;

describe("tasks and reminders in two tabs", () => {
  const visit = visitor({ ready: async () => { tabs = [await opened(), await opened()]; } });
  let tabs;
  before(async () => {
    await visit.restart();
    await Promise.all(tabs.map(agenda));
    await tabs[0].evaluate(async () => {
      const plan = (due) => ({ pending: { type: "intro-call", assignee: "anna", date: "2026-01-01", due, createTask: true, remind: { start: "2026-01-01", end: due } } });
      for (let nth = 0; nth < 30; nth += 1) await globalThis.book.contacts.create({ id: `c-${nth}`, name: `Contact ${nth}`, activities: [plan(`2036-03-${10 + (nth % 20)}`)] });
    });
  });
  async function opened() {
    const tab = await visit.tab();
    await tab.evaluate(async () => {
      const { crmContact, openBook } = globalThis.stagebook;
      globalThis.book = await openBook({ name: "agenda", definitions: crmContact, actor: { id: "anna" }, store: "indexeddb", locale: "en" });
    });
    return tab;
  }

  /** How many tasks are open, are done, how many reminders show, of whom they are; as one tab has it. */
  const agenda = (tab) => tab.evaluate(async () => {
    const { tasks, activities } = globalThis.book;
    const list = async (query) => (await tasks.list({ limit: 500, ...query })).items;
    const open = await list({ status: "open" });
    return [open.length, (await list({ status: "done" })).length, (await activities.reminders()).length, await activities.nextReminderAt(), open.filter(({ assignee }) => assignee === "marco").map(({ contactName }) => contactName)];
  });

  /** Both tabs come to say this. */
  async function become(expected) {
    for (const tab of tabs) {
      for (const deadline = performance.now() + 5_000; performance.now() < deadline && JSON.stringify((await agenda(tab)).toSpliced(3, 1)) !== JSON.stringify(expected);) await rest(20);
      assert.deepEqual((await agenda(tab)).toSpliced(3, 1), expected);
    }
    const [first, second] = await Promise.all(tabs.map(agenda));
    assert.deepEqual(first, second);
  }

  /** Runs in a page: closes, moves, archives, erases by the tasks it sees. */
  const change = (tab, from) => tab.evaluate(async (from) => {
    const { tasks, contacts, activities } = globalThis.book;
    const found = (await tasks.list({ limit: 500 })).items;
    const of = (nth) => found.find(({ contactId }) => contactId === `c-${nth}`);
    await tasks.complete(of(from).id);
    await tasks.reassign(of(from + 1).id, "marco");
    await contacts.archive(`c-${from + 2}`);
    await contacts.erase(`c-${from + 3}`, { confirm: `c-${from + 3}` });
    await activities.acknowledge(of(from + 4).pendingId);
    await activities.cancel(of(from + 5).pendingId);
  }, from);

  it("are seen by a tab that asked before there were any", () => become([30, 0, 30, []]));

  it("follow what the other tab does", async () => {
    await change(tabs[1], 0);
    await become([26, 1, 25, ["Contact 1"]]);
  });

  it("are the same after they were compacted, and follow what is done then", async () => {
    await tabs[0].evaluate(() => Promise.all(Array.from({ length: 64 }, (_, nth) => globalThis.book.contacts.comment("c-0", { text: `${nth}` }))));
    await rest(QUIET_MS);
    await become([26, 1, 25, ["Contact 1"]]);
    await change(tabs[0], 10);
    await become([22, 2, 20, ["Contact 1", "Contact 11"]]);
    await tabs[1].evaluate(() => globalThis.book.contacts.restore("c-2"));
    await become([23, 2, 21, ["Contact 1", "Contact 11"]]);
  });

  it("are the same after a restart", async () => {
    await visit.restart();
    await become([23, 2, 21, ["Contact 1", "Contact 11"]]);
    await tabs[1].evaluate(async () => {
      const { items: [task] } = await globalThis.book.tasks.list({ status: "done" });
      await globalThis.book.tasks.reopen(task.id);
    });
    await become([24, 1, 22, ["Contact 1", "Contact 11"]]);
  });
});
