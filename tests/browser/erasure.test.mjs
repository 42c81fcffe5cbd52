// Erasing a contact: texts that mark every field which can hold text are found everywhere before, and nowhere after: not in
// any store of the origin, not in what any open tab answers or shows. The log still verifies, the id stays erased, and what
// waited to be sent is gone.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { everythingAnswered, everythingShown, everythingStored, placesOf } from "./search.mjs";
import { blank, site } from "./site.mjs";

const BOOK = "erasing";
/** Texts that occur nowhere else, one for each field. */
const marker = (kind) => (field) => `${kind}${field}${randomUUID().slice(0, 8)}`.replaceAll("-", "");

/** Runs in a page: a workflow that asks for reason and note, beside the demo's own book; the demo sends nothing. */
function remember(book) {
  const { crmContact } = globalThis.stagebook;
  const transitions = crmContact.transitions.map((one) => (one.id === "start-qualification" ? { ...one, gated: false, requires: { reason: true, note: true } } : one));
  const definition = { ...crmContact, id: "asking", transitions };
  localStorage.setItem("stagebook-demo", JSON.stringify({ language: "en", book, sender: "stopped", imported: { [book]: definition } }));
}

/** Runs in a page: opens the book that remember() described. */
async function openBook(name) {
  const definitions = JSON.parse(localStorage.getItem("stagebook-demo")).imported[name];
  globalThis.book = await globalThis.stagebook.openBook({ name, definitions, actor: { id: "anna", name: "Anna Rossi" }, locale: "en" });
}

/** Runs in a page: writes a mark into everything that can hold a text. Gives the ids of its pending activities and items. */
async function writeMarks(mark) {
  const { book } = globalThis;
  const { id } = mark;
  const email = (local) => `${local}@example.com`;
  const plan = (description) => ({ pending: { type: "intro-call", assignee: "anna", description, due: "2036-03-20", createTask: true } });
  await book.contacts.create({ id, name: mark.oldName, email: `${mark.email}@example.com`, phone: mark.phone, company: mark.company, fields: { [mark.fieldName]: mark.fieldValue } });
  await book.contacts.save(id, { set: { name: mark.name } });
  await book.contacts.comment(id, { text: mark.comment });
  await book.contacts.save(id, { activities: [{ log: { type: "register-contact", description: mark.description, outcome: mark.outcome } }] });
  const { pending } = await book.contacts.save(id, { activities: [plan(mark.openPlan), plan(mark.donePlan), plan(mark.cancelledPlan)] });
  await book.activities.complete(pending[1].id, { outcome: mark.doneOutcome, description: mark.doneDescription });
  await book.activities.cancel(pending[2].id, { reason: mark.cancelReason });
  await book.workflow.transition(id, { to: "qualification", reason: mark.reason, note: mark.note });
  const changed = (await book.contacts.save(id, { activities: [plan(mark.oldPlan)] })).pending[0];
  await book.activities.update(changed.id, { description: mark.newPlan, remind: { start: "2020-01-01", end: "2036-03-20" } });
  const taken = (await book.contacts.save(id, { activities: [plan(mark.takenPlan)] })).tasks[0];
  await book.tasks.complete(taken.id, { outcome: mark.taskOutcome });
  const items = [
    await book.contacts.invite(id, { email: email(mark.inviteEmail), message: mark.inviteMessage }),
    await book.contacts.message(id, { text: mark.messageText, subject: mark.messageSubject, channel: mark.messageChannel }),
    await book.contacts.share(id, { email: email(mark.shareEmail), fields: ["name", mark.fieldName], note: mark.shareNote }),
    await book.contacts.message(id, { text: mark.sentText }),
    await book.contacts.message(id, { text: mark.failedText }),
  ];
  await book.outbox.settle(items[3].id, { status: "sent", ref: mark.deliveryRef });
  await book.outbox.settle(items[4].id, { status: "failed", error: mark.deliveryError });
  await book.contacts.archive(id, { reason: mark.archiveReason });
  await book.contacts.restore(id);
  return { pending: pending.map((one) => one.id), items: items.map((one) => one.id) };
}
const WRITTEN = [
  "id", "oldName", "name", "email", "phone", "company", "fieldName", "fieldValue", "comment", "description", "outcome",
  "openPlan", "donePlan", "cancelledPlan", "doneOutcome", "doneDescription", "cancelReason", "reason", "note",
  "oldPlan", "newPlan", "takenPlan", "taskOutcome", "inviteEmail", "inviteMessage", "messageText", "messageSubject", "messageChannel",
  "shareEmail", "shareNote", "sentText", "failedText", "deliveryRef", "deliveryError", "archiveReason",
];
/** What of it is in the table of what is to be done, and in that of what goes out, once entries are compacted. */
const IN_TABLE = {
  agenda: ["id", "name", "openPlan", "newPlan", "takenPlan"],
  outbox: ["id", "name", "fieldName", "fieldValue", "inviteEmail", "inviteMessage", "messageText", "messageSubject", "messageChannel", "shareEmail", "shareNote", "sentText", "failedText", "deliveryError"],
};

