// `npm --prefix www test`: sets up, lints, builds, and runs every kind of test; ends with a table and the sum.
// Names after `--` choose among the steps: lint native node chromium build unit workflow export server pack elements engines e2e.

import { add, NONE } from "./counts.mjs";
import { main, Problem, seconds } from "./run.mjs";
import { browser, database, graphviz, setUp } from "./setup.mjs";
import * as step from "./steps.mjs";

const STEPS = [
  { name: "lint", title: "format, lints, types", run: step.lint },
  { name: "native", title: "native", run: step.native },
  { name: "node", title: "wasm in Node", run: step.wasmInNode },
  { name: "chromium", title: "wasm in Chromium", run: step.wasmInChromium, drives: true },
  { name: "build", title: "package and sizes", run: step.build },
  { name: "unit", title: "facade and converters", run: step.unit, built: true },
  { name: "workflow", title: "workflow beside others", run: step.workflow, built: true },
  { name: "export", title: "exports read by others", run: step.exported, built: true },
  { name: "server", title: "sync server", run: step.served, built: true, stores: true },
  { name: "pack", title: "packed package", run: step.packed, built: true, drives: true },
  { name: "elements", title: "custom elements", run: step.elements, built: true, drives: true },
  { name: "engines", title: "every browser engine", run: step.engines, built: true, drives: true },
  { name: "e2e", title: "end to end", run: step.endToEnd, built: true, drives: true, draws: true },
];

await main(import.meta, async () => {
  const steps = chosen(process.argv.slice(2));
  heading("set-up");
  const context = { rust: await setUp(), browser: steps.some(({ drives }) => drives) ? await browser() : undefined };
  if (steps.some(({ stores }) => stores)) await database();
  if (steps.some(({ draws }) => draws)) await graphviz();
  const results = [];
  for (const step of steps) results.push(await attempt(step, context, results));
  if (!report(results)) process.exitCode = 1;
});

function chosen(names) {
  const known = STEPS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length) throw new Problem(`no step is called ${unknown.join(", ")}: choose among ${known.join(", ")}.`);
  const wanted = STEPS.filter(({ name }) => names.length === 0 || names.includes(name));
  return STEPS.filter((step) => wanted.includes(step) || (step.name === "build" && wanted.some(({ built }) => built)));
}

async function attempt(step, context, before) {
  heading(step.title);
  const begun = performance.now();
  const unbuilt = step.built && before.some(({ broken }) => broken);
  const outcome = unbuilt ? thrown(new Problem("Not run: the package did not build.")) : await start(step, context).then((counts) => ({ counts }), thrown);
  const time = seconds(begun);
  console.log(`${step.title}: ${time}`);
  return { title: step.title, time, counts: outcome.counts, broken: step.name === "build" && outcome.thrown };
}

async function start(step, context) {
  return step.run(context);
}

function thrown(error) {
  console.error(error instanceof Problem ? error.message : error);
  return { counts: { ...NONE, failed: 1 }, thrown: true };
}

/** The table, and as the very last line the sum. True when nothing failed. */
function report(results) {
  const total = results.map(({ counts }) => counts).reduce(add, NONE);
  heading("results");
  const row = (title, ...cells) => console.log(title.padEnd(22), ...cells.map((cell) => String(cell).padStart(8)));
  row("", "passed", "failed", "skipped", "time");
  for (const { title, counts, time } of results) row(title, counts.passed, counts.failed, counts.skipped, time);
  console.log(`\nstagebook: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0;
}

function heading(text) {
  console.log(`\n━━━━ ${text} ${"━".repeat(Math.max(0, 60 - text.length))}`);
}
