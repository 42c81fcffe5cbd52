// A real process log of a bank, imported whole through the demo page's file picker into IndexedDB; then the browser is
// started again on the same profile, and what the book holds is compared with the source, read independently. The log is
// no part of the project: without it there is nothing to test.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { root } from "../../www/scripts/paths.mjs";
import { browserMemory, bytesUnder } from "./processes.mjs";
import { complaints, visitor } from "./site.mjs";
import { readLog } from "./source-log.mjs";

const LOG = join(root, "../shared/data/bpic2012.xes.gz");
const BOOK = "bpic2012";
const CONTACTS = 13_087;
const EVENTS = 262_200;
const SAMPLE = 200;
const MINUTE = 60_000;

describe("a real log of 262 200 events", { skip: !existsSync(LOG) && "../shared/data/bpic2012.xes.gz is absent" }, () => {
  const visit = visitor({ with: { viewport: { width: 1000, height: 800 } } });
  let source;
  before(async () => {
    source = await readLog(LOG, "A_");
  });

  it("is imported through the page, with progress, and no row is rejected", { timeout: 8 * MINUTE }, async (test) => {
    assert.deepEqual([source.contacts, source.events], [CONTACTS, EVENTS]);
    await visit.restart();
    const page = await visit.context.newPage();
    const complained = complaints(page);
    await page.goto(visit.place.demo);
    await page.getByTestId("book-info").waitFor();
    const read = performance.now();
    await page.getByTestId("import-file").setInputFiles(LOG);
    await page.getByTestId("stages-dialog").waitFor({ timeout: 2 * MINUTE });
    const scanned = performance.now() - read;
    await chooseStages(page);
    await watchProgress(page);
    await page.getByTestId("stages-confirm").click();
    const before = browserMemory();
    const memory = await peakUntil(page.getByTestId("import-imported").waitFor({ timeout: 6 * MINUTE }));

    const count = async (name) => Number(await page.getByTestId(`import-${name}`).getAttribute("data-count"));
    assert.deepEqual([await count("imported"), await count("skipped"), await count("rejected")], [CONTACTS + EVENTS, 0, 0]);
    const values = await page.evaluate(() => globalThis.progressSeen);
    assert.ok(values.length > 10, `progress was seen ${values.length} times`);
    values.reduce((before, value) => (assert.ok(value >= before, `${before} then ${value}`), value));
    assert.ok(values[0] < 0.2 && values.at(-1) > 0.9, `from ${values[0]} to ${values.at(-1)}`);
    const ms = Number(await page.getByTestId("import-report").getAttribute("data-ms"));
    const { entries } = await page.evaluate(() => globalThis.stagebookDemo.book.diagnostics());
    assert.deepEqual(complained, []);
    const heap = await page.evaluate(() => Math.round(performance.memory.usedJSHeapSize / 2 ** 20));
    await visit.end();
    const bytes = bytesUnder(join(visit.folder, "Default/IndexedDB"));
    test.diagnostic(`scan ${(scanned / 1000).toFixed(1)} s, import ${(ms / 1000).toFixed(1)} s: ${((ms * 1000) / entries).toFixed(1)} µs an entry (${entries} entries); processor time ${(memory.cpu - before.cpu).toFixed(1)} s, ${(((memory.cpu - before.cpu) * 1e6) / entries).toFixed(1)} µs an entry`);
    test.diagnostic(`on disk ${(bytes / 2 ** 20).toFixed(1)} MB: ${Math.round(bytes / entries)} bytes an entry`);
    test.diagnostic(`memory: renderer at most ${memory.rendererPeak} MB, all browser processes at most ${memory.all} MB, JavaScript heap after it ${heap} MB`);
  });

  it("is all there after the browser was started again: counts, the hashes, and the log of 200 random contacts", { timeout: 4 * MINUTE }, async (test) => {
    await visit.restart();
    const page = await visit.context.newPage();
    const complained = complaints(page);
    const opening = performance.now();
    await page.goto(visit.place.demo);
    await page.getByTestId("book-info").waitFor();
    await page.getByTestId("contact-item").first().waitFor();
    test.diagnostic(`page and first contacts ${Math.round(performance.now() - opening)} ms after the restart`);
    assert.deepEqual(await page.evaluate(() => globalThis.stagebookDemo.book.name), BOOK);
    assert.equal(await page.getByTestId("contact-count").innerText(), new Intl.NumberFormat("en").format(CONTACTS));
    const { contacts, entries, store } = await page.evaluate(() => globalThis.stagebookDemo.book.diagnostics());
    assert.deepEqual([contacts, store], [CONTACTS, "indexeddb"]);

    const ids = sample([...source.stages.keys()], SAMPLE, 20_120_309);
    const reading = performance.now();
    const logs = await page.evaluate(readLogs, ids);
    test.diagnostic(`${SAMPLE} logs in ${Math.round(performance.now() - reading)} ms`);
    for (const id of ids) assert.deepEqual(logs[id], expectedLog(source.stages.get(id)), id);

    const verifying = performance.now();
    const report = await page.evaluate(() => globalThis.stagebookDemo.book.audit.verify());
    test.diagnostic(`verified ${report.entries} entries in ${((performance.now() - verifying) / 1000).toFixed(1)} s`);
    assert.deepEqual([report.ok, report.entries, report.missing, report.erased], [true, entries, 0, 0]);
    assert.deepEqual(complained, []);
  });

  it("is exported as a table and as traces in memory that does not grow", { timeout: 4 * MINUTE }, async (test) => {
    const [page] = visit.context.pages().filter((page) => page.url().startsWith(visit.place.demo));
    const before = browserMemory().rendererPeak;
    for (const format of ["csv", "xes"]) {
      const { bytes, largest, grown, ms } = await page.evaluate(drain, format);
      assert.ok(bytes > 50_000_000 && largest < 2 ** 20 && grown <= 8 * 2 ** 20, `${format}: ${bytes} bytes, a piece of ${largest}, ${grown} bytes more of memory`);
      test.diagnostic(`${format}: ${Math.round((CONTACTS + EVENTS) / (ms / 1000))} entries a second, ${(bytes / 1e6).toFixed(0)} MB, ${(grown / 2 ** 20).toFixed(1)} MB more of WebAssembly's memory`);
    }
    test.diagnostic(`renderer's memory ${before} MB before, ${browserMemory().rendererPeak} MB after`);
  });

  it("moves to a version that lacks two stages as the dry run said, and still verifies", { timeout: 4 * MINUTE }, async (test) => {
    const [demo] = visit.context.pages().filter((page) => page.url().startsWith(visit.place.demo));
    const definition = await demo.evaluate(() => globalThis.stagebookDemo.book.workflow.definitions()[0]);
    await demo.close();
    const found = await (await visit.tab()).evaluate(migrate, { name: BOOK, definition: without(definition, MAPPED, UNMAPPED) });
    const inStage = (stage) => [...source.stages.values()].filter((moves) => moves.at(-1)?.stage === stage).length;
    assert.ok(inStage(MAPPED) > 1000 && inStage(UNMAPPED) > 1000);
    const expected = { moved: inStage(MAPPED), blocked: inStage(UNMAPPED) };
    assert.deepEqual(found.dry, expected);
    assert.equal(found.entriesAfterDry, found.entriesBefore, "a dry run writes nothing");
    assert.deepEqual(found.done, expected);
    assert.deepEqual(found.again, { moved: 0, blocked: expected.blocked });
    assert.equal(found.inTarget, inStage(TARGET) + expected.moved);
    // One more: the new version itself.
    assert.deepEqual([found.report.ok, found.report.entries], [true, found.entriesBefore + expected.moved + 1]);
    assert.deepEqual(found.frozen, ["stage-unknown"]);
    test.diagnostic(`${expected.moved} moved, ${expected.blocked} held back: dry run ${found.dryMs} ms, migration ${found.ms} ms, insights ${found.insightsMs} ms`);
  });
});

