// The package inside applications that bundlers built, run in Chromium under a strict Content-Security-Policy: the .wasm
// must be found, wherever the bundler put it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { join } from "node:path";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import * as vite from "vite";
import webpack from "webpack";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { serveFolder } from "../../www/scripts/static.mjs";
import { consumer } from "./consumer.mjs";
import { USED } from "./use.mjs";

const app = (entry) => `
import * as stagebook from "${entry}";
import { use } from "./use.mjs";
use(stagebook, "indexeddb").then((result) => { globalThis.result = result; }, (error) => { globalThis.result = String(error.stack); });
`;
const page = (script) => `<!doctype html><meta charset="utf-8"><title>host</title><script type="module" src="${script}"></script>`;

describe("the packed package, bundled", () => {
  let host;
  let browser;
  before(async () => {
    host = await consumer();
    browser = await chromium.launch(launchOptions());
    await host.put("main.js", app("stagebook"));
    await host.put("inline.js", app("stagebook/inline"));
    await host.put("index.html", page("./main.js"));
  });
  after(async () => {
    await browser?.close();
    await host?.remove();
  });

  async function resultAt(url) {
    const context = await browser.newContext();
    try {
      const tab = await context.newPage();
      await tab.goto(url);
      return await (await tab.waitForFunction(() => globalThis.result, undefined, { timeout: 60_000 })).jsonValue();
    } finally {
      await context.close();
    }
  }

  async function resultOf(folder) {
    const server = await serveFolder(join(host.folder, folder));
    try {
      return await resultAt(server.url);
    } finally {
      await server.close();
    }
  }

  it("works from one script by esbuild, through the inline entry", async () => {
    await esbuild.build({ absWorkingDir: host.folder, entryPoints: ["inline.js"], outfile: "esbuild/main.js", bundle: true, format: "iife", minify: true, logLevel: "error" });
    await host.put("esbuild/index.html", page("main.js"));
    assert.deepEqual(await resultOf("esbuild"), USED);
  });

  it("works from what Vite builds", async () => {
    await vite.build({ root: host.folder, base: "./", logLevel: "warn", build: { outDir: "vite" } });
    assert.deepEqual(await resultOf("vite"), USED);
  });

  it("works from Vite's development server", async () => {
    const server = await vite.createServer({ root: host.folder, logLevel: "warn", server: { host: "127.0.0.1", port: 0, hmr: false } });
    try {
      await server.listen();
      assert.deepEqual(await resultAt(server.resolvedUrls.local[0] ?? server.resolvedUrls.network[0]), USED);
    } finally {
      await server.close();
    }
  });

  it("works from what webpack builds", async () => {
    const stats = await promisify(webpack)({ mode: "production", context: host.folder, entry: "./main.js", output: { path: join(host.folder, "webpack"), filename: "main.js" } });
    assert.deepEqual(stats.toJson().errors, []);
    await host.put("webpack/index.html", page("main.js"));
    assert.deepEqual(await resultOf("webpack"), USED);
  });
});
