// A host's page with the elements in it, under the strictest policy they have to work under; and a browser that shows it. What
// the tests ask of it is theirs. Whatever the page complains of is collected.

import { cp, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { pkg, root } from "../../www/scripts/paths.mjs";
import { serveFolder } from "../../www/scripts/static.mjs";
import { complaints } from "../browser/site.mjs";

export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html";
const axe = createRequire(join(root, "www/package.json")).resolve("axe-core/axe.min.js");

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Host</title><link rel="stylesheet" href="host.css"><script type="module" src="host.js"></script><main id="place"><h1>CRM</h1><h2>Bruno Bianchi</h2></main></html>`;
const STYLE = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; background: Canvas; color: CanvasText } body { margin: 0 } main { max-width: 900px; margin: auto }
h1, h2 { font-size: 1.2rem; margin: 8px 16px }`;
const SCRIPT = `import * as stagebook from "./pkg/browser.js"; import "./pkg/elements-define.js";
globalThis.stagebook = stagebook; globalThis.told = [];
for (const name of ["save", "move", "revert", "complete", "cancel", "reopen", "update", "comment", "open", "error", "download", "snooze", "fix"]) {
  addEventListener("stagebook-" + name, ({ detail: { contactId, error } }) => told.push({ name, ...(contactId && { contactId }), ...(error && { code: error.code, message: error.message }) }));
}
globalThis.put = (tag, properties) => {
  document.querySelector(tag)?.remove();
  const element = Object.assign(document.createElement(tag), properties);
  document.getElementById("place").append(element);
  return element;
};
globalThis.ready = true;`;

/** Resolves to { browser, url, page(options), close }. `policy` replaces the strict one. */
export async function harness({ policy = POLICY } = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "stagebook-elements-")));
  await cp(pkg, join(folder, "pkg"), { recursive: true });
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, "host.css"), STYLE);
  await writeFile(join(folder, "host.js"), SCRIPT);
  const { url, close } = await serveFolder(folder, { policy });
  const browser = await chromium.launch(launchOptions());
  return {
    browser,
    url,
    async page(options = {}) {
      const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Rome", viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const complained = complaints(page);
      await page.addInitScript(() => document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`)));
      if (options.clock) await page.clock.install({ time: new Date(options.clock) });
      await page.goto(url);
      await page.waitForFunction(() => globalThis.ready);
      return { page, complained, context };
    },
    async close() {
      await browser.close();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const USERS = [{ id: "anna", name: "Anna Rossi" }, { id: "marco", name: "Marco Bianchi" }, { id: "sofia", name: "Sofia Keller" }];

/** Opens a book in the page as `globalThis.book`, with a contact c-1; `options` go to openBook. */
export async function open(page, options = {}) {
  await page.evaluate(async ({ options, USERS }) => {
    const { openBook, crmContact } = globalThis.stagebook;
    globalThis.book = await openBook({ definitions: crmContact, actor: USERS[0], users: USERS, store: "memory", locale: "en", timeZone: "Europe/Rome", ...options });
    await book.contacts.create({ id: "c-1", name: "Bruno Bianchi", email: "bruno@example.com" });
  }, { options, USERS });
}

/** Puts an element of this name into the page, for c-1. */
export async function show(page, tag, properties = {}) {
  await page.evaluate(([tag, properties]) => { put(tag, { book, contactId: "c-1", ...properties }); }, [tag, properties]);
  await page.waitForFunction((tag) => document.querySelector(tag).shadowRoot && !document.querySelector(tag).shadowRoot.querySelector(".skeleton"), tag);
}

/** What of the elements stands out of its window to a side, unless it can be scrolled to or is cut on purpose. */
export async function outside(page) {
  return page.evaluate(() => {
    const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? roots(one.shadowRoot) : []))];
    const up = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host;
    const kept = (one) => one && (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) || kept(up(one)));
    const wide = (one) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width > 1 && (left < -1 || right > innerWidth + 1);
    };
    const all = roots(document).slice(1).flatMap((root) => [...root.querySelectorAll("*")]);
    return all.filter((one) => !(one instanceof SVGElement) && one.checkVisibility() && wide(one) && !kept(one)).map((one) => `${one.localName}.${one.className}`).slice(0, 5);
  });
}

/** What axe-core finds wrong, in a line each. Run outside the page's policy, as a tester's tool would be. */
export async function violations(page) {
  const { readFile } = await import("node:fs/promises");
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: await readFile(axe, "utf8") });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }).then(({ violations }) => {
      const lines = ({ id, nodes }) => nodes.map(({ target, failureSummary, html }) => [id, JSON.stringify(target), html.slice(0, 160), failureSummary].join(" "));
      return JSON.stringify(violations.flatMap(lines));
    })`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return JSON.parse(result.value);
}
