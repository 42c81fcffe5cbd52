import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImportRow } from "./rows.js";
import { all, bytes, chunks, disorder, gzip, kinds } from "./test-kit.js";
import { fromXes, type XesOptions } from "./xes.js";

type Attributes = Record<string, string>;

const attribute = ([key, value]: [string, string]): string =>
  `<${key.startsWith("time:") ? "date" : "string"} key="${key}" value="${value}"/>`;
const event = (name: string, time: string, more: Attributes = {}): string =>
  `<event>${Object.entries({ "concept:name": name, "time:timestamp": time, ...more }).map(attribute).join("")}</event>`;
const trace = (name: string, ...inner: string[]): string => `<trace><string key="concept:name" value="${name}"/>${inner.join("")}</trace>`;
const log = (...inner: string[]): string => `<?xml version="1.0"?><log xes.version="1.0" xmlns="http://www.xes-standard.org/">${inner.join("\n")}</log>`;
const at = (minute: number): string => `2012-01-01T10:${String(minute).padStart(2, "0")}:00.000+01:00`;
const life = (transition: string, resource?: string): Attributes => ({ "lifecycle:transition": transition, ...(resource && { "org:resource": resource }) });

const rows = (text: string, options?: XesOptions): Promise<ImportRow[]> => all(fromXes(text, options));
const stages = (name: string): boolean => name.startsWith("A_");

test("a trace becomes a contact, its events rows by name and lifecycle", async () => {
  const source = fromXes(log(trace("173688",
    '<date key="REG_DATE" value="2012-01-01T09:00:00.000+01:00"/><int key="AMOUNT" value="20000"/><boolean key="new" value="true"/>',
    event("A_SUBMITTED", at(0), life("COMPLETE", "112")),
    event("W_Call", at(1), life("SCHEDULE", "112")),
    event("W_Call", at(2), life("START", "10862")),
    event("W_Call", at(3), life("COMPLETE", "10862")),
    event("O_SENT", at(4), life("COMPLETE")),
  )), { stages });
  assert.deepEqual(await all(source), [
    { contact: "173688", at: at(0), by: "112", byName: "112", id: "173688/0", kind: "contact", set: { name: "173688", fields: { REG_DATE: "2012-01-01T09:00:00.000+01:00", AMOUNT: 20000, new: true } } },
    { contact: "173688", at: at(0), by: "112", byName: "112", id: "173688/1", kind: "stage", stage: "A_SUBMITTED" },
    { contact: "173688", at: at(1), by: "112", byName: "112", id: "173688/2", kind: "pending", type: "W_Call" },
    { contact: "173688", at: at(2), by: "10862", byName: "10862", id: "173688/3", kind: "comment", text: "Work began: W_Call" },
    { contact: "173688", at: at(3), by: "10862", byName: "10862", id: "173688/4", kind: "complete", ref: "173688/2" },
    { contact: "173688", at: at(4), by: "system", byName: "system", id: "173688/5", kind: "log", type: "O_SENT" },
  ]);
  assert.deepEqual({ ...source.summary, lifecycles: { ...source.summary.lifecycles } }, {
    traces: 1, events: 5, rows: 6,
    kinds: { contact: 1, stage: 1, pending: 1, comment: 1, complete: 1, log: 1 },
    lifecycles: { complete: { stage: 1, complete: 1, log: 1 }, schedule: { pending: 1 }, start: { comment: 1 } },
    completedUnplanned: 1, leftOut: 0, timesUnread: 0, strayEvents: 0, renamed: 0,
  });
});

test("what is performed closes the oldest open plan of its type, once", async () => {
  const plan = (minute: number, name = "call") => event(name, at(minute), life("schedule"));
  const done = (minute: number, name = "call") => event(name, at(minute), life("complete"));
  const found = await rows(log(trace("t", done(0), plan(1), plan(2), plan(3, "visit"), done(4), done(5), done(6), done(7, "visit"))));
  assert.deepEqual(found.slice(1).map(({ kind, ref, type }) => [kind, ref ?? type]), [
    ["log", "call"], ["pending", "call"], ["pending", "call"], ["pending", "visit"],
    ["complete", "t/2"], ["complete", "t/3"], ["log", "call"], ["complete", "t/4"],
  ]);
});

test("rows come in order of time, keep the ids of their places in the file, and stay in file order within one time", async () => {
  const found = await rows(log(trace("t", event("c", at(3)), event("a", at(1)), event("b1", at(2)), event("b2", "2012-01-01T09:02:00Z"))));
  assert.deepEqual(found.map(({ id, type }) => [id, type]), [["t/0", undefined], ["t/2", "a"], ["t/3", "b1"], ["t/4", "b2"], ["t/1", "c"]]);
  assert.equal(found[0]!.at, at(1));
});

