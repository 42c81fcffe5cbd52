// The package inside applications that bundlers built, run in Chromium under a strict Content-Security-Policy: the .wasm
// must be found, wherever the bundler put it.

import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
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
/** What a page does with the elements, wherever they come from: the preset's first stage is shown. */
const shown = (book) => `
const panel = document.body.appendChild(document.createElement("stagebook-panel"));
(async () => {
  panel.book = await ${book};
  panel.contactId = (await panel.book.contacts.create({ name: "Acme" })).contact.id;
  const path = () => panel.shadowRoot.querySelector("stagebook-stage-path")?.shadowRoot;
  while (!path()?.textContent.includes("Start")) await new Promise((done) => setTimeout(done, 20));
  return "Start";
})().then((result) => { globalThis.result = result; }, (error) => { globalThis.result = String(error.stack); });
`;
const elements = `
import { crmContact, openBook } from "stagebook";
import "stagebook/elements/define";
${shown('openBook({ definitions: crmContact, actor: { id: "u1" }, store: "memory", locale: "en" })')}`;
const page = (script) => `<!doctype html><meta charset="utf-8"><title>host</title><script type="module" src="${script}"></script>`;

describe("the packed package, bundled", () => {
  let host;
  let browser;
  before(async () => {
    host = await consumer();
    browser = await chromium.launch(launchOptions());
    await host.put("main.js", app("stagebook"));
    await host.put("inline.js", app("stagebook/inline"));
    await host.put("elements.js", elements);
    await host.put("index.html", page("./main.js"));
    await host.put("elements.html", page("./elements.js"));
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

  async function resultOf(folder, path = "") {
    const server = await serveFolder(join(host.folder, folder));
    try {
      return await resultAt(server.url + path);
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
    await vite.build({ root: host.folder, base: "./", logLevel: "warn", build: { outDir: "vite", rolldownOptions: { input: ["index.html", "elements.html"].map((file) => join(host.folder, file)) } } });
    assert.deepEqual(await resultOf("vite"), USED);
    assert.equal(await resultOf("vite", "elements.html"), "Start");
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
    const stats = await promisify(webpack)({ mode: "production", context: host.folder, entry: { main: "./main.js", elements: "./elements.js" }, output: { path: join(host.folder, "webpack"), filename: "[name].js" }, performance: { hints: false } });
    assert.deepEqual(stats.toJson().errors, []);
    await host.put("webpack/index.html", page("main.js"));
    await host.put("webpack/elements.html", page("elements.js"));
    assert.deepEqual(await resultOf("webpack"), USED);
    assert.equal(await resultOf("webpack", "elements.html"), "Start");
  });
  it("works from one classic script tag, elements and component in it", async () => {
    await copyFile(join(host.installed, "stagebook.global.js"), await host.put("tag/stagebook.global.js", ""));
    await host.put("tag/use.js", `${(await readFile(join(host.folder, "use.mjs"), "utf8")).replaceAll("export ", "")}
      use(stagebook, "indexeddb").then((result) => { globalThis.result = result; }, (error) => { globalThis.result = String(error.stack); });`);
    await host.put("tag/show.js", shown('stagebook.openBook({ definitions: stagebook.crmContact, actor: { id: "u1" }, store: "memory", locale: "en" })'));
    const tags = (file) => `<!doctype html><meta charset="utf-8"><title>host</title><script src="stagebook.global.js"></script><body><script src="${file}"></script></body>`;
    await host.put("tag/index.html", tags("use.js"));
    await host.put("tag/elements.html", tags("show.js"));
    assert.deepEqual(await resultOf("tag"), USED);
    assert.equal(await resultOf("tag", "elements.html"), "Start");
  });

  it("leaves the elements out of a bundle that does not ask for them", async () => {
    const { outputFiles } = await esbuild.build({ absWorkingDir: host.folder, entryPoints: ["main.js"], bundle: true, format: "esm", write: false, logLevel: "error" });
    assert.ok(outputFiles.every(({ text }) => !text.includes("lit-html")));
  });
});
