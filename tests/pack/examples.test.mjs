// The examples as whoever copies them gets them: installed beside the packed package, built by the tools they name, and used.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import * as vite from "vite";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { tsc, www } from "../../www/scripts/paths.mjs";
import { POLICY, serveFolder } from "../../www/scripts/static.mjs";
import { complaints } from "../browser/site.mjs";
import { consumer } from "./consumer.mjs";

const execute = promisify(execFile);
const FRAMEWORKS = ["react", "react-dom", "@types/react", "@types/react-dom", "vue", "@vitejs/plugin-vue", "svelte", "@sveltejs/vite-plugin-svelte", "vite"];
const MOST_LINES = 40;
const TYPESCRIPT_6 = join(import.meta.dirname, "typescript-6.cjs");
/** The server's example leaves a link to pkg/ among its node_modules. */
const EXAMPLES = join(www, "examples");

let host, browser;
before(async () => {
  host = await consumer();
  await cp(EXAMPLES, host.folder, { recursive: true, filter: (path) => path !== join(EXAMPLES, "node_modules") });
  for (const name of FRAMEWORKS) {
    await mkdir(dirname(join(host.folder, "node_modules", name)), { recursive: true });
    await symlink(join(www, "node_modules", name), join(host.folder, "node_modules", name), "junction");
  }
  browser = await chromium.launch(launchOptions());
});
after(async () => {
  await browser?.close();
  await host?.remove();
});

const build = (name, options = {}) => vite.build({ root: join(host.folder, name), base: "./", logLevel: "error", ...options });

/** Logs a call in the panel, wherever in the page it is, and gives what the example says then. */
async function loggedIn(page, panel = page) {
  const type = panel.getByRole("group", { name: "Task", exact: true }).getByLabel("Activity type");
  await type.selectOption("intro-call");
  await panel.getByRole("button", { name: "Save", exact: true }).click();
  const said = page.locator("output").filter({ hasText: "Saved" });
  await said.waitFor();
  return said.textContent();
}

async function used(folder, begin = async () => {}) {
  const server = await serveFolder(folder, { policy: `${POLICY}; require-trusted-types-for 'script'; trusted-types lit-html vue svelte-trusted-html` });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const complained = complaints(page);
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await page.goto(server.url);
    await begin(page);
    const said = await loggedIn(page);
    assert.deepEqual(complained, []);
    return said;
  } finally {
    await context.close();
    await server.close();
  }
}

