// `npm --prefix www start`: sets up, builds the package and the demo page, and serves them on this machine.
// Tests import serveDemo() to serve what is built already.

import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { buildPackage } from "./build.mjs";
import { esbuild } from "./bundle.mjs";
import { dist, pkg, www } from "./paths.mjs";
import { main, Problem } from "./run.mjs";
import { setUp } from "./setup.mjs";
import { serveFolder } from "./static.mjs";

const demo = join(www, "demo");
const FIRST_PORT = 8080;

/** www/dist: the demo's page and, in stagebook/, the package's files as a host without a bundler would place them. */
export async function buildDemo() {
  rmSync(dist, { recursive: true, force: true });
  cpSync(pkg, join(dist, "stagebook"), { recursive: true });
  for (const file of readdirSync(demo)) if (!file.endsWith(".ts") && file !== "worker") cpSync(join(demo, file), join(dist, file), { recursive: true });
  const common = { outdir: dist, bundle: true, target: ["es2022"], sourcemap: true, logLevel: "warning" };
  await esbuild({ ...common, entryPoints: [join(demo, "main.ts")], format: "esm", plugins: [asInstalled] });
  const { files, build } = kept();
  const define = { FILES: JSON.stringify(files), BUILD: JSON.stringify(build) };
  await esbuild({ ...common, entryPoints: [join(demo, "worker/service-worker.ts")], format: "iife", define });
}

/** What the page needs without a network, and a name for this very content. */
function kept() {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => /\.(html|css|js|wasm|svg|png|webmanifest|csv|xes)$/.test(file) && !/^stagebook\/(node|inline|stagebook\.global)\.js$/.test(file))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(dist, file)));
  return { files: ["./", ...files], build: hash.digest("hex").slice(0, 16) };
}

/** The page imports "stagebook" by name; in the browser that is the copied package. */
const asInstalled = {
  name: "as-installed",
  setup(build) {
    const places = { stagebook: "browser.js", "stagebook/inline": "inline.js", "stagebook/import": "import.js", "stagebook/sync/http": "sync-http.js", "stagebook/elements/define": "elements-define.js" };
    build.onResolve({ filter: /^stagebook(\/.*)?$/ }, ({ path }) => ({ path: `./stagebook/${places[path] ?? path.slice("stagebook/".length)}`, external: true }));
  },
};

/** Serves www/dist as it is. Resolves to { url, close }. */
export function serveDemo({ port = 0 } = {}) {
  return serveFolder(dist, { port });
}

async function serveOnFreePort() {
  const wanted = process.env.PORT;
  for (let port = Number(wanted ?? FIRST_PORT); port < 65536; port += 1) {
    try {
      return await serveDemo({ port });
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
      if (wanted !== undefined) throw new Problem(`port ${port} is in use: choose another with PORT.`);
    }
  }
  throw new Problem("no port is free.");
}

await main(import.meta, async () => {
  await buildPackage(await setUp());
  await buildDemo();
  const { url } = await serveOnFreePort();
  console.log(`\nstagebook demo, Ctrl+C to stop:\n${url}`);
});
