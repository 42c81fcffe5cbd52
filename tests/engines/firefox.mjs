// Firefox, by WebDriver BiDi, which it speaks itself: no driver stands between.

import puppeteer from "puppeteer-core";
import { atDeep } from "./deep.mjs";

export async function start(executablePath) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, defaultViewport: { width: 1100, height: 900 }, extraPrefsFirefox: { "intl.accept_languages": "en-GB" } });
  return {
    version: await browser.version(),
    async tab(url) {
      const page = await browser.newPage();
      await page.goto(url);
      const one = async (wanted) => (await page.evaluateHandle(atDeep, wanted)).asElement();
      return {
        run: (work, ...args) => page.evaluate(`(${work})(...${JSON.stringify(args)})`),
        there: async (wanted) => (await one(wanted)) !== null,
        click: async (wanted) => (await one(wanted)).click(),
        type: async (wanted, text) => (await one(wanted)).type(text),
        reload: () => page.reload(),
        close: () => page.close(),
        front: () => page.bringToFront(),
      };
    },
    close: () => browser.close(),
  };
}