describe("the examples", () => {
  it("are short", async () => {
    const files = (await readdir(EXAMPLES, { recursive: true })).filter((file) => !file.startsWith("node_modules") && /\.(m?js|tsx|vue|svelte|html)$/.test(file));
    for (const file of files) assert.ok((await readFile(join(EXAMPLES, file), "utf8")).split("\n").length <= MOST_LINES, file);
  });

  it("vanilla: a contact is chosen in a list and worked on", async () => {
    await build("vanilla");
    const choose = (page) => page.getByRole("button", { name: "Bruno Bianchi" }).click();
    assert.equal(await used(join(host.folder, "vanilla/dist"), choose), "Saved: Introductory call");
  });

  it("script tag: the same from one file", async () => {
    await cp(join(host.installed, "stagebook.global.js"), join(host.folder, "script-tag/stagebook.global.js"));
    assert.equal(await used(join(host.folder, "script-tag")), "Saved: Introductory call");
  });

  for (const name of ["react", "vue", "svelte"])
    it(`${name}: the book goes in by property, what was saved comes out as an event`, async () => {
      await build(name);
      assert.equal(await used(join(host.folder, name, "dist")), "Saved: Introductory call");
    });

  it("node: a report from an export, which tells a damaged one", async () => {
    const lines = await host.node("export.mjs", `
      import { crmContact, openBook } from "stagebook";
      const book = await openBook({ definitions: crmContact, actor: { id: "anna" }, store: "memory" });
      await book.contacts.create({ id: "c-1", name: "Bruno Bianchi" });
      await book.contacts.save("c-1", { activities: [{ pending: { type: "intro-call", assignee: "anna", date: "2026-01-01", due: "2026-01-02", createTask: true } }] });
      console.log(JSON.stringify(await new Response(book.audit.export("jsonl")).text()));`);
    const report = async (text) => execute(process.execPath, [join(host.folder, "node/report.mjs"), await host.put("export.jsonl", text)], { cwd: host.folder }).catch((error) => error);
    const whole = await report(lines);
    assert.match(whole.stdout, /^The log is whole: \d+ entries\.\nIn start: 1\nOverdue since 2026-01-02: Introductory call, Bruno Bianchi\n$/, whole.stderr);
    assert.match((await report(lines.replace("Bruno", "Bruna"))).stdout, /^The log is damaged/);
  });

  it("iframe: a host that forbids WebAssembly has the panel in a frame, and both hear of each other", async () => {
    await mkdir(join(host.folder, "served"), { recursive: true });
    const outer = await serveFolder(join(host.folder, "served"), { policy: "default-src 'none'; script-src 'self'; frame-src http://127.0.0.1:*" });
    process.env.VITE_HOST = new URL(outer.url).origin;
    await build("iframe", { build: { rolldownOptions: { input: join(host.folder, "iframe/panel.html") } } });
    const inner = await serveFolder(join(host.folder, "iframe/dist"), { policy: POLICY.replace("frame-ancestors 'self'", `frame-ancestors ${process.env.VITE_HOST}`) });
    await host.put("served/index.html", (await readFile(join(host.folder, "iframe/host.html"), "utf8")).replace("<html ", `<html data-panel="${inner.url}panel.html" `));
    await cp(join(host.folder, "iframe/host.js"), join(host.folder, "served/host.js"));
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(outer.url);
      assert.equal(await page.evaluate(() => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => "allowed", () => "forbidden")), "forbidden");
      assert.equal(await loggedIn(page, page.frameLocator("iframe")), "Saved: Introductory call");
      await page.waitForFunction(() => Number(document.querySelector("iframe").height) > 300);
    } finally {
      delete process.env.VITE_HOST;
      await context.close();
      await inner.close();
      await outer.close();
    }
  });

  it("templates of React, Vue and Svelte take the elements with their types, and refuse wrong ones", async () => {
    await host.put("typed/vue.ts", `
      import type { GlobalComponents } from "vue";
      import type {} from "stagebook/elements/vue";
      type Props = InstanceType<GlobalComponents["stagebook-panel"]>["$props"];
      export const right: Props = { contactId: "c-1", tab: "log" };
      // @ts-expect-error there is no such tab
      export const wrong: Props = { tab: "nowhere" };`);
    await host.put("typed/svelte.ts", `
      import type { SvelteHTMLElements } from "svelte/elements";
      import type {} from "stagebook/elements/svelte";
      type Props = SvelteHTMLElements["stagebook-panel"];
      export const right: Props = { contactId: "c-1", "onstagebook-save": ({ detail }) => console.log(detail.result.contact.name) };
      // @ts-expect-error a save has no such thing
      export const wrong: Props = { "onstagebook-save": ({ detail }) => console.log(detail.nothing) };`);
    await host.put("typed/react.tsx", `
      import "../react/main.js";
      import type {} from "stagebook/elements/react";
      export const right = <stagebook-history contactId="c-1" order="oldest" exact className="wide" />;
      // @ts-expect-error there is no such order
      export const wrong = <stagebook-history order="random" />;`);
    await host.put("typed/tsconfig.json", JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, target: "es2022", lib: ["es2023", "dom", "dom.iterable"], types: [], module: "esnext", moduleResolution: "bundler", jsx: "react-jsx", skipLibCheck: true },
    }));
    const { stdout } = await execute(process.execPath, [tsc, "-p", join(host.folder, "typed")]).catch((error) => error);
    assert.equal(stdout, "");
  });

  for (const [name, checker, wrong] of [
    ["vue", ["vue-tsc/bin/vue-tsc.js", "-p"], [[':book="book"', ':book="4"', "'number' is not assignable to type 'Book'"], ["detail.result.logged", "detail.result.nothing", "'nothing' does not exist on type 'SaveResult'"]]],
    ["svelte", ["svelte-check/bin/svelte-check", "--output", "machine", "--tsconfig"], [['contactId="c-1"', "contactId={4}", "'number' is not assignable to type 'string'"], ["detail.result.logged", "detail.result.nothing", "'nothing' does not exist on type 'SaveResult'"]]],
  ]) {
    it(`the template of ${name}'s example is right by its own checker, which finds what is not`, { timeout: 180_000 }, async () => {
      const [file, component] = [`App.${name}`, await readFile(join(EXAMPLES, name, `App.${name}`), "utf8")];
      const [bin, ...options] = checker;
      const check = async (text) => {
        await host.put(`checked/${name}/${file}`, text);
        const compilerOptions = { strict: true, noEmit: true, target: "es2022", lib: ["es2023", "dom", "dom.iterable"], types: [`stagebook/elements/${name}`], module: "esnext", moduleResolution: "bundler", skipLibCheck: true, verbatimModuleSyntax: true };
        const config = await host.put(`checked/${name}/tsconfig.json`, JSON.stringify({ compilerOptions, vueCompilerOptions: { strictTemplates: true }, include: [file] }));
        const ran = await execute(process.execPath, ["-r", TYPESCRIPT_6, join(www, "node_modules", bin), ...options, config], { cwd: join(host.folder, "checked", name) }).catch((error) => error);
        return `${ran.stdout}${ran.stderr}`.split("\n").filter((line) => /error TS| ERROR |Error/.test(line)).join("\n");
      };
      assert.equal(await check(component), "");
      const found = await check(wrong.reduce((text, [right, made]) => text.replace(right, made), component));
      for (const [, made, complaint] of wrong) assert.ok(found.includes(complaint), `${made}: ${found}`);
    });
  }
});
