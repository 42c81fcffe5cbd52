// Where things are, and the versions that Cargo's files name. Runs nothing and writes nothing.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const www = join(root, "www");
export const pkg = join(root, "pkg");
export const dist = join(www, "dist");
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
export const tools = join(root, "target/tools");

export const tsc = join(www, "node_modules/typescript/bin/tsc");

const exe = process.platform === "win32" ? ".exe" : "";

/** A program that `cargo install --root target/tools` or npm put into the checkout. */
export const tool = (name) => join(tools, "bin", name + exe);

export const crateVersion = () => fromCargoToml("version");
export const rustVersion = () => fromCargoToml("rust-version");

function fromCargoToml(key) {
  const text = readFileSync(join(root, "Cargo.toml"), "utf8");
  return new RegExp(`^${key}\\s*=\\s*"([^"]+)"`, "m").exec(text)?.[1];
}

/** The version of a crate in Cargo.lock, or undefined. */
export function lockedVersion(crate) {
  const lock = join(root, "Cargo.lock");
  if (!existsSync(lock)) return undefined;
  const text = readFileSync(lock, "utf8");
  return new RegExp(`name = "${crate}"\\r?\\nversion = "([^"]+)"`).exec(text)?.[1];
}
