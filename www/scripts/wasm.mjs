// Compiles the crate to wasm32 and makes of it stagebook.wasm and glue.js, in target/package.
// wasm-bindgen and wasm-opt are left out when what they would work on is unchanged.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkNames, glueFrom } from "./glue.mjs";
import { namedInOrder } from "./order.mjs";
import { lockedVersion, root, target, tool, www } from "./paths.mjs";
import { run } from "./run.mjs";
import { cargo, WASM } from "./toolchain.mjs";

export const folder = join(target, "package");
const raw = join(folder, "bindgen");
/**
 * What wasm-opt does beyond -O1 makes the file smaller, but larger when compressed. Low memory is the end of the stack:
 * no address in it is one that an offset is added to, short of an overflow, which traps either way.
 */
const OPTIMIZE = ["-O1", "--low-memory-unused"];

/** @param {import("./toolchain.mjs").Rust} rust */
export async function buildWasm(rust) {
  const { args, env } = rust.lean ?? { args: rust.wasmArgs, env: {} };
  // With the Rust library beside it, link-time optimization keeps what only other crates could call.
  await cargo(rust, ["rustc", "--release", "--lib", "--crate-type", "cdylib", "--target", WASM, ...args], { cwd: root, env });
  const input = join(rust.target, WASM, "release/stagebook.wasm");
  const key = keyOf(readFileSync(input));
  const stamp = join(folder, "key");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  rmSync(folder, { recursive: true, force: true });
  await bindgen(input);
  const names = await optimize();
  const text = (name) => readFileSync(join(raw, name), "utf8");
  writeFileSync(join(folder, "glue.js"), glueFrom(text("stagebook_bg.js"), text("stagebook.js"), names));
  writeFileSync(stamp, key);
}

/** All that the result depends on besides the compiler's output. */
function keyOf(wasm) {
  const hash = createHash("sha256").update(wasm).update(lockedVersion("wasm-bindgen")).update(OPTIMIZE.join());
  for (const file of ["scripts/glue.mjs", "scripts/order.mjs", "scripts/wasm.mjs", "package-lock.json"]) hash.update(readFileSync(join(www, file)));
  return hash.digest("hex");
}

async function bindgen(input) {
  mkdirSync(raw, { recursive: true });
  await run(tool("wasm-bindgen"), ["--target", "bundler", "--no-typescript", "--remove-producers-section", "--out-dir", raw, "--out-name", "stagebook", input]);
}

/**
 * Without feature flags: wasm-opt reads what the module uses from its target_features section. The names between .wasm
 * and glue carry hashes and are used once: shortened, they are about 4 kB less to load. Prints how it shortened them.
 */
async function optimize() {
  const [wasm, optimized, named] = ["../stagebook.wasm", "optimized.wasm", "named.wasm"].map((name) => join(raw, name));
  await wasmOpt([...OPTIMIZE, "--strip-debug", "-o", optimized, join(raw, "stagebook_bg.wasm")]);
  writeFileSync(named, namedInOrder(readFileSync(optimized)));
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features", "--minify-imports-and-exports-and-modules"];
  const { output } = await wasmOpt(["--reorder-functions-by-name", ...strip, "-o", wasm, named]);
  const names = JSON.parse(output);
  checkNames(readFileSync(wasm), names);
  return names;
}

const wasmOpt = (args) => run(process.execPath, [join(www, "node_modules/binaryen/bin/wasm-opt"), ...args], { data: true });