/** Runs in a page: an export read to its end, and nothing of it kept. */
async function drain(format) {
  const { book } = globalThis.stagebookDemo;
  const { wasmBytes } = await book.diagnostics();
  let [bytes, largest] = [0, 0];
  const begun = performance.now();
  const reader = book.audit.export(format).getReader();
  for (let piece; !(piece = await reader.read()).done; ) {
    bytes += piece.value.length;
    largest = Math.max(largest, piece.value.length);
  }
  const ms = performance.now() - begun;
  return { bytes, largest, ms, grown: (await book.diagnostics()).wasmBytes - wasmBytes };
}

const MAPPED = "A_DECLINED";
const UNMAPPED = "A_CANCELLED";
const TARGET = "A_ACTIVATED";

/** The next version of a definition, without some of its stages. */
function without(definition, ...gone) {
  const left = ({ from, to }) => !gone.includes(to) && ![from].flat().every((stage) => gone.includes(stage));
  const transitions = definition.transitions.filter(left).map((one) => ({
    ...one, from: Array.isArray(one.from) ? one.from.filter((stage) => !gone.includes(stage)) : one.from,
  }));
  const stages = definition.stages.filter(({ id }) => !gone.includes(id));
  return { ...definition, version: definition.version + 1, stages, transitions };
}