test("a time without offset, and one that can't be read", async () => {
  const source = fromXes(log(trace("t", event("a", "2012-01-01T10:00:00"), event("b", "once upon a time"), '<event><string key="concept:name" value="c"/></event>', event("d", "2012-07-01 10:00"))), { timeZone: "Europe/Rome" });
  const found = await all(source);
  assert.deepEqual(found.map((row) => row.at), ["2012-01-01T10:00:00+01:00", "2012-01-01T10:00:00+01:00", "once upon a time", "", "2012-07-01T10:00:00+02:00"]);
  assert.equal(source.summary.timesUnread, 2);
});

test("a trace without events is a contact alone, dated by its own attributes", async () => {
  const found = await rows(log("<trace/>", trace("empty"), trace("dated", '<date key="born" value="2012-01-01T00:00:00.000Z"/>')));
  assert.deepEqual(found.map(({ contact, at, id, kind, set }) => [contact, at, id, kind, set?.name]), [
    ["trace 1", "", "trace 1/0", "contact", "trace 1"],
    ["empty", "", "empty/0", "contact", "empty"],
    ["dated", "2012-01-01T00:00:00.000Z", "dated/0", "contact", "dated"],
  ]);
});

test("nested attributes, lists and containers are kept by their path", async () => {
  const nested = `<string key="a" value="1"><string key="b" value="2"><int key="c" value="3"/></string></string>
    <list key="l"><values><string key="x" value="4"/><string key="x" value="5"/></values></list>
    <container key="k"><float key="y" value="0.5"/></container><list key="m"><float key="z" value="NaN"/></list><id key="i" value="0-1"/>`;
  const [contact, row] = await rows(log(`<trace>${nested}<event>${nested}<string key="concept:name" value="e"/><string key="a" value="again"/></event></trace>`));
  assert.deepEqual(contact!.set!.fields, { a: "1", "a.b": "2", "a.b.c": 3, "l.x": "4", "l.x#2": "5", "k.y": 0.5, "m.z": "NaN", i: "0-1" });
  assert.equal(row!.description, "a: 1, a.b: 2, a.b.c: 3, l.x: 4, l.x#2: 5, k.y: 0.5, m.z: NaN, i: 0-1, a#2: again");
});

test("what an event says besides is kept whatever it becomes", async () => {
  const cost = { cost: "10" };
  const found = await rows(log(trace("t", event("A_1", at(0), cost), event("w", at(1), { ...life("suspend"), ...cost }), event("w", at(2), cost))), { stages });
  assert.deepEqual(found.slice(1).map(({ kind, reason, text, description }) => [kind, reason ?? text ?? description]), [
    ["stage", "cost: 10"], ["comment", "Work suspended: w (cost: 10)"], ["log", "cost: 10"],
  ]);
});

test("the contact's own four are taken from attributes of these names, where they fit", async () => {
  const found = await rows(log(
    trace("1", '<string key="name" value="Ada"/><string key="email" value="ada@example.org"/><int key="phone" value="555"/><string key="company" value="Loom"/>'),
    trace("2", '<string key="name" value=" "/><string key="email" value="none"/><string key="__proto__" value="x"/>'),
  ));
  assert.deepEqual(found[0]!.set, { name: "Ada", email: "ada@example.org", phone: "555", company: "Loom" });
  assert.deepEqual(found[1]!.set, { name: "2", fields: JSON.parse('{"name_":" ","email_":"none","__proto__":"x"}') });
});

test("a lifecycle and keys of any name do no harm", async () => {
  const source = fromXes(log(trace("t", event("constructor", at(0), { ...life("__proto__"), toString: "x" }))), { stages: ["constructor"] });
  const found = await all(source);
  assert.equal(found[1]!.text, "__proto__: constructor (toString: x)");
  assert.equal(({} as Record<string, unknown>)["comment"], undefined);
});

test("traces of one name are contacts of their own", async () => {
  const source = fromXes(log(trace("t"), trace("t", event("a", at(0))), trace("t#2"), trace("t")));
  assert.deepEqual((await all(source)).map(({ id }) => id), ["t/0", "t#2/0", "t#2/1", "t#2#2/0", "t#3/0"]);
  assert.equal(source.summary.renamed, 3);
});

test("ids stay within what an id may be", async () => {
  const long = "🙂".repeat(90);
  const found = await rows(log(trace(`${long}1`, event(long, at(0), life("complete", long))), trace(`${long}2`, event("a&#10;b", at(0)))), { stages: [long] });
  for (const { contact, by, id, type = "t", stage = "s" } of found) {
    for (const one of [contact, by, id!, type, stage]) assert.ok(one.length <= 128 && !/\p{Cc}|\p{Cs}/u.test(one), one);
  }
  assert.equal(new Set(found.map(({ id }) => id)).size, 4);
  assert.equal(found[0]!.set!.name, `${long}1`);
  assert.equal(found.at(-1)!.type, "a b");
});

