// The package as a peer of a harness that measures libraries on one and the same work: workloads W2 (which fields of an
// activity are wrong), W3 (durable append) and W4 (cold open, pages of one contact). It lies outside the project, in ../shared/bench/peers beside the checkout:
//   cp -r ../shared/bench/peers /tmp/peers && chmod -R u+w /tmp/peers && cd /tmp/peers && npm ci
//   npm install <checkout>/pkg && cp <checkout>/tests/bench/peers-adapter.mjs adapters/stagebook.mjs
//   node run.mjs --workload W3,W4 --peers raw-idb,dexie,stagebook --rounds 3
//
// An entry of the harness becomes a comment in its contact's history whose text is the entry as JSON, so all of it is kept
// and given back. One at a time it is a comment; a batch is an import of rows with their own times. Both are sealed,
// hashed and in the contact's history when their promise resolves; no other peer but raw-idb-chained is tamper-evident.
//
// A batch is not "all or none" as the harness words it: an import is atomic by the row. W4's `before` is a number of the
// harness; entries are a second apart, so the query asks for what happened before that second.
//
// W2's record is a pending activity: type by stage, description, dates, due, reminder, assignee are the package's to check,
// and each finding comes worded. What else the record has (id, contact, subject, email, priority) has no place in the
// boxes, and a due before the creation on one day is none by the day: the harness tells those answers apart.
//
// Left out: W1 needs guards over amounts that the harness words in its own way; W5 needs ledger export and
// import, which this version lacks; W6 has no counterpart, since hashing is not a function of the package.

import { crmContact, openBook } from "stagebook";
import wasm from "stagebook/wasm";
import { FIELD_BIT, STAGE_ACTIVITIES, STAGES } from "../workloads.mjs";

export const meta = { id: "stagebook", title: "stagebook", packages: ["stagebook"] };

/** When the harness's entries begin: entry n lies between second n and n + 1. */
const BEGIN = Date.UTC(2026, 0, 1);
/** No record's date is in the past of this day, which would be a warning. */
const BEFORE = Date.UTC(2025, 0, 1);
/** Its entries reach into the future of the day they are recorded on. */
const CLOCK = () => Date.UTC(2030, 0, 1) + performance.now();

const open = async (name) => ({
  book: await openBook({ name, definitions: crmContact, actor: { id: "bench" }, store: "indexeddb", timeZone: "UTC", locale: "en", clock: CLOCK, wasm }),
  contacts: new Set(),
});

/** Whether this handle has not met the contact. The first entry makes it; where it is there already that says nothing new. */
const isNew = ({ contacts }, id) => !contacts.has(id) && contacts.add(id);

/** Given in one turn, both share one commit. */
const append = async (handle, entry) => {
  const { contacts } = handle.book;
  await Promise.all([
    isNew(handle, entry.contactId) && contacts.create({ id: entry.contactId, name: entry.contactId, workflow: null }, { upsert: true }),
    contacts.comment(entry.contactId, { text: JSON.stringify(entry) }, { occurredAt: entry.at }),
  ]);
};

const appendBatch = async (handle, entries) => {
  const rows = entries.flatMap((entry) => {
    const common = { contact: entry.contactId, at: entry.at, by: entry.actor };
    const comment = { ...common, kind: "comment", text: JSON.stringify(entry) };
    return isNew(handle, entry.contactId) ? [{ ...common, kind: "contact", set: { name: entry.contactId } }, comment] : [comment];
  });
  const { rejected } = await handle.book.audit.importHistory(rows);
  if (rejected.length > 0) throw new Error(rejected[0].message);
};

/** Entries of the harness: those of the log, without the one that made each contact and the definitions'. */
const count = async ({ book }) => {
  const { entries, contacts, definitions } = await book.diagnostics();
  return entries - contacts - definitions.length;
};

const close = ({ book }) => book.close();

const page = async ({ book }, id, before, limit) => {
  const to = before === Infinity ? undefined : new Date(BEGIN + before * 1000 - 1).toISOString();
  const { items } = await book.history(id, { kinds: ["contact.commented"], limit, to });
  return items.map(({ data }) => JSON.parse(data.text));
};

/** The harness's stages and types: what a stage does not list is a finding there. */
const checked = () => ({
  id: "w2", version: 1, initial: STAGES[0], transitions: [],
  stages: STAGES.map((id) => ({ id, activityPolicy: "closed", activities: STAGE_ACTIVITIES[id].map((type) => ({ type })) })),
  activityTypes: [...new Set(Object.values(STAGE_ACTIVITIES).flat())].map((id) => ({ id })),
});

/** Bits of the harness by the path of the box's field; none for what is a warning there and nothing here. */
const BITS = {
  type: FIELD_BIT.type, description: FIELD_BIT.description, date: FIELD_BIT.createdAt, due: FIELD_BIT.dueAt,
  "remind.start": FIELD_BIT.reminderStart, "remind.end": FIELD_BIT.reminderEnd, assignee: FIELD_BIT.assignedTo,
};
const BIT_AT = Object.fromEntries(Object.entries(BITS).map(([field, bit]) => [`pending.${field}`, bit]));
const bitOf = ({ path, code }) => (code === "remind-after-due" ? 0 : BIT_AT[path]);

export const W2 = {
  async create() {
    const book = await openBook({ name: "w2", definitions: checked(), actor: { id: "bench" }, store: "memory", timeZone: "UTC", locale: "en", clock: () => BEFORE, wasm });
    const validate = ({ stage, type, description, createdAt, dueAt, reminderStart, reminderEnd, assignedTo }) => {
      const remind = reminderStart && { start: reminderStart, end: reminderEnd };
      const pending = { type, description, date: createdAt.slice(0, 10), due: dueAt, assignee: assignedTo, ...(remind && { remind }) };
      return book.activities.validate({ pending }, { stage }).reduce((mask, issue) => mask | bitOf(issue), 0);
    };
    return { validate, isValid: (record) => validate(record) === 0 };
  },
};

export const W3 = { open, append, appendBatch, count, close };
export const W4 = { open, appendBatch, page, count, close };