/** Runs in a page: all declined contacts go to another stage; nobody said where the cancelled ones go. */
async function migrate({ name, definition }) {
  const book = await globalThis.stagebook.openBook({ name, definitions: definition, actor: { id: "anna" }, store: "indexeddb" });
  const plan = { definition: definition.id, stages: { A_DECLINED: "A_ACTIVATED" } };
  const counted = ({ moved, blocked }) => ({ moved, blocked: blocked.length });
  const entries = async () => (await book.diagnostics()).entries;
  const timed = async (options) => {
    const begun = performance.now();
    const report = await book.workflow.migrate(plan, options);
    return [report, Math.round(performance.now() - begun)];
  };
  const entriesBefore = await entries();
  const [dry, dryMs] = await timed({ dryRun: true });
  const entriesAfterDry = await entries();
  const [done, ms] = await timed();
  const [again] = await timed({ dryRun: true });
  const counting = performance.now();
  const { stages } = await book.workflow.insights();
  const insightsMs = Math.round(performance.now() - counting);
  const { contacts: inTarget } = stages.find(({ stage }) => stage === "A_ACTIVATED");
  const report = await book.audit.verify();
  const frozen = await book.workflow.transition(done.blocked[0].contactId, { to: "A_ACTIVATED" }).catch((error) => error.blockers.map(({ code }) => code));
  await book.close();
  return { entriesBefore, dry: counted(dry), dryMs, entriesAfterDry, done: counted(done), ms, again: counted(again), inTarget, insightsMs, report, frozen };
}

/** Ticks the names that begin with A_, and only those. */
async function chooseStages(page) {
  for (const box of await page.getByTestId("stage-choice").all()) await box.setChecked((await box.getAttribute("value")).startsWith("A_"));
}

/** Notes every value of the progress bar, in the page. */
async function watchProgress(page) {
  await page.evaluate(() => {
    const bar = document.querySelector('[data-testid="import-progress"]');
    globalThis.progressSeen = [];
    new MutationObserver(() => bar.hasAttribute("value") && globalThis.progressSeen.push(bar.value)).observe(bar, { attributeFilter: ["value"] });
  });
}

/** The most memory that was seen while something went on. */
async function peakUntil(done) {
  const peak = { rendererPeak: 0, cpu: 0, all: 0 };
  const look = () => { for (const [name, value] of Object.entries(browserMemory())) peak[name] = Math.max(peak[name], value); };
  const timer = setInterval(look, 500);
  try {
    await done;
    look();
    return peak;
  } finally {
    clearInterval(timer);
  }
}

/** Runs in a page: the whole log of each contact, oldest first. */
async function readLogs(ids) {
  const logs = {};
  for (const id of ids) {
    const records = [];
    for (let cursor; ; ) {
      const { items, next } = await globalThis.stagebookDemo.book.workflow.log(id, { limit: 500, ...(cursor && { cursor }) });
      records.push(...items);
      if (!(cursor = next)) break;
    }
    logs[id] = records.reverse().map(({ from, to, by, occurredAt }) => ({ from, to, by, at: occurredAt }));
  }
  return logs;
}

function expectedLog(events) {
  return events.map(({ stage, by, at }, nth) => ({ from: nth === 0 ? null : events[nth - 1].stage, to: stage, by, at }));
}

/** Some of a list, the same in every run. */
function sample(list, count, seed) {
  const random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    const mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    return (((mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed) >>> 0) % list.length;
  };
  const chosen = new Set();
  while (chosen.size < count) chosen.add(list[random()]);
  return [...chosen];
}
