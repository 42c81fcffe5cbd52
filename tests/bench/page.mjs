// What runs in the page: each case does its work through the package and through hand-written IndexedDB, turn by turn, and
// gives back samples in milliseconds. It chooses no sizes and prints nothing.

import { checkDefinition, crmContact, openBook } from "stagebook";
import * as raw from "./raw.mjs";
import { contactId, importRows, random } from "./rows.mjs";

const now = () => performance.now();
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const open = (name) => openBook({ name, definitions: crmContact, actor: { id: "ada", name: "Ada Rossi" }, store: "indexeddb", locale: "en", timeZone: "UTC" });
const COMMENT = "Prefers to be called in the morning, before ten; asked for the offer again, by mail and on paper.   ";
const PAGE = 50;
/** Longer than the book waits before it compacts: that work falls between the rounds. */
const QUIET_MS = 1_300;
/** Saves before the turn changes. */
const TURN = 10;

async function timed(work) {
  const start = now();
  await work();
  return now() - start;
}

async function oneByOne(count, work) {
  const samples = [];
  for (let place = 0; place < count; place += 1) samples.push(await timed(() => work(place)));
  return samples;
}

/** A warm book of `count` contacts, and a database beside it. */
async function ready(count) {
  const [book, database] = [await open("saves"), await raw.open("raw-saves")];
  await Promise.all(Array.from({ length: count }, (_, place) => book.contacts.create({ id: `c${place}`, name: `Contact ${place}` })));
  const save = (place) => book.contacts.comment(`c${place % count}`, { text: COMMENT });
  let key = 0;
  const add = (value) => raw.addRecord(database, (key += 1), value);
  const addAll = (values) => raw.addRecords(database, (key += values.length) - values.length + 1, values);
  await oneByOne(count, save);
  const bytes = await lastCommit();
  const object = asObject(bytes.length);
  await oneByOne(count, () => add(bytes));
  await oneByOne(count, () => add(object));
  const close = async () => {
    await book.close();
    database.close();
  };
  return { save, add, addAll, bytes, object, close };
}

/** The record of the book's last save, out of its database. */
async function lastCommit() {
  const database = await raw.answer(indexedDB.open("stagebook:saves"));
  const records = await raw.answer(database.transaction("commits").objectStore("commits").getAll());
  database.close();
  return records.findLast((record) => record.length > 0);
}

/** An entry whose JSON has `size` bytes. */
function asObject(size) {
  const entry = { seq: 1234, contact: "c12", at: "2026-03-09T14:05:00.000Z", by: "ada", byName: "Ada Rossi", kind: "contact.commented", data: { text: COMMENT }, note: "" };
  return { ...entry, note: "x".repeat(Math.max(0, size - JSON.stringify(entry).length)) };
}

/** Awaited durable saves. Turns change every few saves, so that all see the same machine. */
export async function saves({ count, rounds }) {
  const { save, add, bytes, object, close } = await ready(count);
  const result = { bytes: bytes.length, rounds: [] };
  for (let round = 0; round < rounds; round += 1) {
    await pause(QUIET_MS);
    const turns = rotated([["book", save], ["bytes", () => add(bytes)], ["object", () => add(object)]], round);
    const samples = { book: [], bytes: [], object: [] };
    await oneByOne(TURN, save);
    for (let first = 0; first < count; first += TURN) {
      for (const [name, work] of turns) samples[name].push(...await oneByOne(TURN, (place) => work(first + place)));
    }
    result.rounds.push(samples);
  }
  await close();
  return result;
}

