import assert from "node:assert/strict";
import { test } from "node:test";
import { StagebookError } from "./errors.js";
import { importHistory, type ImportReport, type Store } from "./import-history.js";
import type { ImportRow } from "./types.js";

const row = (i: number): ImportRow => ({ contact: `c${i}`, at: "2026-03-09T14:05:00Z", by: "ada", kind: "contact" });
const rowsTo = (count: number) => Array.from({ length: count }, (_, i) => row(i));

/** Keeps what it is given and imports all of it; `ends` says of each call whether it was the last. */
function shelf(before: (call: number) => Promise<void> | void = () => {}) {
  const chunks: { first: number; ids: string[] }[] = [];
  const ends: boolean[] = [];
  let inFlight = 0;
  const store: Store = async (json, first, end) => {
    assert.equal(inFlight += 1, 1, "one call at a time");
    const rows: ImportRow[] = JSON.parse(json);
    ends.push(end);
    if (rows.length > 0) chunks.push({ first, ids: rows.map(({ contact }) => contact) });
    try {
      await before(chunks.length);
    } finally {
      inFlight -= 1;
    }
    return { imported: rows.length, skipped: 0, rejected: [] };
  };
  return { chunks, ends, store };
}

const later = () => new Promise<void>((resolve) => setTimeout(resolve));

for (const kind of ["an array", "a generator", "an async generator"]) {
  test(`rows of ${kind} arrive in chunks, numbered and in order`, async () => {
    const rows = rowsTo(2_500);
    const source = kind === "an array" ? rows
      : kind === "a generator" ? (function* () { yield* rows; })()
      : (async function* () { yield* rows; })();
    const { chunks, store } = shelf(later);
    const progress: number[] = [];
    const report = await importHistory(store, source, { onProgress: (done) => progress.push(done) });
    assert.deepEqual(report, { imported: 2_500, skipped: 0, rejected: [] });
    assert.deepEqual(chunks.map(({ first, ids }) => [first, ids.length]), [[0, 1_000], [1_000, 1_000], [2_000, 500]]);
    assert.deepEqual(chunks.flatMap(({ ids }) => ids), rows.map(({ contact }) => contact));
    assert.deepEqual(progress, [1_000, 2_000, 2_500]);
  });
}

test("the last call is told as such, and is one with rows where that can be known", async () => {
  for (const [count, calls] of [[1, 1], [1_000, 1], [1_001, 2], [2_000, 2]] as const) {
    const { ends, store } = shelf();
    await importHistory(store, rowsTo(count));
    assert.deepEqual(ends, Array.from({ length: calls }, (_, i) => i === calls - 1), `${count} rows`);
  }
  const { ends, store } = shelf();
  await importHistory(store, (async function* () { yield* rowsTo(1_000); })());
  assert.deepEqual(ends, [false, true]);
  await importHistory(() => assert.fail(), []);
});

test("the next chunk is gathered while one is stored, and no more than that", async () => {
  let taken = 0;
  function* counted() {
    for (; taken < 10_000; taken += 1) yield row(taken);
  }
  const seen: number[] = [];
  const { store } = shelf(async () => { await later(); seen.push(taken); });
  await importHistory(store, counted());
  assert.ok(seen[0]! >= 1_999 && seen[0]! < 2_001, `${seen[0]} rows taken while the first chunk was stored`);
});

test("long rows make short chunks: memory is bounded by size, too", async () => {
  const { chunks, store } = shelf();
  const long = { ...row(0), text: "x".repeat(10_000) };
  await importHistory(store, Array.from({ length: 500 }, () => long));
  assert.ok(chunks.length > 4 && chunks.every(({ ids }) => ids.length < 110));
});

test("the parts' reports are added up", async () => {
  const rejected = (first: number) => ({ row: first + 7, code: "not-found", message: "Unknown contact." });
  const store: Store = async (_, first) => ({ imported: 900, skipped: 99, rejected: [rejected(first)] });
  const report = await importHistory(store, rowsTo(2_000));
  assert.deepEqual(report, { imported: 1_800, skipped: 198, rejected: [rejected(0), rejected(1_000)] });
});