test("a mapping replaces the default for the events it answers for", async () => {
  const text = log(trace("t", event("plan", at(0)), event("drop", at(1)), event("two", at(2)), event("done", at(3)), event("usual", at(4))));
  const source = fromXes(text, {
    definition: "loans",
    stages: ["usual"],
    map: ({ name, index }, { name: contact }) => {
      if (name === "plan") return { kind: "pending", type: "call", due: "2012-01-02", assignee: "ann", id: "own" };
      if (name === "drop") return [];
      if (name === "two") return [{ kind: "comment", text: `${contact} ${index}` }, { kind: "log", type: "note", by: "bob" }];
      return name === "done" ? { kind: "complete", type: "call" } : undefined;
    },
  });
  const by = { by: "system", byName: "system" };
  assert.deepEqual((await all(source)).slice(1), [
    { contact: "t", at: at(0), ...by, id: "own", kind: "pending", type: "call", due: "2012-01-02", assignee: "ann" },
    { contact: "t", at: at(2), ...by, id: "t/3", kind: "comment", text: "t 3" },
    { contact: "t", at: at(2), ...by, by: "bob", id: "t/3.1", kind: "log", type: "note" },
    { contact: "t", at: at(3), ...by, id: "t/4", kind: "complete", ref: "own" },
    { contact: "t", at: at(4), ...by, id: "t/5", kind: "stage", stage: "usual", definition: "loans" },
  ]);
  assert.equal(source.summary.leftOut, 1);
});

test("the contact's row, the people's names, the system and the comment are the caller's to say", async () => {
  const text = log(trace("t", '<string key="mail" value="a@b.c"/>', event("a", at(0), life("start", "7")), event("b", at(1))));
  const found = await rows(text, {
    contact: ({ attributes, name }) => ({ contact: `case ${name}`, set: { name: "Ann", email: String(attributes["mail"]) } }),
    name: (resource) => (resource === "7" ? "Agent Seven" : undefined),
    system: "robot",
    comment: ({ name }) => `Iniziato: ${name}`,
  });
  assert.deepEqual(found.map(({ contact, by, byName, id, text: words, set }) => ({ contact, by, byName, id, text: words, set })), [
    { contact: "case t", by: "7", byName: "Agent Seven", id: "case t/0", text: undefined, set: { name: "Ann", email: "a@b.c" } },
    { contact: "case t", by: "7", byName: "Agent Seven", id: "case t/1", text: "Iniziato: a", set: undefined },
    { contact: "case t", by: "robot", byName: "robot", id: "case t/2", text: undefined, set: undefined },
  ]);
});

test("prefixed elements, attributes in any order, globals, classifiers and events outside traces", async () => {
  const text = `<x:log xmlns:x="http://www.xes-standard.org/"><x:global scope="event"><x:string value="UNKNOWN" key="concept:name"/></x:global>
    <x:classifier keys="concept:name" name="c"/><x:string key="outer" value="1"><x:string key="inner" value="2"/></x:string>
    <x:event><x:string key="concept:name" value="stray"/></x:event>
    <x:trace><x:event><x:date value='2012-01-01T10:00:00Z' key='time:timestamp'/><x:string value="e &amp; &#x1F642;" key="concept:name" other="1"/></x:event>
    <x:string key="concept:name" value="late"/></x:trace></x:log>`;
  const source = fromXes(text);
  assert.deepEqual((await all(source)).map(({ contact, type }) => [contact, type]), [["late", undefined], ["late", "e & 🙂"]]);
  assert.equal(source.summary.strayEvents, 1);
});

const SMALL = log(trace("Zoë 🙂", event("A_1", at(0), life("complete", "née")), event("w &lt; &#8364;", at(1), life("schedule"))));

test("a file cut in two at every byte, packed or not, gives the same rows", async () => {
  const whole = await rows(SMALL, { stages });
  assert.equal(whole.length, 3);
  for (const data of [bytes(SMALL), await gzip(SMALL)]) {
    for (let place = 0; place <= data.length; place += 1) {
      assert.deepEqual(await all(fromXes(chunks(data.subarray(0, place), data.subarray(place)), { stages })), whole, `cut at ${place}`);
    }
  }
});

test("a file cut short gives the whole traces before, then an error", async () => {
  const text = log(trace("1", event("a", at(0))), trace("2", event("a", at(0))));
  const found: ImportRow[] = [];
  await assert.rejects(async () => {
    for await (const row of fromXes(text.slice(0, -40))) found.push(row);
  }, { name: "ImportError", code: "xml" });
  assert.deepEqual(found.map(({ id }) => id), ["1/0", "1/1"]);
  assert.deepEqual(disorder(found), []);
});

test("what is no XES log is an error", async () => {
  for (const text of ["<html></html>", "a;b;c", ""]) await assert.rejects(rows(text), { code: "xml" }, text);
});

test("a source that can be read again can be converted again", async () => {
  const source = fromXes(new Blob([SMALL]), { stages });
  assert.deepEqual(kinds(await all(source)), kinds(await all(source)));
  assert.equal(source.summary.rows, 3);
});
