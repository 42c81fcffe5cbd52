// Several tabs of one browser on one book, in either store: writes at once, the same command from two tabs and again after
// a restart, and what one tab tells the other.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { visitor } from "./site.mjs";

const COMMENTS = 500;

/** Runs in a page: opens a book and keeps it as globalThis.book, with every change it is told of in globalThis.told. */
async function openBookIn(store, tab, name, actor = "anna") {
  await tab.evaluate(async ([store, name, actor]) => {
    globalThis.book = await globalThis.stagebook.openBook({ name, definitions: globalThis.stagebook.crmContact, actor: { id: actor }, store, locale: "en" });
    globalThis.told = [];
    globalThis.book.on("change", (detail) => globalThis.told.push(detail));
  }, [store, name, actor]);
}

/** Runs in a page: the whole history of a contact, oldest first, read page by page. */
async function wholeHistory(query) {
  const rows = [];
  let cursor;
  do {
    const page = await globalThis.book.history("c-1", { order: "oldest", limit: 500, ...query, ...(cursor && { cursor }) });
    rows.push(...page.items.map(({ seq, kind, data, replica }) => ({ seq, kind, text: data.text, replica })));
    cursor = page.next;
  } while (cursor);
  return rows;
}

for (const store of ["indexeddb", "localstorage"]) describe(`tabs of one browser on ${store}`, () => {
  const openIn = (...where) => openBookIn(store, ...where);
  const visit = visitor({ ready: async () => { tabs = [await visit.tab(), await visit.tab()]; } });
  let tabs;
  /** A tab that was not told yet reads what others wrote when it verifies. */
  const caughtUp = () => both(() => globalThis.book.audit.verify());
  const both = (work, given) => Promise.all(tabs.map((tab) => tab.evaluate(work, given)));
  before(() => visit.restart());
  it("both write 500 comments at once: 1 000 comments, no gap in the numbers, and the log verifies", async () => {
    await openIn(tabs[0], "at-once", "anna");
    await tabs[0].evaluate(() => globalThis.book.contacts.create({ id: "c-1", name: "Bruno" }));
    await openIn(tabs[1], "at-once", "marco");
    const write = (count) => Promise.all(Array.from({ length: count }, (_, nth) => globalThis.book.contacts.comment("c-1", { text: `${globalThis.book.actor.id} ${nth}` }))).then((entries) => entries.map(({ seq }) => seq));
    const given = await both(write, COMMENTS);
    await caughtUp();
    const seen = await both(wholeHistory);
    assert.deepEqual(seen[0], seen[1]);
    const comments = seen[0].filter(({ kind }) => kind === "contact.commented");
    assert.equal(comments.length, 2 * COMMENTS);
    assert.equal(new Set(comments.map(({ text }) => text)).size, 2 * COMMENTS);
    assert.equal(new Set(seen[0].map(({ replica }) => replica)).size, 1);
    assert.deepEqual(given.flat().sort((a, b) => a - b), comments.map(({ seq }) => seq).sort((a, b) => a - b), "the numbers that the writers were given");
    const { entries } = await tabs[0].evaluate(() => globalThis.book.diagnostics());
    // definition.added comes first and is no contact's.
    assert.deepEqual(seen[0].map(({ seq }) => seq), Array.from({ length: entries - 1 }, (_, nth) => nth + 1), "seq");
    for (const report of await both(() => globalThis.book.audit.verify())) {
      assert.equal(report.ok, true, JSON.stringify(report));
      assert.equal(report.entries, entries);
    }
  });

  it("both write awaited comments in turn, each after the other's", async () => {
    const write = async (count) => {
      for (let nth = 0; nth < count; nth += 1) await globalThis.book.contacts.comment("c-1", { text: `in turn ${globalThis.book.actor.id} ${nth}` });
    };
    await both(write, 40);
    await caughtUp();
    const [rows] = await both(wholeHistory, { text: "in turn" });
    assert.equal(rows.length, 80);
    const { ok } = await tabs[1].evaluate(() => globalThis.book.audit.verify());
    assert.equal(ok, true);
  });

  it("a change in one tab is told in the other, which then reads it", async () => {
    await both(() => { globalThis.told.length = 0; });
    await tabs[0].evaluate(() => globalThis.book.contacts.save("c-1", { set: { company: "Acme" } }));
    // A tab may compact meanwhile, which is told with no contact.
    await tabs[1].waitForFunction(() => globalThis.told.some(({ contactIds }) => contactIds.length > 0), undefined, { timeout: 5_000 });
    const [mine, theirs] = await both(() => globalThis.told.filter(({ contactIds }) => contactIds.length > 0));
    assert.deepEqual(mine, [{ contactIds: ["c-1"], source: "local" }]);
    assert.deepEqual(theirs, [{ contactIds: ["c-1"], source: "tab" }]);
    assert.equal(await tabs[1].evaluate(async () => (await globalThis.book.contacts.get("c-1")).company), "Acme");
  });

  it("one commandId is one effect: from both tabs at once, and again after a restart", async () => {
    const command = () => globalThis.book.contacts.comment("c-1", { text: "once" }, { commandId: "command-1" }).then(({ id }) => id);
    const create = () => globalThis.book.contacts.create({ id: "c-2", name: "Twice?" }, { commandId: "command-2" }).then(({ contact }) => contact.id);
    const save = () => globalThis.book.contacts.save("c-2", { activities: [{ pending: { type: "intro-call", assignee: "anna", createTask: true } }] }, { commandId: "command-3" }).then(({ pending, tasks }) => [pending[0].id, tasks[0].id]);
    const erase = () => globalThis.book.contacts.erase("c-3", { confirm: "c-3", commandId: "command-4" }).then(() => "erased");
    await tabs[0].evaluate(() => globalThis.book.contacts.create({ id: "c-3", name: "Erased twice?" }));
    const run = async () => ({ comments: await both(command), creates: await both(create), saves: await both(save), erased: await both(erase) });
    const first = await run();
    await visit.restart();
    await openIn(tabs[0], "at-once", "anna");
    await openIn(tabs[1], "at-once", "anna");
    const again = await run();
    for (const answers of [...Object.values(first), ...Object.values(again)]) assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(first, again);
    const [once] = await both(wholeHistory, { text: "once" });
    assert.equal(once.length, 1);
    const kinds = await tabs[1].evaluate(async () => (await globalThis.book.history("c-2")).items.map(({ kind }) => kind));
    assert.deepEqual(kinds.toSorted(), ["activity.planned", "contact.created", "task.created", "workflow.started"]);
    assert.equal(await tabs[0].evaluate(async () => (await globalThis.book.history("c-3")).items.filter(({ kind }) => kind === "contact.erased").length), 1);
    assert.equal((await tabs[0].evaluate(() => globalThis.book.audit.verify())).ok, true);
  });

  it("one commandId with another command or payload is a conflict, in the other tab too", async () => {
    const code = (tab, work) => tab.evaluate(work).then(() => "done", (error) => error.message);
    assert.match(await code(tabs[1], () => globalThis.book.contacts.comment("c-1", { text: "another" }, { commandId: "command-1" }).catch(({ code }) => { throw new Error(code); })), /conflict/);
    assert.match(await code(tabs[1], () => globalThis.book.contacts.save("c-1", { set: { company: "B" } }, { commandId: "command-1" }).catch(({ code }) => { throw new Error(code); })), /conflict/);
  });
});
