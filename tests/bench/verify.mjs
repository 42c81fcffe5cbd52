// What the audit costs: the check of a whole log beside a loop written by hand over the same segments with npm hash-wasm, and
// the export of all of it. The log is the real one where it lies beside the checkout, else made up. Rounds are interleaved,
// a cell is the median over them; no time is asserted.
//   node tests/bench/verify.mjs [--rounds 5] [--contacts 2000] [--package pkg]

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../www/scripts/paths.mjs";
import { browserMemory } from "../browser/processes.mjs";
import { host } from "./host.mjs";
import { median, print } from "./table.mjs";

const { values: options } = parseArgs({
  strict: false,
  options: { rounds: { type: "string" }, contacts: { type: "string" }, package: { type: "string" } },
});
const rounds = Number(options.rounds ?? 5);
const real = join(root, "../shared/data/bpic2012.xes.gz");
const log = !options.contacts && existsSync(real) ? real : undefined;
const site = await host(options.package && resolve(options.package), "verify-page.mjs", log ? { "log.xes.gz": log } : {});
try {
  const { entries, bytes, peak, grown, list } = await site.run("verify", "verify", { rounds, isReal: Boolean(log), contacts: Number(options.contacts ?? 2_000) }, browserMemory);
  const of = (pick) => median(list.map(pick));
  const seconds = (name) => `${(of((round) => round[name]) / 1_000).toFixed(2)} s`;
  const ratio = (name, to) => of((round) => round[name] / round[to]).toFixed(2);
  const rate = (name) => `${Math.round(of((round) => entries / round[name])).toLocaleString("en").replaceAll(",", " ")} a ms`;
  console.log(`${entries} entries, ${(bytes / 1e6).toFixed(0)} MB of lines${log ? ", the real log" : ""}; renderer's peak ${peak.before} MB before, ${peak.after} MB after ${rounds} rounds, the component's memory grew by ${grown} bytes`);
  print(["", "stagebook", "by hand", "", "ratio", "goal"], [
    ["audit.verify", seconds("book"), "headers canonical", seconds("headers"), ratio("book", "headers"), "≤ 1.5"],
    ["", "", "lines canonical", seconds("lines"), ratio("book", "lines"), "≤ 1.5"],
    ["verifyLog of an export", seconds("export + verifyLog"), "", "", "", ""],
    ["export as jsonl", rate("export"), "", "", "", "≥ 100 a ms"],
  ]);
} finally {
  await site.close();
}
