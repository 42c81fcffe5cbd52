// The elements for everybody: what axe-core finds in every state, in both languages, light and dark; the keyboard alone; small
// windows; targets that a finger hits.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { harness, open, outside, show, violations } from "./harness.mjs";
import { filled as fill, put, SCENES } from "./scenes.mjs";

let host;
before(async () => { host = await harness(); });
after(() => host?.close());
const filled = (options, book) => fill(host, options, book);

describe("axe-core finds nothing", () => {
  for (const locale of ["en", "it"]) {
    for (const theme of ["light", "dark"]) {
      it(`${locale}, ${theme}`, { timeout: 300_000 }, async () => {
        const { page, complained, context } = await filled({ colorScheme: theme }, { locale });
        const found = {};
        for (const [name, state] of Object.entries(SCENES)) {
          await put(page, state);
          const wrong = await violations(page);
          if (wrong.length) found[name] = wrong;
          for (const width of theme === "light" ? [1280, 768, 320] : []) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(80);
            const cut = await outside(page);
            if (cut.length) (found[name] ??= []).push(`too wide at ${width}: ${cut.join(", ")}`);
          }
        }
        assert.deepEqual(found, {});
        assert.deepEqual(complained, []);
        await context.close();
      });
    }
  }
});

describe("right to left", () => {
  const rtl = { locale: "ar", messages: { ar: {} } };

  it("nothing stands out to a side in any state", { timeout: 300_000 }, async () => {
    const { page, complained, context } = await filled({}, rtl);
    const found = {};
    for (const [name, state] of Object.entries(SCENES)) {
      await put(page, state);
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(80);
        const cut = await outside(page);
        if (cut.length) (found[name] ??= []).push(`at ${width}: ${cut.join(", ")}`);
      }
    }
    assert.deepEqual(found, {});
    assert.deepEqual(complained, []);
    await context.close();
  });

  it("is the mirror of left to right: the path begins at the right, icons stand before their text, arrows point on", async () => {
    const places = async (book) => {
      const { page, context } = await filled({}, book);
      await show(page, "stagebook-panel");
      const found = await page.evaluate(() => {
        const panel = document.querySelector("stagebook-panel").shadowRoot;
        const [path, list] = ["stagebook-stage-path", "stagebook-activities"].map((tag) => panel.querySelector(tag).shadowRoot);
        const middle = (one) => one.getBoundingClientRect().left + one.getBoundingClientRect().width / 2;
        const after = (root, first, second) => Math.sign(middle(root.querySelector(second)) - middle(root.querySelector(first)));
        return {
          stages: after(path, "li:first-child", "li:nth-child(2)"),
          icon: after(list, ".dot", ".head"),
          text: after(list, ".dot", ".row .text"),
          tabs: after(panel, "#tab-workflow", "#tab-history"),
          arrow: new DOMMatrix(getComputedStyle(path.querySelector(".primary .icon")).transform).a,
        };
      });
      await context.close();
      return found;
    };
    const [left, right] = [await places({}), await places(rtl)];
    assert.deepEqual(right, Object.fromEntries(Object.entries(left).map(([name, side]) => [name, -side])));
  });
});

it("the main flow goes by the keyboard alone", async () => {
  const { page, complained, context } = await host.page();
  await open(page);
  await show(page, "stagebook-panel");
  const where = () => page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
    return `${at.name ?? ""} ${label}`.replace(/\s+/g, " ").trim();
  });
  const to = async (wanted, key = "Tab") => {
    for (let n = 0; n < 80; n += 1) {
      await page.keyboard.press(key);
      if (wanted.test(await where())) return;
    }
    assert.fail(`${wanted} is not reached by ${key}`);
  };
  // What is missing leads to the form; its text field has the focus.
  await to(/Log it: Company/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-activity-form").shadowRoot.activeElement?.name === "log.description");
  await page.keyboard.type("Registered");
  await to(/^Save/);
  await page.keyboard.press("Enter");
  await page.getByText("one thing is needed").waitFor();
  await to(/Log it: Introductory/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("stagebook-panel").shadowRoot.querySelector("stagebook-activity-form").shadowRoot.activeElement?.name === "log.description");
  await to(/pending.type/);
  await page.keyboard.type("Intro");
  await to(/pending.due/);
  await page.keyboard.type("01012036");
  await to(/^Save/);
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Planned" }).waitFor();
  await to(/Move to Qualification/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Now in Qualification.").waitFor();
  // Complete what was planned.
  await to(/Done: Introductory call/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await to(/^outcome/);
  await page.keyboard.type("Reached");
  await to(/^Done/);
  await page.keyboard.press("Enter");
  await page.getByText("Outcome: Reached").waitFor();
  // Tabs by arrows, the history by Page Down.
  await to(/Workflow Log/, "Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("article").first().waitFor();
  await to(/^search|^text/i);
  await page.keyboard.type("Registered");
  await page.getByText("One entry").waitFor();
  assert.deepEqual(complained, []);
  await context.close();
});

it("Escape leaves a dialog, and the focus is back where it was", async () => {
  const { page, context } = await filled();
  await show(page, "stagebook-panel");
  const button = page.getByRole("button", { name: "Edit: Introductory call" }).first();
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await button.evaluate((one) => one.getRootNode().activeElement === one), true);
  await context.close();
});

it("what can be pressed is large enough for a finger", async () => {
  const { page, context } = await filled({ viewport: { width: 320, height: 640 } });
  for (const tab of ["activities", "history"]) {
    await show(page, "stagebook-panel", { tab });
    await page.waitForTimeout(200);
    const small = await page.evaluate(() => {
      const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? roots(one.shadowRoot) : []))];
      const targets = roots(document).flatMap((root) => [...root.querySelectorAll("button, select, summary, input:not([type=checkbox]), textarea")]);
      const sized = targets.filter((one) => one.offsetParent).map((one) => ({ name: one.textContent.trim() || one.name, ...one.getBoundingClientRect().toJSON() }));
      return sized.filter(({ width, height }) => width < 44 || height < 44).map(({ name, width, height }) => `${name} ${width}×${height}`);
    });
    assert.deepEqual(small, []);
  }
  await context.close();
});

it("nothing moves for those who asked for less motion", async () => {
  const { page, context } = await filled({ reducedMotion: "reduce" });
  await page.evaluate(() => { put("stagebook-panel", {}); });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("stagebook-panel").shadowRoot.querySelector(".skeleton i")).animationName), "none");
  await context.close();
});

it("in forced colours the current stage and the chosen tab still stand out", async () => {
  const { page, context } = await filled({ forcedColors: "active" });
  await show(page, "stagebook-panel");
  const outlines = await page.evaluate(() => {
    const root = document.querySelector("stagebook-panel").shadowRoot;
    const step = root.querySelector("stagebook-stage-path").shadowRoot.querySelector(".here > .step");
    return [step, root.querySelector('[aria-selected="true"]')].map((one) => getComputedStyle(one).outlineStyle);
  });
  assert.deepEqual(outlines, ["solid", "solid"]);
  await context.close();
});

it("on paper everything is there and no button is", async () => {
  const { page, context } = await filled();
  await show(page, "stagebook-panel", { tab: "history" });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("button:not(.step, .fold):visible").count(), 0);
  for (const stage of ["Start", "Lead"]) await page.getByText(stage, { exact: true }).first().waitFor();
  await context.close();
});
