// Builds the package into pkg/: `npm --prefix www run build`. Sets up first, so that it works in an empty clone.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundleElements, bundleGlobal, bundleLibrary } from "./bundle.mjs";
import { licences } from "./licences.mjs";
import { writeManifest } from "./manifest.mjs";
import { crateVersion, pkg, root, target, tsc, www } from "./paths.mjs";
import { main, run, seconds } from "./run.mjs";
import { setUp } from "./setup.mjs";
import { buildWasm, folder } from "./wasm.mjs";

/** The package is put together here and replaces pkg/ when it is whole: a failed build leaves the last good one. */
const draft = join(target, "pkg");

/** @param {{ wasm: import("./toolchain.mjs").Rust }} rust */
export async function buildPackage(rust) {
  const begun = performance.now();
  await buildWasm(rust.wasm);
  empty(draft);
  const metafile = { outputs: { ...(await bundleLibrary(draft)).outputs, ...(await bundleElements(draft)).outputs, ...(await bundleGlobal(draft)).outputs } };
  copyFileSync(join(folder, "stagebook.wasm"), join(draft, "stagebook.wasm"));
  await copyTypes();
  await writeManifest(draft);
  copyMessages();
  cpSync(join(www, "lib/server/sql"), join(draft, "server/sql"), { recursive: true });
  writeFileSync(join(draft, "THIRD-PARTY.txt"), await licences(rust.wasm));
  copyManifest();
  empty(pkg);
  cpSync(draft, pkg, { recursive: true });
  console.log(`pkg/ is built (${seconds(begun)})`);
  return metafile;
}

function empty(directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}

/** What has its types from its source: the files that others are reached from. */
const TYPED = ["import/index", "sync/http", "server/default", "server/postgres"];

/** The contract is written by hand and published as it is; the other entries' types come from their sources. */
async function copyTypes() {
  copyFileSync(join(www, "lib/types.d.ts"), join(draft, "index.d.ts"));
  copyFileSync(join(www, "lib/global.d.ts"), join(draft, "stagebook.global.d.ts"));
  const types = join(target, "types");
  empty(types);
  await run(process.execPath, [tsc, "-p", join(www, "tsconfig.types.json"), "--outDir", types]);
  const found = new Set(TYPED);
  for (const name of found) {
    const text = readFileSync(join(types, `${name}.d.ts`), "utf8").replace(/^import .*\.sql";$/gm, "");
    for (const [, path] of text.matchAll(/from "\.\/([\w-]+)\.js"/g)) found.add(`${dirname(name)}/${path}`);
    mkdirSync(join(draft, dirname(name)), { recursive: true });
    writeFileSync(join(draft, `${name}.d.ts`), text.replaceAll(/"\.\.\/(?:types|index)(?:\.js|\.d\.ts|\.ts)?"/g, '"../index.js"'));
  }
  const elements = join(draft, "elements");
  mkdirSync(elements);
  copyFileSync(join(www, "lib/elements/public.d.ts"), join(elements, "index.d.ts"));
  writeFileSync(join(elements, "define.d.ts"), 'import "./index.js";\n');
  for (const name of ["react", "vue", "svelte"]) copyFileSync(join(www, `lib/elements/${name}.d.ts`), join(elements, `${name}.d.ts`));
}

function copyMessages() {
  mkdirSync(join(draft, "messages"));
  for (const locale of ["en", "it"]) {
    copyFileSync(join(root, `src/text/${locale}.json`), join(draft, `messages/${locale}.json`));
    const words = JSON.parse(readFileSync(join(www, `lib/elements/messages-${locale}.json`), "utf8"));
    const keyed = Object.fromEntries(Object.entries(words).map(([key, text]) => [`ui.${key}`, text]));
    writeFileSync(join(draft, `messages/elements-${locale}.json`), `${JSON.stringify(keyed, null, 2)}\n`);
  }
}

function copyManifest() {
  const { name, ...rest } = JSON.parse(readFileSync(join(root, "pkg.json"), "utf8"));
  writeFileSync(join(draft, "package.json"), `${JSON.stringify({ name, version: crateVersion(), ...rest }, null, 2)}\n`);
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) if (existsSync(join(root, file))) copyFileSync(join(root, file), join(draft, file));
}

await main(import.meta, async () => buildPackage(await setUp()));
