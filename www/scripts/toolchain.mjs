// Decides which Rust compiles for this machine (the "host") and which for wasm32, and installs what is missing.
// STAGEBOOK_TOOLCHAIN=rustup or =debian forces the choice for wasm32. Nothing is fetched when nothing is missing.

import { existsSync, readlinkSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { canInstall, install } from "./apt.mjs";
import { rustVersion, target } from "./paths.mjs";
import { ask, Problem, run } from "./run.mjs";

export const WASM = "wasm32-unknown-unknown";
const RUSTUP_SECONDS = 120;
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
const STD_SOURCE = "lib/rustlib/src/rust/library/std/Cargo.toml";
const LINKER = "/usr/bin/rust-lld";

/**
 * @typedef {object} Rust
 * @property {string} cargo       the program
 * @property {object} env         variables it needs
 * @property {string} target      its target folder: one for each compiler, or each would undo the other's work
 * @property {string[]} wasmArgs  what a build for wasm32 adds to the command line
 * @property {boolean} lints      may have rustfmt and clippy
 * @property {{ args: string[], env: object }} [lean]  what makes the component smaller, where this compiler can
 */

/** The compilers. @returns {Promise<{ host: Rust, wasm: Rust }>} */
export async function toolchain() {
  const wasm = await wasmToolchain(process.env.STAGEBOOK_TOOLCHAIN);
  return { host: compiles(active) ? active : wasm, wasm: { ...wasm, lean: await leanBuild(wasm) } };
}

/** Runs cargo, and shows what it prints. */
export function cargo(rust, args, { env, ...options } = {}) {
  return run(rust.cargo, args, { ...options, env: { CARGO_TARGET_DIR: rust.target, ...rust.env, ...env } });
}

/**
 * The standard library compiled along for size, and a fault that traps without a word about where: nothing reads those
 * words, and they and what formats them are a twentieth of the component. These are unstable settings of a stable compiler.
 */
const LEAN = {
  args: ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size", ...fast("core", "alloc", "compiler_builtins", "dlmalloc")],
  flags: "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
};
const LEAN_SINCE = "1.92";

/** What is called for every byte is compiled for speed, as in the library that comes with a compiler. */
function fast(...crates) {
  return crates.flatMap((name) => ["--config", `profile.release.package.${name}.opt-level=3`]);
}

async function leanBuild(rust) {
  if (olderThan(versionOf(rust), LEAN_SINCE) || !(hasSource(rust) || (await rustupAddsSource(rust)))) {
    console.log("This Rust has no source of its standard library: the component is built without, and is larger.");
    return undefined;
  }
  const flags = [process.env.RUSTFLAGS, LEAN.flags].filter(Boolean).join(" ");
  return { args: LEAN.args, env: { RUSTC_BOOTSTRAP: "1", RUSTFLAGS: flags } };
}

function hasSource(rust) {
  const folder = ask(rust.env.RUSTC ?? "rustc", ["--print", "sysroot"]);
  return folder !== undefined && existsSync(join(folder, STD_SOURCE));
}

async function rustupAddsSource(rust) {
  if (rust !== active || ask("rustup", ["--version"]) === undefined) return false;
  await run("rustup", ["component", "add", "rust-src"], { seconds: RUSTUP_SECONDS, check: false });
  return hasSource(rust);
}

/** @type {Rust} What `cargo` means in this shell: usually rustup's active toolchain. */
const active = { cargo: "cargo", env: {}, target, wasmArgs: [], lints: true };

/** @type {Rust} Debian ships no compiled standard library for wasm32, but its source; cargo builds that along. */
const debian = {
  cargo: "/usr/bin/cargo",
  env: { PATH: `/usr/bin${delimiter}${process.env.PATH}`, RUSTC: "/usr/bin/rustc", RUSTDOC: "/usr/bin/rustdoc", RUSTC_BOOTSTRAP: "1" },
  target: join(target, "debian"),
  wasmArgs: ["-Zbuild-std=std,panic_abort"],
  lints: false,
};

async function wasmToolchain(forced) {
  if (forced && forced !== "rustup" && forced !== "debian") throw new Problem(`STAGEBOOK_TOOLCHAIN is "${forced}": say rustup or debian.`);
  if (forced !== "debian" && activeHasWasm()) return active;
  if (forced !== "rustup" && debianIsComplete()) return debian;
  if (forced !== "debian" && (await rustupAddsWasm())) return active;
  if (forced !== "rustup" && (await debianInstalls())) return debian;
  throw new Problem(advice());
}

function compiles(rust) {
  const version = versionOf(rust);
  return version !== undefined && ask(rust.cargo, ["--version"]) !== undefined && !olderThan(version, rustVersion());
}

function activeHasWasm() {
  const folder = ask("rustc", ["--print", "target-libdir", "--target", WASM]);
  return folder !== undefined && existsSync(folder) && compiles(active);
}

function debianIsComplete() {
  return compiles(debian) && hasSource(debian) && existsSync(LINKER);
}

async function rustupAddsWasm() {
  if (ask("rustup", ["--version"]) === undefined) return false;
  console.log(`The standard library for ${WASM} is missing: rustup fetches it.`);
  await run("rustup", ["target", "add", WASM], { seconds: RUSTUP_SECONDS, check: false });
  return activeHasWasm();
}

async function debianInstalls() {
  if (!canInstall()) return false;
  console.log(`No Rust here compiles for ${WASM}: Debian's is installed.`);
  if (!(await install(DEBIAN_PACKAGES))) return false;
  // The linker's name carries LLVM's version: Debian's link, dangling so far, says which one this compiler wants.
  if (!existsSync(LINKER)) await install([basename(readlinkSync(LINKER))]);
  return debianIsComplete();
}

const versionOf = (rust) => rustcVersion(rust.env.RUSTC ?? "rustc");
const rustcVersion = (rustc) => /^rustc (\d+\.\d+)/.exec(ask(rustc, ["--version"]) ?? "")?.[1];

function olderThan(version, wanted = "0.0") {
  const [major, minor] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

function advice() {
  const found = rustcVersion("rustc");
  return [
    `no Rust on this machine compiles for ${WASM}${found ? ` (rustc is ${found}; ${rustVersion() ?? "a recent one"} or later is needed)` : ""}. One of these is enough:`,
    `  rustup:          install it from https://rustup.rs, then: rustup target add ${WASM}`,
    `  Debian, as root: apt-get install ${DEBIAN_PACKAGES.join(" ")} lld-22`,
  ].join("\n");
}
