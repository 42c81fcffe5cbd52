// What the end-to-end tests run on: the packed package installed in a host's folder and served from there under the
// Content-Security-Policy of a careful host, as a bare page (`blank.html`, with the package as `globalThis.stagebook`) and
// inside the demo. It knows nothing of what the tests do there.

import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { dist } from "../../www/scripts/paths.mjs";
import { POLICY, serveFolder } from "../../www/scripts/static.mjs";
import { consumer } from "../pack/consumer.mjs";

export { POLICY };

/** A page that loads the package and nothing else. Absolute, so that it works in whichever folder a page is put. */
export const pageOf = (script) => `<!doctype html><meta charset="utf-8"><title>host</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;
const LOAD = 'import * as stagebook from "/node_modules/stagebook/browser.js";\nglobalThis.stagebook = stagebook;\n';

/** Packs, installs, serves. Resolves to { host, url, demo, cut, close }, cut() ends
 * the serving alone; `policy` replaces the served Content-Security-Policy. */
export async function site({ policy } = {}) {
  const host = await consumer();
  await cp(dist, join(host.folder, "demo"), { recursive: true });
  await rm(join(host.folder, "demo/stagebook"), { recursive: true });
  await cp(host.installed, join(host.folder, "demo/stagebook"), { recursive: true });
  await host.put("blank.html", pageOf("/blank.js"));
  await host.put("blank.js", LOAD);
  const server = await serveFolder(host.folder, policy ? { policy } : {});
  let ended;
  const cut = () => (ended ??= server.close());
  return {
    host,
    url: server.url,
    demo: `${server.url}demo/`,
    cut,
    async close() {
      await cut();
      await host.remove();
    },
  };
}

/**
 * For the tests of one describe(): the site, and one user's browser on a profile that outlives it. `ready` runs with each start
 * of the browser, and restart() is one; `with` are options of the browser.
 */
export function visitor({ ready, with: options = {} } = {}) {
  const visit = {
    /** The site. */
    place: undefined,
    /** Of the profile. */
    folder: undefined,
    /** The browser as it now runs. */
    context: undefined,
    tab: (path) => blank(visit.context, visit.place, path),
    async end() {
      await visit.context?.close();
      visit.context = undefined;
    },
    async restart() {
      await visit.end();
      visit.context = await chromium.launchPersistentContext(visit.folder, { ...launchOptions(), ...options });
      await ready?.();
    },
  };
  before(async () => {
    visit.place = await site();
    visit.folder = await realpath(await mkdtemp(join(tmpdir(), "stagebook-profile-")));
  });
  after(async () => {
    await visit.end();
    if (visit.folder) await rm(visit.folder, { recursive: true, force: true });
    await visit.place?.close();
  });
  return visit;
}

/** A new tab with the package loaded. */
export async function blank(context, { url }, path = "blank.html") {
  const tab = await context.newPage();
  await tab.goto(url + path);
  await tab.waitForFunction(() => globalThis.stagebook);
  return tab;
}

/** Collects what a page complains of: console errors, uncaught errors, refusals of the Content-Security-Policy. */
export function complaints(tab) {
  const found = [];
  tab.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") found.push(`${message.type()}: ${message.text()}`); });
  tab.on("pageerror", (error) => found.push(`uncaught: ${error.message}`));
  tab.on("requestfailed", (request) => { if (!/ERR_ABORTED/.test(request.failure()?.errorText ?? "")) found.push(`failed: ${request.url()}`); });
  return found;
}
