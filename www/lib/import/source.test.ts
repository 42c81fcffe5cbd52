import assert from "node:assert/strict";
import { test } from "node:test";
import { textOf, type ImportSource } from "./source.js";
import { all, bytes, chunks, gzip } from "./test-kit.js";

const TEXT = "Zoë, niño, 春 — 🙂 & ½";
const read = async (source: ImportSource, encoding?: string) => (await all(textOf(source, { ...(encoding && { encoding }) }))).join("");

test("every kind of source gives its text", async () => {
  const blob = new Blob([TEXT]);
  const sources: ImportSource[] = [
    TEXT, bytes(TEXT), blob, new File([TEXT], "a.csv"), blob.stream(), new Response(TEXT), new Response(blob.stream()),
    chunks(bytes(TEXT)), chunks(TEXT.slice(0, 5), TEXT.slice(5)), new Blob([TEXT]).stream() as AsyncIterable<Uint8Array>,
  ];
  for (const source of sources) assert.equal(await read(source), TEXT);
});

test("empty sources give no text", async () => {
  for (const source of ["", new Uint8Array(), new Blob([]), new Response(null), chunks<string>(), chunks(new Uint8Array(), new Uint8Array())]) {
    assert.equal(await read(source), "");
  }
});

test("a chunk may end in the middle of a character, at every byte", async () => {
  const whole = bytes(TEXT);
  for (let at = 0; at <= whole.length; at += 1) assert.equal(await read(chunks(whole.subarray(0, at), whole.subarray(at))), TEXT);
  assert.equal(await read(chunks(...[...whole].map((byte) => Uint8Array.of(byte)))), TEXT);
});

test("gzip is recognised by its bytes, however they are cut", async () => {
  const packed = await gzip(TEXT);
  assert.equal(await read(new Blob([packed as Uint8Array<ArrayBuffer>])), TEXT);
  for (let at = 0; at <= packed.length; at += 1) assert.equal(await read(chunks(packed.subarray(0, at), packed.subarray(at))), TEXT);
});

test("gzip that is damaged or cut short is an error", async () => {
  const packed = await gzip(TEXT.repeat(50));
  await assert.rejects(read(packed.subarray(0, packed.length - 12)), { name: "ImportError", code: "source" });
  await assert.rejects(read(packed.map((byte, at) => (at > 15 && at < 40 ? 255 - byte : byte))), { name: "ImportError", code: "source" });
});

test("byte order marks, the XML declaration and the option tell the encoding", async () => {
  const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const wide = (text: string) => new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);
  assert.equal(await read(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes("ë"))), "ë");
  assert.equal(await read("\uFEFFë"), "ë");
  assert.equal(await read(wide("\uFEFFPerù")), "Perù");
  assert.equal(await read(latin('<?xml version="1.0" encoding="ISO-8859-1"?>è')), '<?xml version="1.0" encoding="ISO-8859-1"?>è');
  assert.equal(await read(latin("è"), "windows-1252"), "è");
});

test("bytes that are not the encoding are an error, never replaced", async () => {
  await assert.rejects(read(Uint8Array.of(0x41, 0xe8, 0x42)), { code: "encoding", message: /not utf-8/ });
  await assert.rejects(read(bytes("春").subarray(0, 2)), { code: "encoding" });
  await assert.rejects(read("a", undefined).then(() => read(bytes("a"), "klingon")), { code: "encoding", message: /klingon/ });
});

test("an answer that is no success is an error", async () => {
  await assert.rejects(read(new Response("gone", { status: 404 })), { code: "source", message: /404/ });
});

test("ending early cancels the source", async () => {
  let cancelled = false;
  const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(bytes("a".repeat(1000))), cancel: () => void (cancelled = true) });
  for await (const text of textOf(source)) if (text !== "") break;
  assert.equal(cancelled, true);
});

test("progress counts the source's bytes, and a signal ends the reading", async () => {
  const packed = await gzip("a".repeat(500_000));
  const told: number[] = [];
  await all(textOf(new Blob([packed as Uint8Array<ArrayBuffer>]), { onProgress: (count) => told.push(count) }));
  assert.equal(told.at(-1), packed.length);
  const abort = new AbortController();
  const reading = all(textOf("a".repeat(1_000_000), { signal: abort.signal, onProgress: (count) => count > 200_000 && abort.abort(new Error("enough")) }));
  await assert.rejects(reading, { message: "enough" });
});

test("other tasks get their turn while a long source is read", async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  for await (const text of textOf("a".repeat(4_000_000))) for (const end = performance.now() + 3; text && performance.now() < end; );
  clearInterval(timer);
  assert.ok(turns > 3, `${turns} turns`);
});
