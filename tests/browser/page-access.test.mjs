// The demo for everybody: what axe-core finds in each of its rooms, in both languages, light and dark, on a wide screen and (where
// only the layout is another, once a language) on a narrow one.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { violations } from "../elements/harness.mjs";
import { demo, NARROW, tooWide, WIDE } from "./demo.mjs";

const CONTACT = "#contact=C009";
const click = (id) => (page) => page.getByTestId(id).click();
const PLACES = {
  contacts: { hash: "#" },
  selecting: { hash: "#", then: click("select-several") },
  import: { hash: "#", then: click("tools") },
  contact: { hash: CONTACT },
  conflict: { hash: "#contact=C029" },
  log: { hash: "#contact=C002&tab=log" },
  history: { hash: "#contact=C002&tab=history" },
  archived: { hash: "#contact=C028" },
  erased: { hash: "#contact=C032" },
  tasks: { hash: "#tasks" },
  outbox: { hash: "#outbox" },
  "all history": { hash: "#history" },
  insights: { hash: "#insights" },
  verified: { hash: "#insights", then: click("verify") },
  keys: { hash: "#insights", then: click("keys"), dialog: true },
  edit: { hash: CONTACT, then: click("edit"), dialog: true },
  delete: { hash: CONTACT, then: click("delete"), dialog: true },
};

describe("axe-core finds nothing on the demo", () => {
  for (const language of ["en", "it"])
    for (const colorScheme of ["light", "dark"])
      it(`${language}, ${colorScheme}`, { timeout: 180_000 }, async () => {
        const { page, complained, shot, close } = await demo({ prepare: (page) => page.emulateMedia({ colorScheme, reducedMotion: "reduce" }) });
        try {
          await page.getByTestId("language").selectOption(language);
          await page.getByTestId("book").selectOption(`sample-${language}`);
          await page.getByTestId("conflicts").waitFor({ state: "attached" });
          await page.locator("#conflicts > summary").click();
          const found = {};
          for (const [name, { hash, then, dialog }] of Object.entries(PLACES)) {
            await page.evaluate((hash) => { location.hash = hash; }, hash);
            await page.waitForTimeout(150);
            await then?.(page);
            for (const size of colorScheme === "light" ? [WIDE, NARROW] : [WIDE]) {
              await page.setViewportSize(size);
              await page.waitForTimeout(100);
              const wrong = [...(await violations(page)), ...(await tooWide(page))];
              if (wrong.length > 0) found[`${name}, ${size.width}`] = wrong;
              await shot(`demo-${name}-${size.width}-${language}-${colorScheme}`);
            }
            await page.setViewportSize(WIDE);
            if (dialog) await page.keyboard.press("Escape");
          }
          assert.deepEqual(found, {});
          assert.deepEqual(complained, []);
        } finally {
          await close();
        }
      });
});
