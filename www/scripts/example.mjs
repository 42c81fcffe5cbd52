// `npm --prefix www run example:server`: builds the package, installs it beside the example, starts a throw-away PostgreSQL unless
// DATABASE_URL names one, and serves until it is stopped.

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPackage } from "./build.mjs";
import { cluster, skip } from "./cluster.mjs";
import { pkg, www } from "./paths.mjs";
import { main } from "./run.mjs";
import { setUp } from "./setup.mjs";

const examples = join(www, "examples");

/** The examples import the package by name. */
export function installForExamples() {
  const modules = join(examples, "node_modules");
  mkdirSync(modules, { recursive: true });
  rmSync(join(modules, "stagebook"), { recursive: true, force: true });
  symlinkSync(pkg, join(modules, "stagebook"), "junction");
}

/** The example's `start`. */
export async function example() {
  installForExamples();
  return import(pathToFileURL(join(examples, "server/server.mjs")));
}

await main(import.meta, async () => {
  await buildPackage(await setUp());
  const { start } = await example();
  const given = process.env.DATABASE_URL;
  const database = given || skip ? undefined : await cluster();
  const databaseUrl = given ?? database?.url;
  const server = await start({ databaseUrl, port: Number(process.env.PORT ?? 0) });
  console.log(`\nstagebook sync server (${databaseUrl ? "PostgreSQL" : `in memory: ${skip}`}), Ctrl+C to stop:\n${server.url}`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => void server.close().then(() => database?.stop()).then(() => process.exit()));
  }
});
