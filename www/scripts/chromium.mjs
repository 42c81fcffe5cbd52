// How tests start Chromium: alone, without a window, and without the traffic a browser makes of its own accord.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { target } from "./paths.mjs";

export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--disable-component-update",
  "--disable-background-networking",
  "--no-first-run",
];

/** Writes the capabilities that wasm-bindgen's test runner hands to chromedriver; returns the file's path. */
export function webdriverFile(chromium) {
  const file = join(target, "webdriver.json");
  mkdirSync(target, { recursive: true });
  writeFileSync(file, JSON.stringify({ "goog:chromeOptions": { binary: chromium, args: FLAGS } }, null, 2));
  return file;
}

/** What playwright-core's launch() and launchPersistentContext() take. */
export const launchOptions = () => ({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
