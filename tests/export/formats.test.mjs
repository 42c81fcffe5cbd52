// The exports as the programs of others read them: csv-parse, the CloudEvents SDK, ical.js, the package's own reader of XES.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CloudEvent, HTTP } from "cloudevents";
import { parse } from "csv-parse/sync";
import ICAL from "ical.js";
import { fromXes } from "../../pkg/import.js";
import { fill, HOSTILE, open, START, text } from "./read.mjs";

const FORMULA = /^[=+\-@\t\r]/;

describe("an export", () => {
  let book;
  let entries;
  before(async () => {
    book = await open();
    await fill(book);
    entries = await everything((query) => book.historyAll(query));
  });
  after(() => book.close());

  async function everything(load) {
    const items = [];
    for (let cursor; ; ) {
      const page = await load({ limit: 500, ...(cursor && { cursor }) });
      items.push(...page.items);
      if (!(cursor = page.next)) return items;
    }
  }

  it("as CSV has a row an entry, and no cell that a spreadsheet would run", async () => {
    const rows = parse(await text(book.audit.export("csv")), { columns: true });
    assert.deepEqual(rows.map((row) => row.Entry), entries.map(({ id }) => id));
    for (const row of rows) for (const cell of Object.values(row)) assert.doesNotMatch(cell, FORMULA);
    for (const [nth, row] of rows.entries()) {
      const { contactName = "", summary, data, occurredAt } = entries[nth];
      const shown = (value) => (FORMULA.test(value) ? `'${value}` : value);
      assert.deepEqual([row.Contact, row["What happened"], row["When (UTC)"]], [shown(contactName), shown(summary), occurredAt]);
      assert.deepEqual(JSON.parse(row["Data (JSON)"]), data);
    }
    assert.deepEqual(new Set(HOSTILE.filter((name) => FORMULA.test(name)).map((name) => `'${name}.`)).size, 6);
  });

  it("as CSV begins with the byte order mark where that is asked for, and has its headings in the book's language", async () => {
    const italian = await open({ locale: "it" });
    const [plain, marked] = await Promise.all([text(italian.audit.export("csv")), text(italian.audit.export("csv", { bom: true }))]);
    assert.equal(marked, `\u{feff}${plain}`);
    assert.match(plain, /^Quando \(UTC\),Id contatto,Contatto,Genere,Che cosa è successo,Id operatore,Operatore,/);
    await italian.close();
  });

  it("as CloudEvents passes the SDK's validation, event by event and as a batch", async () => {
    const body = await text(book.audit.export("cloudevents"));
    const events = JSON.parse(body);
    const batch = HTTP.toEvent({ headers: { "content-type": "application/cloudevents-batch+json" }, body });
    assert.equal(batch.length, entries.length);
    for (const [nth, event] of events.entries()) {
      assert.equal(new CloudEvent(event).validate(), true);
      assert.equal(batch[nth].validate(), true);
      const entry = entries[nth];
      assert.deepEqual(
        [event.specversion, event.id, event.type, event.subject, event.time, event.recordedtime, event.sequence, event.source],
        ["1.0", entry.id, `dev.stagebook.${entry.kind}`, entry.contactId, entry.occurredAt, entry.recordedAt, String(entry.seq).padStart(16, "0"), `stagebook/${book.name}/${entry.replica}`],
      );
      assert.deepEqual(event.data, entry);
    }
  });

  it("as XES comes back through the package's own reader with its texts", async () => {
    const written = await text(book.audit.export("xes"));
    const traces = new Map();
    const rows = fromXes(new Blob([written]), { map: (event, trace) => (traces.set(trace.name, trace), undefined), stages: ["Qualification", "Start"] });
    for await (const row of rows) void row;
    assert.deepEqual([...traces.keys()].sort(), HOSTILE.map((_, nth) => `c${nth}`).filter((id) => id !== "c2"), "the erased contact has no trace");
    for (const [nth, name] of HOSTILE.entries()) {
      const trace = traces.get(`c${nth}`);
      if (!trace) continue;
      assert.deepEqual({ ...trace.attributes }, { name: `${name}.`, company: name, note: name, size: 12.5, vip: true });
      assert.deepEqual(trace.events.map((event) => [event.name, event.lifecycle, event.resource]), [
        ["Start", "complete", "anna"], ["Company registration", "complete", "anna"], ["Introductory call", "complete", "anna"],
        ["Introductory call", "schedule", "anna"], ["Qualification", "complete", "anna"], ["Introductory call", "complete", "anna"],
      ]);
      assert.deepEqual([trace.events[1].attributes.description, trace.events[5].attributes.outcome], [name, name]);
      assert.equal(trace.events[3].attributes["concept:instance"], trace.events[5].attributes["concept:instance"]);
    }
  });

  it("takes a query as the history does", async () => {
    const ids = async (query) => JSON.parse(await text(book.audit.export("cloudevents", query))).map(({ id }) => id);
    for (const query of [{ kinds: ["contact.commented"] }, { by: "marco" }, { text: "hyperlink" }, { from: "2026-03-20", to: "2026-03-20" }, { from: "2026-03-21" }, { order: "oldest" }]) {
      assert.deepEqual(await ids(query), (await everything((page) => book.historyAll({ ...query, ...page }))).map(({ id }) => id), JSON.stringify(query));
    }
    const contactId = "c3";
    assert.deepEqual(await ids({ contactId, kinds: ["contact.commented"] }), (await book.history(contactId, { kinds: ["contact.commented"] })).items.map(({ id }) => id));
    assert.deepEqual(await ids({ contactId: "nobody" }), []);
  });

  it("is not disturbed by what is written while it is read", async () => {
    const busy = await open();
    for (let nth = 0; nth < 1_500; nth += 1) void busy.contacts.create({ id: `n${nth}`, name: "N".repeat(200) });
    await busy.contacts.create({ name: "last" });
    for (const [format, count] of [["csv", (whole) => parse(whole).length - 1], ["cloudevents", (whole) => JSON.parse(whole).length], ["xes", (whole) => whole.split("<trace>").length - 1]]) {
      let [whole, pieces] = ["", 0];
      const decoder = new TextDecoder();
      for await (const bytes of busy.audit.export(format)) {
        whole += decoder.decode(bytes, { stream: true });
        pieces += 1;
        await busy.contacts.create({ name: `between ${format}` });
        await busy.contacts.erase(`n${pieces}`, { confirm: `n${pieces}` }).catch(({ code }) => assert.equal(code, "refused"));
      }
      assert.ok(pieces > 1 && count(whole) >= 1_480, `${format}: ${count(whole)} in ${pieces}`);
    }
    await busy.close();
  });

  it("rejects with the code of what went wrong", async () => {
    const code = (stream) => text(stream).then(() => undefined, ({ name, code }) => `${name} ${code}`);
    for (const format of ["csv", "xes", "cloudevents"]) {
      assert.equal(await code(book.audit.export(format, { from: "yesterday" })), "StagebookError invalid");
      assert.equal(await code(book.audit.export(format, { kinds: 5 })), "StagebookError invalid");
      assert.equal(await code(book.audit.export(format, { text: "\ud800" })), "StagebookError invalid");
    }
    assert.equal(await code(book.audit.export("docx")), "StagebookError invalid");
    const closed = await open();
    await fill(closed);
    const reader = closed.audit.export("csv").getReader();
    await closed.close();
    await assert.rejects(reader.read(), { name: "StagebookError", code: "closed" });
    assert.equal(await code(closed.audit.export("xes")), "StagebookError closed");
  });
});

