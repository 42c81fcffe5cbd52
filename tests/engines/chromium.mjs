// Chromium, by its own protocol.

import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { atDeep } from "./deep.mjs";

export async function start() {
  const browser = await chromium.launch(launchOptions());
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1100, height: 900 } });
  return {
    version: `Chromium ${browser.version()}`,
    async tab(url) {
      const page = await context.newPage();
      await page.goto(url);
      const one = async (wanted) => (await page.evaluateHandle(atDeep, wanted)).asElement();
      return {
        run: (work, ...args) => page.evaluate(`(${work})(...${JSON.stringify(args)})`),
        there: async (wanted) => (await one(wanted)) !== null,
        click: async (wanted) => (await one(wanted)).click({ timeout: 2_000 }),
        type: async (wanted, text) => (await one(wanted)).fill(text),
        reload: () => page.reload(),
        close: () => page.close(),
        front: () => page.bringToFront(),
      };
    },
    close: () => browser.close(),
  };
}
