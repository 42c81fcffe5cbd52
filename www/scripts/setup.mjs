// Brings the checkout's own tools: the npm packages, wasm-bindgen's command line, and for tests a browser.
// Looks first, fetches only what is missing or of another version.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canInstall, install } from "./apt.mjs";
import { programs } from "./cluster.mjs";
import { lockedVersion, root, target, tool, tools, www } from "./paths.mjs";
import { ask, main, Problem, run } from "./run.mjs";
import { cargo, toolchain } from "./toolchain.mjs";

/** Everything a build needs. Returns the compilers. */
export async function setUp() {
  const rust = await toolchain();
  await npmPackages();
  linkForTests();
  await wasmBindgen(rust.host);
  return rust;
}

/** node_modules as package-lock.json says; a copy of the lock's hash tells whether they still are. */
async function npmPackages() {
  const stamp = join(www, "node_modules/.stagebook-lock");
  const hash = createHash("sha256").update(readFileSync(join(www, "package-lock.json"))).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: www });
  writeFileSync(stamp, hash);
}

/** Node looks for a package in the folders above a file: tests/ is beside www/, so it gets a way to www's packages. */
function linkForTests() {
  const link = join(root, "tests/node_modules");
  rmSync(link, { force: true });
  symlinkSync(join(www, "node_modules"), link, "junction");
}

/**
 * wasm-bindgen's command line and library speak a private format that changes with every version: they must be equal.
 * Its own lock file is left aside, because it may name versions that were withdrawn.
 */
async function wasmBindgen(host) {
  const wanted = lockedVersion("wasm-bindgen");
  if (wanted === undefined) throw new Problem("Cargo.lock does not name wasm-bindgen.");
  const has = (name) => ask(tool(name), ["--version"])?.endsWith(` ${wanted}`);
  if (has("wasm-bindgen") && has("wasm-bindgen-test-runner")) return;
  mkdirSync(tools, { recursive: true });
  const programs = ["wasm-bindgen", "wasm-bindgen-test-runner"].flatMap((name) => ["--bin", name]);
  const scratch = join(target, "tools/build");
  await cargo(host, ["install", "wasm-bindgen-cli", "--version", wanted, ...programs, "--root", tools, "--force"], {
    cwd: root,
    env: { CARGO_TARGET_DIR: scratch, ...QUICKLY_COMPILED },
  });
  rmSync(scratch, { recursive: true, force: true });
}

/** The tools run for a second each: compiling them with every optimization takes minutes that they never give back. */
const QUICKLY_COMPILED = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "1", CARGO_PROFILE_RELEASE_LTO: "off", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16" };

/** PostgreSQL's programs, for the tests of the sync server; without them those are skipped. */
export async function database() {
  if (!programs() && canInstall()) await install(["postgresql"]);
}

/** Graphviz, which reads the diagrams' DOT; without it that test is skipped. */
export async function graphviz() {
  if (ask("dot", ["-V"]) === undefined && canInstall()) await install(["graphviz"]);
}

const CHROMIUM = {
  linux: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
};
const CHROMEDRIVER = {
  linux: ["/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver", "/usr/local/bin/chromedriver", "/snap/bin/chromium.chromedriver"],
  darwin: ["/opt/homebrew/bin/chromedriver", "/usr/local/bin/chromedriver"],
  win32: [],
};

/** The browser that tests drive: { chromium, chromedriver }, both paths. */
export async function browser() {
  const found = findBrowser();
  if (found.chromium && found.chromedriver) return found;
  if (canInstall()) await install(["chromium", "chromium-driver"]);
  const { chromium, chromedriver } = findBrowser();
  if (chromium && chromedriver) return { chromium, chromedriver };
  const missing = [!chromium && "Chromium (CHROMIUM)", !chromedriver && "its chromedriver (CHROMEDRIVER)"].filter(Boolean).join(" and ");
  throw new Problem(`the browser tests need ${missing}: install it (Debian: apt-get install chromium chromium-driver), or name the path in the variable.`);
}

function findBrowser() {
  const first = (named, places) => (named ? [named] : (places[process.platform] ?? [])).find(existsSync);
  return { chromium: first(process.env.CHROMIUM, CHROMIUM), chromedriver: first(process.env.CHROMEDRIVER, CHROMEDRIVER) };
}

await main(import.meta, setUp);
