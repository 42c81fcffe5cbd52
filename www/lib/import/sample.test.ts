/** The demo's sample files fit the preset they are made for. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { test } from "node:test";
import { fromCsv } from "./csv.js";
import type { ImportRow } from "./rows.js";
import { all, disorder, findUp } from "./test-kit.js";
import { definitionFromXes } from "./xes-definition.js";
import { scanXes } from "./xes-scan.js";
import { fromXes } from "./xes.js";

const STAGES = ["start", "qualification", "prospect", "lead", "opportunity", "not-qualified", "customer", "closed"];
/** Those of the preset, and what the sample books' definition adds. */
const TYPES = ["register-contact", "intro-call", "call", "email", "visit", "offer"];

const sample = async (name: string) => {
  const file = findUp(`www/demo/sample/${name}`) ?? findUp(`demo/sample/${name}`);
  assert.ok(file, "the sample is in the checkout");
  return openAsBlob(file);
};

function fits(rows: readonly ImportRow[]): void {
  assert.deepEqual(disorder(rows), []);
  const place = new Map<string, number>();
  for (const { contact, kind, stage, type, at } of rows) {
    assert.ok(Date.parse(at) < Date.UTC(2026, 2, 1), at);
    if (kind === "log" || kind === "pending") assert.ok(TYPES.includes(type!), type);
    if (kind !== "stage") continue;
    const now = STAGES.indexOf(stage!);
    assert.ok(now >= 0 && Math.abs(now - (place.get(contact) ?? -1)) === 1, `${contact} ${stage}: a move of the preset`);
    place.set(contact, now);
  }
  assert.deepEqual(new Set(place.values()).size, STAGES.length);
}

for (const [language, someone, city] of [["en", "Zoë Marchbanks", "city"], ["it", "Niccolò Verdolini", "città"]] as const) {
  test(`contacts-${language}.csv needs no mapping and holds every kind of row, in every stage`, async () => {
    const source = fromCsv(await sample(`contacts-${language}.csv`));
    const rows = await all(source);
    fits(rows);
    assert.deepEqual(Object.keys(source.summary.kinds).sort(), ["archive", "comment", "complete", "contact", "log", "message", "pending", "stage"]);
    assert.deepEqual([source.summary.contacts, source.summary.problems, source.summary.timesUnread, source.summary.completedUnplanned], [30, 0, 0, 0]);
    const contacts = rows.filter(({ kind }) => kind === "contact").map(({ set }) => set!);
    assert.ok(contacts.some(({ name }) => name === someone));
    assert.ok(contacts.every(({ fields }) => fields![city]));
  });
}

test("the samples tell the same story in two languages", async () => {
  const [english, italian] = await Promise.all(["en", "it"].map(async (language) => all(fromCsv(await sample(`contacts-${language}.csv`)))));
  const plot = (rows: readonly ImportRow[]) => rows.map(({ contact, at, by, id, kind, stage, type, due }) => ({ contact, at, by, id, kind, stage, type, due }));
  assert.deepEqual(plot(english!), plot(italian!));
});

test("leads.xes has the preset's stages and types for names", async () => {
  const file = await sample("leads.xes");
  const scan = await scanXes(file);
  const source = fromXes(file, { stages: STAGES });
  const rows = await all(source);
  fits(rows);
  assert.deepEqual([source.summary.traces, rows[0]!.set!.name, rows[0]!.set!.fields], [10, "Viola Arcangeli", { employees: rows[0]!.set!.fields!["employees"] }]);
  const { stages, activityTypes } = definitionFromXes(scan, { id: "leads", stages: STAGES });
  assert.deepEqual(stages.map(({ id }) => id), STAGES);
  assert.deepEqual(activityTypes.map(({ id }) => id), TYPES.slice(0, 2));
});
