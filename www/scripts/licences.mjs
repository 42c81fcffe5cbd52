// What of others is in the package, and under which licences: they ask to be carried along.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, www } from "./paths.mjs";
import { Problem, run } from "./run.mjs";
import { WASM } from "./toolchain.mjs";

/** The file whose terms are taken where a crate leaves the choice, then the only ones of others. */
const FILES = ["LICENSE-MIT", "LICENSE-MIT.txt", "LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING"];

/** @param {import("./toolchain.mjs").Rust} rust @returns {Promise<string>} */
export async function licences(rust) {
  const lit = readFileSync(join(www, "node_modules/lit/LICENSE"), "utf8").trim();
  const crates = await cratesIn(rust);
  return [
    "The files of stagebook/elements and stagebook.global.js contain Lit (https://lit.dev), under this licence:", lit,
    "The component (stagebook.wasm, also within inline.js) contains the standard library of Rust (https://www.rust-lang.org, MIT OR Apache-2.0) and these crates:",
    crates.map(({ name, version, license }) => `${name} ${version} (${license})`).join("\n"),
    "Each of them is used under these terms; of those that leave a choice, under the MIT licence.",
    ...byText(crates),
  ].join("\n\n") + "\n";
}

/** The crates that are compiled into the component: not those of tests, builds and macros. */
async function cratesIn(rust) {
  const args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", WASM];
  const { output } = await run(rust.cargo, args, { cwd: root, env: rust.env, data: true });
  const { packages, resolve } = JSON.parse(output);
  const known = new Map(packages.map((one) => [one.id, one]));
  const needs = new Map(resolve.nodes.map(({ id, deps }) => [id, deps]));
  const runs = ({ pkg, dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null) && !known.get(pkg).targets.some(({ kind }) => kind.includes("proc-macro"));
  const found = new Set([resolve.root]);
  for (const id of found) for (const dep of needs.get(id).filter(runs)) found.add(dep.pkg);
  found.delete(resolve.root);
  const crates = [...found].map((id) => known.get(id)).sort((a, b) => a.name.localeCompare(b.name));
  const other = crates.find(({ license }) => !/\bMIT\b/.test(license ?? ""));
  if (other) throw new Problem(`${other.name} is under ${other.license}: www/scripts/licences.mjs knows the MIT licence alone.`);
  return crates.map((one) => ({ ...one, text: termsOf(dirname(one.manifest_path)) }));
}

function termsOf(folder) {
  const file = FILES.find((name) => existsSync(join(folder, name)));
  return file === undefined ? undefined : readFileSync(join(folder, file), "utf8").trim().replaceAll("\r\n", "\n");
}

/** Each text once, under the names of those whose it is. */
function byText(crates) {
  const texts = new Map();
  for (const { name, text } of crates) if (text) texts.set(text, [...(texts.get(text) ?? []), name]);
  return [...texts].map(([text, names]) => `${"-".repeat(80)}\n${names.join(", ")}\n\n${text}`);
}