test("a row that JSON can't carry is rejected under its number, and the others keep theirs", async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const rows: unknown[] = [row(0), { big: 1n }, row(2), cycle, "text", row(5), undefined];
  const { chunks, store } = shelf();
  const report = await importHistory(store, rows as ImportRow[], { locale: "en" });
  assert.equal(report.imported, 3);
  assert.deepEqual(report.rejected.map(({ row, code }) => [row, code]), [1, 3, 4, 6].map((n) => [n, "invalid"]));
  assert.deepEqual(chunks.map(({ first, ids }) => [first, ...ids]), [[0, "c0"], [2, "c2"], [5, "c5"]]);
});

test("progress is told once a chunk, and not for an empty last one", async () => {
  const progress: number[] = [];
  await importHistory(shelf().store, rowsTo(2_000), { onProgress: (done) => progress.push(done) });
  assert.deepEqual(progress, [1_000, 2_000]);
});

test("no rows: nothing is asked", async () => {
  const store: Store = () => assert.fail();
  assert.deepEqual(await importHistory(store, []), { imported: 0, skipped: 0, rejected: [] });
});

/** An endless source that tells when it was given back. */
function endless(returned: { value: boolean }) {
  return (async function* () {
    try {
      for (let i = 0; ; i += 1) yield row(i);
    } finally {
      returned.value = true;
    }
  })();
}

test("an abort keeps what was imported, tells it, and gives the source back", async () => {
  const stop = new AbortController();
  const returned = { value: false };
  const { chunks, ends, store } = shelf(async (call) => {
    if (call === 2) stop.abort("enough");
    await later();
  });
  const error = await importHistory(store, endless(returned), { signal: stop.signal }).catch((thrown) => thrown);
  assert.ok(error instanceof StagebookError);
  assert.deepEqual([error.code, error.cause, error.details], ["aborted", "enough", { imported: 2_000, skipped: 0, rejected: [] }]);
  assert.equal(chunks.length, 2);
  assert.deepEqual(ends, [false, false, true]);
  await later();
  assert.ok(returned.value);
});

test("an abort does not wait for a source that has stalled", async () => {
  const stalled = (async function* () {
    yield row(0);
    await new Promise(() => {});
  })();
  const stop = new AbortController();
  const call = importHistory(shelf().store, stalled, { signal: stop.signal });
  setTimeout(() => stop.abort());
  await assert.rejects(call, { code: "aborted" });
});

test("an abort before the first row asks nothing", async () => {
  const store: Store = () => assert.fail();
  await assert.rejects(importHistory(store, rowsTo(5), { signal: AbortSignal.abort() }), { code: "aborted" });
});

test("a chunk that fails ends the import with the report so far, even when the source has stalled", async () => {
  const returned = { value: false };
  const full = new StagebookError("quota", "Full.", { details: { needed: 9 } });
  const ends: boolean[] = [];
  const store: Store = async (json, first, end): Promise<ImportReport> => {
    ends.push(end);
    if (first > 0) throw full;
    return { imported: JSON.parse(json).length, skipped: 0, rejected: [] };
  };
  const error = await importHistory(store, endless(returned)).catch((thrown) => thrown);
  assert.deepEqual([error.code, error.message, error.cause], ["quota", "Full.", full]);
  assert.deepEqual(error.details, { imported: 1_000, skipped: 0, rejected: [], needed: 9 });
  assert.deepEqual(ends, [false, false, true]);
  await later();
  assert.ok(returned.value);

  const stalling = (async function* () {
    yield* rowsTo(1_000);
    await new Promise(() => {});
  })();
  await assert.rejects(importHistory(async () => { throw full; }, stalling), { code: "quota" });
});

test("what the source throws reaches the caller as it is", async () => {
  const own = new RangeError("line 7");
  const source = (async function* () {
    yield row(0);
    throw own;
  })();
  await assert.rejects(importHistory(shelf().store, source), (error) => error === own);
});
