// What each step of the test command runs. A step shows all its output and returns how many tests passed, failed, were
// skipped; what runs no tests (format, lints, sizes) returns only failures.

import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildPackage } from "./build.mjs";
import { bundleUnitTests } from "./bundle.mjs";
import { webdriverFile } from "./chromium.mjs";
import { judge, NONE, ofNode, ofRust } from "./counts.mjs";
import { installEngines } from "./engines.mjs";
import { root, target, tool, tsc, www } from "./paths.mjs";
import { ask, run } from "./run.mjs";
import { buildDemo } from "./serve.mjs";
import { checkSizes } from "./sizes.mjs";
import { cargo, WASM } from "./toolchain.mjs";

const failures = (count) => ({ ...NONE, failed: count });

/** Format and lints of the Rust sources, on the host and for wasm32, and the TypeScript's types. */
export async function lint({ rust: { host, wasm } }) {
  const clippy = ["clippy", "--quiet"];
  const deny = ["--", "-D", "warnings"];
  const results = [
    await cargoLint(host, "fmt", ["fmt", "--check"]),
    await cargoLint(host, "clippy", [...clippy, "--all-targets", ...deny]),
    await cargoLint(wasm, "clippy", [...clippy, "--lib", "--test", "web_*", "--target", WASM, ...wasm.wasmArgs, ...deny]),
    await run(process.execPath, [tsc, "-p", www], { check: false }),
  ];
  return failures(results.filter(({ code }) => code !== 0).length);
}

/** Lints come with rustup's toolchain. Debian's cargo would find rustup's clippy, and hand it a library it can't read. */
async function cargoLint(rust, component, args) {
  if (rust.lints && ask(rust.cargo, [component, "--version"])) return cargo(rust, args, { cwd: root, check: false });
  console.log(`Skipped: cargo ${args.join(" ")} (${rust.cargo} has no ${component}).`);
  return { code: 0 };
}

export async function native({ rust: { host } }) {
  return judge(await cargo(host, ["test", "--no-fail-fast"], { cwd: root, check: false }), ofRust);
}

/** tests/web_node.rs runs in Node, every other tests/web_*.rs in a browser. */
const IN_NODE = "web_node";
const inBrowser = () => readdirSync(join(root, "tests")).map((file) => /^(web_\w+)\.rs$/.exec(file)?.[1]).filter((name) => name && name !== IN_NODE);

export const wasmInNode = ({ rust }) => wasmTests(rust.wasm, [IN_NODE], {});

export const wasmInChromium = ({ rust, browser }) =>
  wasmTests(rust.wasm, inBrowser(), {
    CHROMEDRIVER: browser.chromedriver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriverFile(browser.chromium),
    WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
    WASM_BINDGEN_TEST_TIMEOUT: "300",
  });

async function wasmTests(rust, names, env) {
  const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: tool("wasm-bindgen-test-runner") };
  const tests = names.flatMap((name) => ["--test", name]);
  const result = await cargo(rust, ["test", "--no-fail-fast", "--target", WASM, ...rust.wasmArgs, ...tests], { cwd: root, env: { ...runner, ...env }, check: false });
  return judge(result, ofRust);
}

/** Builds pkg/ and the demo, and holds the sizes to their budgets. */
export async function build({ rust }) {
  const over = checkSizes(await buildPackage(rust), rust.wasm.lean);
  for (const name of over) console.log(`Over its budget: ${name}`);
  await buildDemo();
  return failures(over.length);
}

export async function unit() {
  const out = join(target, "unit");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundleUnitTests(filesUnder(join(www, "lib"), ".test.ts"), out);
  return nodeTests(filesUnder(out, ".test.js"));
}

/** The built package beside XState and under SCXML's cases. */
export const workflow = () => nodeTests(filesUnder(join(root, "tests/workflow"), ".test.mjs"));

/** What the built package exports, read by the programs of others. */
export const exported = () => nodeTests(filesUnder(join(root, "tests/export"), ".test.mjs"));

/** The sync server as a host runs it: over HTTP, on a PostgreSQL of its own where there is one. */
export const served = () => nodeTests(filesUnder(join(root, "tests/server"), ".test.mjs"));

export const packed = (context) => browserTests(context, "tests/pack");

/** The elements in a host's page, under the strictest policy they work under. */
export const elements = (context) => browserTests(context, "tests/elements");

/** The same in every browser engine there is. */
export async function engines(context) {
  await installEngines();
  return browserTests(context, "tests/engines");
}

export const endToEnd = (context) => browserTests(context, "tests/browser");

function browserTests({ browser }, folder) {
  return nodeTests(filesUnder(join(root, folder), ".test.mjs"), { CHROMIUM: browser.chromium, CHROMEDRIVER: browser.chromedriver });
}

async function nodeTests(files, env = {}) {
  if (files.length === 0) return judge({ code: 0, output: "" }, ofNode);
  const args = ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files];
  return judge(await run(process.execPath, args, { cwd: root, env, check: false }), ofNode);
}

function filesUnder(folder, ending) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(ending) && !file.includes("node_modules"));
  return files.sort().map((file) => join(folder, file));
}
