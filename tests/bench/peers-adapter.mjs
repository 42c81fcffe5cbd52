// The package as a peer of a harness that measures libraries on one and the same work: workloads W1 (one event of a
// workflow), W2 (which fields of an activity are wrong), W3 (durable append), W4 (cold open, pages of one contact) and W5 (the
// whole log out of one database into another). It lies outside the project, in ../shared/bench/peers beside the checkout:
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
// W1's contacts are simulations: the same rules and the same fold as a book's, without a store, since no peer of W1 has
// one.
//
// W5's lines are the ledger's, three times the size of an entry, and each is checked to the last hash on its way in; the
// other peers trust what they are given. One origin has one database of a book's name, and lines of another book are
// refused: so the second database is made where the first was, once that is exported. Closing and deleting it count as
// import.
//
// Left out: W6 has no counterpart, since hashing is not a function of the package.

import { crmContact, deleteBook, openBook, openSimulation } from "stagebook";
import wasm from "stagebook/wasm";
import { FIELD_BIT, REJECTED, STAGE_ACTIVITIES, STAGE_INDEX, STAGES } from "../workloads.mjs";

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

const field = (name) => ({ var: `contact.fields.${name}` });
/** The harness's workflow. What a stage does not list can't be logged; `reason` is asked for where it asks for one. A move
 * that stays in its stage would count as coming there anew, so what only sets a field is a guard here: the host saves
 * the field where the move could be made. Of two ways into one stage the engine is asked for one, then for the other. */
const workflow = () => {
  const ways = [];
  const way = (event, from, to, rest = {}) => ways.push({ id: `${event}-${from}${ways.length}`, from, to, gated: false, ...rest });
  const rows = Object.fromEntries(STAGES.map((stage) => [stage, new Map()]));
  const open = ["lead", "qualification", "opportunity", "proposal"];
  for (const stage of open) for (const type of STAGE_ACTIVITIES[stage]) rows[stage].set(type, []);
  const needs = (stage, type) => { rows[stage].get(type).push(ways.at(-1).id); ways.at(-1).gated = true; };
  way("ADVANCE", "lead", "qualification"); needs("lead", "call");
  way("ADVANCE", "qualification", "opportunity", { when: { ">": [field("budget"), 0] } }); needs("qualification", "meeting");
  way("ADVANCE", "opportunity", "proposal"); needs("opportunity", "demo");
  way("ADVANCE", "opportunity", "proposal", { when: { ">=": [field("budget"), 5000] } }); needs("opportunity", "email");
  way("WIN", "proposal", "won", { when: { "==": [field("approved"), true] } }); needs("proposal", "call");
  for (const stage of open) way("LOSE", stage, "lost", { requires: { reason: true } });
  way("BACK", "qualification", "lead"); way("BACK", "opportunity", "qualification"); way("BACK", "proposal", "opportunity");
  way("REOPEN", "lost", "lead", { when: { "<": [field("reopened"), 3] } });
  way("RENEW", "won", "lead");
  const amount = { requires: { answers: [{ id: "amount", kind: "number", required: true }] }, when: { ">": [{ var: "answers.amount" }, 0] } };
  for (const stage of open.slice(1)) way("SET_BUDGET", stage, stage, amount);
  way("APPROVE", "proposal", "proposal", { when: { ">=": [field("budget"), 1000] } });
  const types = [...new Set(Object.values(STAGE_ACTIVITIES).flat())];
  return {
    id: "w1", version: 1, initial: STAGES[0], transitions: ways, activityTypes: types.map((id) => ({ id })),
    stages: STAGES.map((id) => ({
      id, activityPolicy: "closed",
      activities: [...rows[id]].map(([type, forTransitions]) => ({ type, ...(forTransitions.length > 0 && { required: true, forTransitions }) })),
    })),
  };
};
export const W1 = {
  async create(contacts) {
    const definition = workflow();
    const first = await openSimulation(definition, { wasm });
    first.save({ set: { fields: { budget: 0, approved: false, reopened: 0 } } });
    const trials = Array.from({ length: contacts }, () => first.fork()), reopened = new Uint8Array(contacts);
    const ways = {};
    for (const { id, from } of definition.transitions) ((ways[id.split("-")[0]] ??= {})[from] ??= []).push(id);
    const set = (trial, fields) => trial.save({ set: { fields } });
    const made = (i, trial, event) => {
      const { type } = event;
      if (type === "LOG") return trial.log(event.activity);
      const from = trial.stage, ids = ways[type][from];
      if (!ids) return false;
      switch (type) {
        case "ADVANCE": return ids.some((id) => trial.transition(id));
        case "WIN": return trial.transition(ids[0]);
        case "LOSE": return trial.transition({ transition: ids[0], reason: event.reason });
        case "SET_BUDGET": return trial.can({ transition: ids[0], answers: { amount: event.amount } }) && set(trial, { budget: event.amount });
        case "APPROVE": return trial.can(ids[0]) && set(trial, { approved: true });
        case "REOPEN": return trial.transition(ids[0]) && set(trial, { approved: false, reopened: ++reopened[i] });
        case "RENEW": return trial.transition(ids[0]) && set(trial, { budget: 0, approved: false, reopened: (reopened[i] = 0) });
        default: return trial.transition(ids[0]) && (from !== "proposal" || set(trial, { approved: false }));
      }
    };
    return { apply: (i, event) => (made(i, trials[i], event) ? STAGE_INDEX[trials[i].stage] : STAGE_INDEX[trials[i].stage] | REJECTED) };
  },
};

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

let exported;
const openLater = async (name) => (name.endsWith("-b") ? { name } : open(name.replace(/-a$/, "")));

const exportAll = async (handle) => {
  exported = handle;
  const payload = [];
  let bytes = 0;
  const reader = handle.book.audit.export("jsonl").getReader();
  for (let chunk; !(chunk = await reader.read()).done; bytes += chunk.value.length) payload.push(chunk.value);
  return { payload, bytes };
};

const importAll = async (handle, payload) => {
  const { name } = exported.book;
  await exported.book.close();
  await deleteBook(name, { discardUnsynced: true });
  Object.assign(handle, await open(name));
  const stream = new ReadableStream({
    pull(controller) {
      if (payload.length > 0) controller.enqueue(payload.shift());
      else controller.close();
    },
  });
  await handle.book.audit.import(stream);
};

export const W5 = { open: openLater, appendBatch, count, close, exportAll, importAll };
