// The page of the audit's benchmark: fills a book once, then checks and exports it, turn by turn with a loop written by hand.

import { createSHA256 } from "hash-wasm";
import { crmContact, openBook, verifyLog } from "stagebook";
import { definitionFromXes, fromXes, scanXes } from "stagebook/import";
import * as raw from "./raw.mjs";
import { importRows } from "./rows.mjs";

const NAME = "verify";
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

async function filled({ isReal, contacts }) {
  const stages = (name) => name.startsWith("A_");
  const source = isReal ? await (await fetch("/log.xes.gz")).blob() : undefined;
  const definitions = source ? definitionFromXes(await scanXes(source, { stages }), { id: "loans", stages }) : crmContact;
  const book = await openBook({ name: NAME, definitions, actor: { id: "ada" }, store: "indexeddb", locale: "en", timeZone: "UTC" });
  await book.audit.importHistory(source ? fromXes(source, { stages, definition: "loans" }) : importRows(contacts, 20));
  return book;
}

/** Reads the export and keeps nothing of it. */
async function drain(stream) {
  const reader = stream.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.length;
  }
}

export async function verify(options) {
  const book = await filled(options);
  const { entries } = await book.diagnostics();
  // What is written last moves into segments when the book is quiet.
  await new Promise((done) => setTimeout(done, 3_000));
  const database = await raw.answer(indexedDB.open(`stagebook:${NAME}`));
  const { wasmBytes } = await book.diagnostics();
  const peak = { before: (await memory()).rendererPeak };
  let bytes = 0;
  const work = {
    export: async () => { bytes = await drain(book.audit.export("jsonl")); },
    book: async () => expect((await book.audit.verify()).entries, entries),
    headers: async () => expect(await byHand(database, false), entries),
    lines: async () => expect(await byHand(database, true), entries),
    "export + verifyLog": async () => expect((await verifyLog(book.audit.export("jsonl"))).entries, entries),
  };
  const list = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const times = {};
    const names = Object.keys(work);
    for (const name of names.map((_, place) => names[(place + round) % names.length])) times[name] = await timed(work[name]);
    list.push(times);
    if (round === 0) peak.before = (await memory()).rendererPeak;
  }
  peak.after = (await memory()).rendererPeak;
  const grown = (await book.diagnostics()).wasmBytes - wasmBytes;
  database.close();
  await book.close();
  return { entries, bytes, peak, grown, list };
}

const memory = () => globalThis.memory();

function expect(found, entries) {
  if (found !== entries) throw new Error(`${found} entries of ${entries}`);
}

/** The same reads, hashes and checks as one would write them by hand. Gives how many entries there are. */
async function byHand(database, wholeLines) {
  const sha = await createSHA256();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const prefix = encoder.encode("stagebook/body/v1\0");
  const hash = (...parts) => {
    sha.init();
    for (const part of parts) sha.update(part);
    return sha.digest("binary");
  };
  const [leafByte, nodeByte] = [new Uint8Array([0]), new Uint8Array([1])];
  const peaks = [];
  let [size, last, from] = [0, undefined, ""];
  for (;;) {
    const store = database.transaction("log").objectStore("log");
    const range = IDBKeyRange.lowerBound(from, true);
    const [keys, segments] = await Promise.all([raw.answer(store.getAllKeys(range, 10)), raw.answer(store.getAll(range, 10))]);
    if (keys.length === 0) break;
    from = keys.at(-1);
    for (const segment of segments) {
      for (let start = 0; start < segment.length; ) {
        const end = segment.indexOf(10, start);
        const bytes = segment.subarray(start, end);
        const line = decoder.decode(bytes);
        const { body, header, salt } = JSON.parse(line);
        const text = canonical(header);
        if (wholeLines && canonical({ body, header, salt }) !== line) throw new Error(`line ${size} is not canonical`);
        // Both ends of the header are told by what stands behind it, whose length is known.
        const headerEnd = bytes.length - (salt === undefined ? 1 : ',"salt":"'.length + 43 + 2);
        const headerStart = headerEnd - text.length;
        const headerBytes = bytes.subarray(headerStart, headerEnd);
        if (decoder.decode(headerBytes) !== text) throw new Error(`the header of line ${size} is not canonical`);
        if (salt !== undefined) {
          const bodyBytes = bytes.subarray(8, headerStart - ',"header":'.length);
          if (named(hash(prefix, unbase64(salt), bodyBytes)) !== header.body) throw new Error(`the body of line ${size}`);
        }
        if (header.seq !== size || header.prev !== last || header.v !== 1 || header.book !== NAME) throw new Error(`line ${size} does not fit`);
        const leaf = hash(leafByte, headerBytes);
        last = named(leaf);
        peaks.push(leaf);
        for (let left = size; left & 1; left >>= 1) peaks.push(hash(nodeByte, ...peaks.splice(-2)));
        size += 1;
        start = end + 1;
      }
    }
  }
  return size;
}

/** Names here are plain ASCII, whose order is the same in every unit. */
function canonical(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function named(hash) {
  let text = "sha256:";
  for (const byte of hash) text += HEX[byte];
  return text;
}

function unbase64(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

globalThis.bench = { verify };