/** Runs in a page: the same by importing, with row ids that name the contact, as those of stagebook/import do. */
async function importMarks(mark) {
  const row = (nth, more) => ({ contact: mark.id, at: `2020-01-0${nth}T10:00:00Z`, by: "anna", id: `${mark.id}/${nth}`, ...more });
  const report = await globalThis.book.audit.importHistory([
    row(1, { kind: "contact", set: { name: mark.name, email: `${mark.email}@example.com`, phone: mark.phone, company: mark.company, fields: { [mark.fieldName]: mark.fieldValue } } }),
    row(2, { kind: "stage", stage: "start" }),
    row(2, { id: `${mark.id}/2b`, kind: "stage", stage: "qualification", reason: mark.reason }),
    row(3, { kind: "log", type: "intro-call", description: mark.description, outcome: mark.outcome }),
    row(4, { kind: "pending", type: "intro-call", description: mark.openPlan, assignee: "anna" }),
    row(5, { kind: "pending", type: "intro-call", description: mark.donePlan, assignee: "anna" }),
    row(6, { kind: "complete", ref: `${mark.id}/5`, outcome: mark.doneOutcome, description: mark.doneDescription }),
    row(7, { kind: "comment", text: mark.comment }),
    row(8, { kind: "message", text: mark.message }),
  ]);
  if (report.imported !== 9) throw new Error(JSON.stringify(report));
}
const IMPORTED = ["id", "name", "email", "phone", "company", "fieldName", "fieldValue", "comment", "description", "outcome", "openPlan", "donePlan", "doneOutcome", "doneDescription", "reason", "message"];
/** What the API gives back: the name before a change is history's, and none of these is left out. */
const SHOWN_ON_PAGE = ["name", "email", "phone", "company", "fieldName", "fieldValue"];

