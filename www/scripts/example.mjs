// `npm --prefix www run example:server`: builds the package, installs it beside the example, starts a throw-away PostgreSQL unless
// DATABASE_URL names one, and serves until it is stopped.

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPackage } from "./build.mjs";
import { cluster, skip } from "./cluster.mjs";
import { dist, pkg, www } from "./paths.mjs";
import { main } from "./run.mjs";
import { buildDemo } from "./serve.mjs";
import { setUp } from "./setup.mjs";
import { folderListener } from "./static.mjs";

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

/** The demo's page asks as "demo": whoever works there. Its definition is the page's own, so that no role is looked at here. */
export async function exampleWithDemo(options) {
  const { start } = await example();
  const who = (request) => request.headers.get("Authorization") === "Bearer demo" ? { book: "demo", actors: "any", roles: "any" } : null;
  const server = await start({ ...options, definitions: [], who, otherwise: await folderListener(dist) });
  return { ...server, demo: `${new URL("/", server.url)}?sync=sync` };
}

await main(import.meta, async () => {
  await buildPackage(await setUp());
  await buildDemo();
  const given = process.env.DATABASE_URL;
  const database = given || skip ? undefined : await cluster();
  const databaseUrl = given ?? database?.url;
  const server = await exampleWithDemo({ databaseUrl, port: Number(process.env.PORT ?? 0) });
  console.log(`\nstagebook sync server (${databaseUrl ? "PostgreSQL" : `in memory: ${skip}`}), Ctrl+C to stop:\n${server.url}\nThe demo, in step with it, in as many browsers as you like:\n${server.demo}`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => void server.close().then(() => database?.stop()).then(() => process.exit()));
  }
});