describe("the calendar of what is to be done", () => {
  let book;
  before(async () => {
    book = await open();
    await book.contacts.create({ id: "c;1", name: "Bianchi, Bruno; \\ \"Sons\"" });
  });
  after(() => book.close());

  const todos = async (query) => new ICAL.Component(ICAL.parse(await book.activities.calendar(query))).getAllSubcomponents("vtodo");
  const plan = async (pending) => (await book.contacts.save("c;1", { activities: [{ pending: { type: "intro-call", assignee: "marco", ...pending } }] })).pending[0];
  const one = async (id) => (await todos()).find((todo) => todo.getFirstPropertyValue("uid").startsWith(`${id}@`));
  const js = (time) => time.toJSDate().toISOString();

  it("gives every text back, however long", async () => {
    const description = `${"Ruf mich an, bitte; \\ oder nicht.\nÄöü €😀 ".repeat(30)}end`;
    const { id } = await plan({ description });
    const todo = await one(id);
    assert.equal(todo.getFirstPropertyValue("description"), description);
    assert.equal(todo.getFirstPropertyValue("summary"), 'Introductory call: Bianchi, Bruno; \\ "Sons"');
    assert.equal(todo.getFirstPropertyValue("categories"), "Introductory call");
    assert.equal(todo.getFirstPropertyValue("contact"), "Marco Bianchi, jr.");
    assert.equal(todo.getFirstPropertyValue("x-stagebook-contact"), "c;1");
    assert.equal(todo.getFirstPropertyValue("status"), "NEEDS-ACTION");
    assert.equal(js(todo.getFirstPropertyValue("dtstamp")), new Date(START).toISOString());
    for (const line of (await book.activities.calendar()).split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75);
  });

  // In Rome the clocks go forward on 29 March 2026 at 2, and back on 25 October 2026 at 3.
  const cases = [
    ["a day in spring", { date: "2026-03-28", due: "2026-03-29", remind: { start: "2026-03-29", end: "2026-03-29" } }, "2026-03-29", "2026-03-28", "2026-03-28T23:00:00.000Z"],
    ["the day after it", { date: "2026-03-29", due: "2026-03-30", remind: { start: "2026-03-30", end: "2026-03-30" } }, "2026-03-30", "2026-03-29", "2026-03-29T22:00:00.000Z"],
    ["a day in autumn", { date: "2026-10-24", due: "2026-10-25", remind: { start: "2026-10-25", end: "2026-10-25" } }, "2026-10-25", "2026-10-24", "2026-10-24T22:00:00.000Z"],
    ["the day after that", { date: "2026-10-25", due: "2026-10-26", remind: { start: "2026-10-26", end: "2026-10-26" } }, "2026-10-26", "2026-10-25", "2026-10-25T23:00:00.000Z"],
    ["the hour that is skipped", { date: "2026-03-29", due: "2026-03-29T03:30:00+02:00", remind: { start: "2026-03-29T01:59:00+01:00", end: "2026-03-29T03:30:00+02:00" } }, "2026-03-29T01:30:00.000Z", "2026-03-28T23:00:00.000Z", "2026-03-29T00:59:00.000Z"],
    ["the hour that comes twice", { date: "2026-10-25", due: "2026-10-25T02:30:00+01:00", remind: { start: "2026-10-25T02:30:00+02:00", end: "2026-10-25T02:30:00+01:00" } }, "2026-10-25T01:30:00.000Z", "2026-10-24T22:00:00.000Z", "2026-10-25T00:30:00.000Z"],
  ];
  for (const [name, pending, due, start, alarm] of cases) {
    it(`tells ${name} right`, async () => {
      const todo = await one((await plan(pending)).id);
      const shown = (time) => (time.isDate ? time.toString() : js(time));
      assert.deepEqual([shown(todo.getFirstPropertyValue("due")), shown(todo.getFirstPropertyValue("dtstart"))], [due, start]);
      const [ring] = todo.getAllSubcomponents("valarm");
      assert.deepEqual([ring.getFirstPropertyValue("action"), js(ring.getFirstPropertyValue("trigger"))], ["DISPLAY", alarm]);
    });
  }

  it("has what is open, of one person or about one contact, and keeps its names", async () => {
    await book.contacts.create({ id: "c2", name: "Two" });
    const all = await todos();
    assert.deepEqual((await todos({ assignee: "anna" })).length, 0);
    assert.deepEqual((await todos({ contactId: "c;1" })).length, all.length);
    const uids = (list) => list.map((todo) => todo.getFirstPropertyValue("uid")).sort();
    assert.deepEqual(uids(await todos()), uids(all));
    const [first] = (await book.activities.list("c;1", { status: "open" })).items;
    await book.activities.complete(first.id);
    assert.deepEqual(uids(await todos()), uids(all).filter((uid) => !uid.startsWith(`${first.id}@`)));
  });
});
