// A bank's log of 262 200 events goes in and comes out again, and pm4py reads the same process out of both: traces, stage
// changes with who and when, what follows what, activities planned and performed. STAGEBOOK_TRACES says how many traces
// (Infinity: all). The log is no part of the project, nor is pm4py.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, openAsBlob, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import { definitionFromXes, fromXes, scanXes } from "../../pkg/import.js";
import { openBook } from "../../pkg/node.js";
import { root } from "../../www/scripts/paths.mjs";
import { pm4py } from "./python.mjs";

const LOG = join(root, "../shared/data/bpic2012.xes.gz");
const TRACES = Number(process.env.STAGEBOOK_TRACES ?? 1_000);
const stages = (name) => name.startsWith("A_");
const execute = promisify(execFile);
const MINUTES = 20 * 60_000;

describe("the real log, imported and exported again", { skip: !existsSync(LOG) && "../shared/data/bpic2012.xes.gz is absent" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "stagebook-export-"));
  const source = join(folder, "source.xes");
  let book;
  let entries;
  before(async () => {
    await pipeline(cut(TRACES), createWriteStream(source));
    const file = await openAsBlob(source);
    book = await openBook({ definitions: definitionFromXes(await scanXes(file), { id: "loans", stages }), actor: { id: "anna" }, locale: "en" });
    const report = await book.audit.importHistory(fromXes(file, { stages }));
    assert.deepEqual(report.rejected, []);
    ({ entries } = await book.diagnostics());
  }, { timeout: MINUTES });
  after(async () => {
    await book?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is the same process to pm4py", { timeout: MINUTES }, async (test) => {
    const { python, lacks } = await pm4py();
    if (lacks) return test.skip(`${lacks}: XES was not read by pm4py`);
    const exported = join(folder, "exported.xes");
    await pipeline(book.audit.export("xes"), createWriteStream(exported));
    const read = async (...args) => JSON.parse((await execute(python, [join(import.meta.dirname, "traces.py"), ...args], { maxBuffer: 2 ** 30 })).stdout);
    const [before, after] = [await read(source, "source"), await read(exported, "export")];
    assert.ok(Object.keys(before.traces).length >= Math.min(TRACES, 13_087));
    assert.ok(Object.keys(before.follows).length > 10);
    assert.deepEqual(after.follows, before.follows);
    assert.deepEqual(after.activities, before.activities);
    assert.deepEqual(after.traces, before.traces);
  });

  it("takes no memory that grows with it", { timeout: MINUTES }, async (test) => {
    for (const format of ["csv", "xes", "cloudevents"]) {
      let [bytes, largest] = [0, 0];
      const { wasmBytes } = await book.diagnostics();
      const begun = performance.now();
      for await (const piece of book.audit.export(format)) {
        bytes += piece.length;
        largest = Math.max(largest, piece.length);
      }
      const seconds = (performance.now() - begun) / 1000;
      const grown = (await book.diagnostics()).wasmBytes - wasmBytes;
      assert.ok(largest < 2 ** 20 && grown <= 4 * 2 ** 20, `pieces of ${largest} bytes, ${grown} bytes more of memory`);
      test.diagnostic(`${format}: ${Math.round(entries / seconds)} entries a second, ${(bytes / 1e6).toFixed(1)} MB, the largest piece ${largest} bytes, ${grown} bytes more of WebAssembly's memory`);
    }
  });
});

/** The log's first traces, as its lines have them. */
async function* cut(traces) {
  let seen = 0;
  for await (const line of createInterface({ input: createReadStream(LOG).pipe(createGunzip()), crlfDelay: Infinity })) {
    if (line.includes("<trace>") && seen++ >= traces) {
      yield "</log>\n";
      return;
    }
    yield `${line}\n`;
  }
}