/** `count` saves in flight together, and the same one by one; raw transactions the same two ways, and as one. */
export async function flights({ count, rounds }) {
  const { save, add, addAll, bytes, close } = await ready(count);
  const places = Array.from({ length: count }, (_, place) => place);
  const result = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(QUIET_MS);
    const times = {};
    for (const [name, work] of rotated([
      ["together", () => Promise.all(places.map(save))],
      ["alone", () => oneByOne(count, save)],
      ["rawTogether", () => Promise.all(places.map(() => add(bytes)))],
      ["rawAlone", () => oneByOne(count, () => add(bytes))],
      ["rawOne", () => addAll(places.map(() => bytes))],
    ], round)) times[name] = await timed(work);
    result.push(times);
  }
  await close();
  return result;
}

/** One import in an empty book, or the same rows written by hand. */
export async function imports({ contacts, each, how }) {
  const rows = [...importRows(contacts, each)];
  const entries = rows.map((row, seq) => ({ seq, ...row }));
  const name = how === "book" ? "stagebook:import" : "raw-import";
  await raw.remove(name);
  const result = await { book: importBook, records: importRecords, chunks: importChunks }[how](rows, entries);
  await raw.remove(name);
  return result;
}

async function importBook(rows) {
  const book = await open("import");
  const milliseconds = await timed(async () => check(await book.audit.importHistory(rows), rows.length));
  const { entries } = await book.diagnostics();
  await book.close();
  return { milliseconds, entries };
}

function check(report, wanted) {
  if (report.imported !== wanted) throw new Error(`imported ${report.imported} of ${wanted} rows: ${JSON.stringify(report.rejected[0])}`);
}

async function importRecords(_, entries) {
  const database = await raw.open("raw-import");
  const milliseconds = await timed(() => inThousands(entries, (part) => raw.addEntries(database, part)));
  database.close();
  return { milliseconds, entries: entries.length };
}

async function importChunks(_, entries) {
  const database = await raw.open("raw-import");
  const encoder = new TextEncoder();
  const milliseconds = await timed(() => inThousands(entries, (part) => raw.addRecord(database, part[0].seq, encoder.encode(JSON.stringify(part)))));
  database.close();
  return { milliseconds, entries: entries.length };
}

async function inThousands(list, work) {
  for (let first = 0; first < list.length; first += 1_000) await work(list.slice(first, first + 1_000));
}

/** Fills a profile's book or database, to be opened by another browser. */
export async function seed({ contacts, each, how }) {
  const rows = importRows(contacts, each);
  if (how === "book") {
    const book = await open("opened");
    check(await book.audit.importHistory(rows), contacts * each);
    await book.close();
  } else {
    const database = await raw.open("raw-opened");
    await inThousands([...rows].map((row, seq) => ({ seq, ...row })), (part) => raw.addEntries(database, part));
    database.close();
  }
}

/** In a fresh browser: load the component, open, read a contact's first page, then pages of contacts drawn at random. Both
 * load it, so that both open when the browser has run for as long. */
export async function opening({ contacts, each, pages, how }) {
  const load = await timed(() => checkDefinition(crmContact));
  const start = now();
  const { page, close } = await (how === "book" ? openedBook() : openedDatabase());
  const opened = now();
  const first = await page(contactId(Math.floor(contacts / 3)));
  const done = now();
  const draw = random(5);
  const started = now();
  let rows = 0;
  for (let count = 0; count < pages; count += 1) rows += (await page(contactId(Math.floor(draw() * contacts)))).length;
  const took = now() - started;
  const wanted = Math.min(PAGE, each);
  if (first.length !== wanted || rows !== wanted * pages) throw new Error(`a page has not ${wanted} rows`);
  await close();
  return { load, open: opened - start, page: done - opened, both: done - start, perPage: took / pages };
}

async function openedBook() {
  const book = await open("opened");
  return { page: async (contact) => (await book.history(contact, { limit: PAGE })).items, close: () => book.close() };
}

async function openedDatabase() {
  const database = await raw.open("raw-opened");
  return { page: (contact) => raw.newest(database, contact, PAGE), close: async () => database.close() };
}

function rotated(list, by) {
  return list.map((_, place) => list[(place + by) % list.length]);
}

globalThis.bench = { saves, flights, imports, seed, opening };
