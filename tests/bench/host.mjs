// The host of the benchmark: a page that embeds the built package as an application would, bundled, served on this machine
// alone with the headers that give a page fine timers, and Chromium over a profile on disk. It measures nothing.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { pkg } from "../../www/scripts/paths.mjs";

const PAGE = '<!doctype html><meta charset="utf-8"><title>benchmark</title><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>';
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const HEADERS = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Bundles and serves. Resolves to { run, close }; `folder` of the package is pkg/ unless another is named, `page` what runs in
 * the page, `files` what it may fetch besides, by name. */
export async function host(folder = pkg, page = "page.mjs", files = {}) {
  const scratch = mkdtempSync(join(tmpdir(), "stagebook-bench-"));
  await bundle(folder, page, join(scratch, "site"));
  for (const [name, path] of Object.entries(files)) cpSync(path, join(scratch, "site", name));
  const server = createServer((request, response) => serve(join(scratch, "site"), request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return {
    /** Runs one case in a fresh browser over the profile of that name; resolves to what the case gives. The page may ask for
     * `memory`, as the function given tells it. */
    run: (profile, name, input, memory) => inBrowser(join(scratch, "profiles", profile), url, name, input, memory),
    async close() {
      server.close();
      server.closeAllConnections();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function bundle(folder, page, site) {
  await esbuild.build({
    entryPoints: { main: join(import.meta.dirname, page) },
    alias: { "stagebook/import": join(folder, "import.js"), stagebook: join(folder, "browser.js") },
    outdir: site,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  cpSync(join(folder, "stagebook.wasm"), join(site, "stagebook.wasm"));
}

async function serve(site, request, response) {
  const name = basename(new URL(request.url, "http://localhost").pathname);
  try {
    const body = name === "" ? PAGE : await readFile(join(site, name));
    response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[extname(name)] ?? "text/html" }).end(body);
  } catch {
    response.writeHead(404, HEADERS).end();
  }
}

/** A profile on disk: a context without one is incognito, and its IndexedDB lives in memory. */
async function inBrowser(profile, url, name, input, memory = () => ({})) {
  const context = await chromium.launchPersistentContext(profile, launchOptions());
  try {
    const page = await context.newPage();
    await page.exposeFunction("memory", memory);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.bench);
    return await page.evaluate(([name, input]) => globalThis.bench[name](input), [name, input]);
  } finally {
    await context.close();
  }
}