describe("erasing a contact", () => {
  let place;
  let browser;
  let writer;
  let reader;
  let page;
  before(async () => {
    place = await site();
    browser = await chromium.launch(launchOptions());
    const context = await browser.newContext();
    writer = await blank(context, place);
    await writer.evaluate(remember, BOOK);
    await writer.evaluate(openBook, BOOK);
    reader = await blank(context, place);
    await reader.evaluate(openBook, BOOK);
    page = await context.newPage();
    await page.goto(place.demo);
    await page.getByTestId("book-info").waitFor();
  });
  after(async () => {
    await browser?.close();
    await place?.close();
  });

  const stored = (marks) => writer.evaluate(everythingStored).then((found) => placesOf(marks, found));
  const answered = async (tab, id, marks) => placesOf(marks, await tab.evaluate(everythingAnswered, id));
  const shown = async (marks) => placesOf(marks, await page.evaluate(everythingShown));
  const missing = (places) => Object.keys(places).filter((mark) => places[mark].length === 0);
  const left = (places) => Object.entries(places).filter(([, where]) => where.length > 0);
  const refusal = (tab, work, given) => tab.evaluate(work, given).then(() => "done", (error) => /\{.*\}/.exec(error.message)?.[0] ?? error.message);

  async function eraseAndSearch(mark) {
    const marks = Object.values(mark);
    await page.goto(`${place.demo}#contact=${mark.id}`);
    await page.getByText(mark.email).first().waitFor();
    assert.deepEqual(missing(await stored(marks)), [], "stored before");
    for (const tab of [writer, reader]) assert.deepEqual(missing(await answered(tab, mark.id, marks)), [], "answered before");
    assert.deepEqual(missing(await shown(SHOWN_ON_PAGE.map((field) => mark[field]))), [], "shown before");
    const kept = (await writer.evaluate((id) => globalThis.book.history(id, { limit: 500, count: true }), mark.id)).total;
    const { erased } = await writer.evaluate(() => globalThis.book.audit.verify());

    await writer.evaluate((id) => globalThis.book.contacts.erase(id, { confirm: id, reason: "ticket 1182" }), mark.id);
    assert.deepEqual(left(await stored(marks)), [], "stored after");
    await page.getByTestId("contact-name").filter({ hasText: "Deleted contact" }).waitFor();
    await page.getByRole("article").waitFor();
    const others = marks.filter((text) => text !== mark.id);
    // The id is in the page's own address and in the question.
    assert.deepEqual(left(await shown(others)), [], "shown after");
    for (const tab of [reader, writer]) assert.deepEqual(left(await answered(tab, mark.id, others)), [], "answered after");
    for (const tab of [reader, writer]) {
      const { items } = await tab.evaluate((id) => globalThis.book.history(id), mark.id);
      assert.deepEqual(items.map(({ kind, data, byName }) => [kind, data.reason, data.entries, byName]), [["contact.erased", "ticket 1182", kept, "Anna Rossi"]]);
      const report = await tab.evaluate(() => globalThis.book.audit.verify());
      assert.deepEqual([report.ok, report.erased, report.missing], [true, erased + kept, 0]);
    }
  }

  async function staysErased(id, { pending: pendingIds, items }) {
    for (const tab of [reader, writer]) {
      const outbox = await tab.evaluate(async (id) => (await globalThis.book.outbox.list({ limit: 500 })).items.filter(({ contactId }) => contactId === id), id);
      assert.deepEqual(outbox, [], "outbox");
      assert.equal(await tab.evaluate((id) => globalThis.book.contacts.get(id), id), undefined);
      const codes = await tab.evaluate(async ([id, pendingIds, items]) => {
        const { book } = globalThis;
        const said = (promise) => promise.then(() => "done", ({ code, blockers }) => [code, ...blockers.map((one) => one.code)].join(" "));
        const imported = await book.audit.importHistory([{ kind: "contact", contact: id, at: "2020-01-01T10:00:00Z", by: "anna", set: { name: "Back again" } }]);
        return {
          create: await said(book.contacts.create({ id, name: "Back again" })), upsert: await said(book.contacts.create({ id, name: "Back again" }, { upsert: true })),
          import: [imported.imported, ...imported.rejected.map(({ code }) => code)],
          save: await said(book.contacts.save(id, { set: { name: "Back again" } })), comment: await said(book.contacts.comment(id, { text: "Back again" })),
          start: await said(book.workflow.start(id, "asking")), move: await said(book.workflow.transition(id, { to: "prospect" })),
          erase: await said(book.contacts.erase(id, { confirm: id })),
          invite: await said(book.contacts.invite(id, { email: "back@example.com" })), share: await said(book.contacts.share(id, { email: "back@example.com" })),
          archive: await said(book.contacts.archive(id)), restore: await said(book.contacts.restore(id)),
          pending: await Promise.all([
            ...pendingIds.flatMap((pending) => [said(book.activities.complete(pending)), said(book.activities.reopen(pending)), said(book.activities.cancel(pending)), said(book.activities.update(pending, { description: "Back again" }))]),
            ...items.map((item) => said(book.outbox.settle(item, { status: "failed", error: "Back again" }))),
          ]),
        };
      }, [id, pendingIds, items]);
      const { pending, ...others } = codes;
      assert.deepEqual(others, {
        create: "conflict", upsert: "conflict", import: [0, "conflict"],
        save: "refused erased", comment: "refused erased", start: "refused erased", move: "refused erased", erase: "refused erased",
        invite: "refused erased", share: "refused erased", archive: "refused erased", restore: "refused erased",
      });
      for (const code of pending) assert.match(code, /^(not-found|refused erased)$/);
    }
  }

  it("removes every text from every store, tab and page, leaves its tombstone, and the log verifies", async () => {
    const mark = Object.fromEntries(WRITTEN.map((field) => [field, marker("w")(field)]));
    const made = await writer.evaluate(writeMarks, mark);
    await eraseAndSearch(mark);
    await staysErased(mark.id, made);
    await eraseNothingMore(mark);
  });

  it("does so for an imported contact, whose row ids name it", async () => {
    const mark = Object.fromEntries(IMPORTED.map((field) => [field, marker("i")(field)]));
    await writer.evaluate(importMarks, mark);
    await eraseAndSearch(mark);
    await staysErased(mark.id, { pending: [], items: [] });
  });

  it("does so after the entries were compacted, and the other contacts lose nothing", async () => {
    const mark = Object.fromEntries(WRITTEN.map((field) => [field, marker("c")(field)]));
    const made = await writer.evaluate(writeMarks, mark);
    await writer.evaluate(async () => {
      await globalThis.book.contacts.create({ id: "other", name: "Other" });
      for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 500 }, (_, nth) => globalThis.book.contacts.comment("other", { text: `kept ${round} ${nth}` })));
    });
    const tables = await stored(Object.values(mark));
    for (const [table, fields] of Object.entries(IN_TABLE)) {
      assert.deepEqual(fields.filter((field) => !tables[mark[field]].some((where) => where.endsWith(` ${table}`))), [], `not in ${table} before`);
    }
    await eraseAndSearch(mark);
    await staysErased(mark.id, made);
    const kept = await reader.evaluate(() => globalThis.book.history("other", { kinds: ["contact.commented"], count: true, limit: 1 }));
    assert.equal(kept.total, 2_500);
  });

  it("does so where some of it is in the tables, and some was written since, also by another tab", async () => {
    const mark = Object.fromEntries([...WRITTEN, "lateText", "lateError", "latePlan"].map((field) => [field, marker("l")(field)]));
    const made = await writer.evaluate(writeMarks, mark);
    await writer.evaluate(async () => {
      await Promise.all(Array.from({ length: 64 }, (_, nth) => globalThis.book.contacts.comment("other", { text: `more ${nth}` })));
      await new Promise((done) => setTimeout(done, 1_500));
    });
    assert.deepEqual((await stored([mark.inviteMessage]))[mark.inviteMessage].filter((where) => where.endsWith(" outbox")).length, 1);
    await reader.evaluate(async ([{ id, lateText, lateError, latePlan }, { pending, items }]) => {
      const { book } = globalThis;
      await book.contacts.message(id, { text: lateText });
      await book.outbox.settle(items[0], { status: "failed", error: lateError });
      await book.activities.update(pending[0], { description: latePlan });
    }, [mark, made]);
    await eraseAndSearch(mark);
    await staysErased(mark.id, made);
  });

  it("leaves nothing for a tab that opens the book later", async () => {
    const tab = await blank(reader.context(), place);
    await tab.evaluate(openBook, BOOK);
    const { ok, missing: gone } = await tab.evaluate(() => globalThis.book.audit.verify());
    assert.deepEqual([ok, gone], [true, 0]);
    const { items } = await tab.evaluate(() => globalThis.book.contacts.list());
    assert.deepEqual(items.map(({ id }) => id), ["other"]);
  });

  it("asks for the id once more, and refuses another", async () => {
    const said = await refusal(writer, () => globalThis.book.contacts.erase("other", { confirm: "another" }).catch(({ code, issues }) => { throw new Error(JSON.stringify({ code, issues: issues.map((issue) => issue.code) })); }));
    assert.deepEqual(JSON.parse(said), { code: "invalid", issues: ["confirm-mismatch"] });
  });

  /** What was refused on the erased id left nothing behind either. */
  async function eraseNothingMore(mark) {
    assert.deepEqual(left(await stored([...Object.values(mark), "back again"])), [], "stored after refusals");
  }
});
