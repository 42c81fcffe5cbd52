// The elements for everybody: what axe-core finds in every state, in both languages, light and dark; the keyboard alone; small
// windows; targets that a finger hits.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { harness, open, shot, show, violations } from "./harness.mjs";

let host;
before(async () => { host = await harness(); });
after(() => host?.close());

/** A contact in the middle of things, at a time that stays. */
async function filled(options = {}, book = {}) {
  const made = await host.page({ clock: "2026-11-26T10:00:00Z", ...options });
  await open(made.page, book);
  await made.page.evaluate(async () => {
    const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
    const call = (more) => ({ pending: { type: "intro-call", assignee: "anna", ...more } });
    await book.contacts.save("c-1", { activities: [{ log: { type: "register-contact", description: "Registered at the fair in Verona" } }, { log: { type: "intro-call", outcome: "Interested in the yearly plan" }, ...call({ date: day(-8), due: day(-3), description: "Send the offer", createTask: true }) }] });
    await book.workflow.transition("c-1", { to: "qualification", note: "Budget confirmed" });
    const { pending: [, , last] } = await book.contacts.save("c-1", { activities: [call({ due: day(0), remind: { start: day(-1), end: day(1) }, createTask: true }), call({ assignee: "sofia", type: "register-contact", due: day(5), description: "VAT number" }), call({})] });
    await book.activities.cancel(last.id, { reason: "Not needed" });
    await book.contacts.comment("c-1", { text: "Prefers mornings. <b>Never</b> on Fridays." });
    await book.contacts.save("c-1", { set: { phone: "+39 06 1234567" } });
  });
  return made;
}

const click = (name) => (page) => page.getByRole("button", { name }).first().click();
const STATES = {
  activities: { tag: "stagebook-panel" },
  log: { tag: "stagebook-panel", given: { tab: "log" } },
  history: { tag: "stagebook-panel", given: { tab: "history" } },
  "history-filters": { tag: "stagebook-history", then: (page) => page.locator('[aria-controls="more-filters"]').click() },
  "history-nomatch": {
    tag: "stagebook-history",
    async then(page) {
      await page.locator('[name="text"]').fill("zzz");
      await page.clock.runFor(1_000);
      await page.locator(".empty").waitFor();
    },
  },
  form: {
    tag: "stagebook-panel",
    async then(page) {
      for (const box of ["log", "pending"]) await page.locator(`[name="${box}.type"]`).selectOption("intro-call");
      await page.locator('[name="pending.due"]').fill("2001-01-01");
    },
  },
  blocked: { tag: "stagebook-panel", prepare: () => book.contacts.create({ id: "c-9", name: "New" }), given: { contactId: "c-9" } },
  "boxes-alone": { tag: "stagebook-stage-path", given: { contactId: "c-9" }, then: click(/^(Log it|Registra):/) },
  dialog: { tag: "stagebook-panel", then: click(/^(Edit|Modifica):/) },
  diagram: { tag: "stagebook-stage-path", then: click(/^Diagram/) },
  readonly: { tag: "stagebook-panel", given: { readonly: true } },
  archived: { tag: "stagebook-panel", prepare: async () => { await book.contacts.create({ id: "c-8", name: "Old" }); await book.contacts.archive("c-8"); }, given: { contactId: "c-8" } },
  unknown: { tag: "stagebook-panel", given: { contactId: "nobody" } },
  failure: { tag: "stagebook-panel", prepare: () => { globalThis.failure = new stagebook.StagebookError("wasm-blocked", "WebAssembly is forbidden."); }, given: {}, then: (page) => page.evaluate(() => { document.querySelector("stagebook-panel").failure = failure; }) },
  tasks: { tag: "stagebook-tasks", given: { contactId: undefined } },
  insights: { tag: "stagebook-insights", given: { contactId: undefined }, then: (page) => page.locator("summary").click() },
  undo: {
    tag: "stagebook-panel",
    async then(page) {
      await click(/^(Cancel it|Annullala):/)(page);
      await page.getByRole("dialog").locator("[type=submit]").click();
      await page.locator("stagebook-activities .notice").getByRole("button").first().waitFor();
    },
  },
};

async function put(page, { tag, given, prepare, then }) {
  if (prepare) await page.evaluate(prepare).catch((error) => { if (!/exists already/.test(error.message)) throw error; });
  await page.evaluate(() => document.querySelectorAll("main > :not(h1, h2)").forEach((one) => one.remove()));
  await show(page, tag, given);
  await page.waitForTimeout(150);
  await then?.(page);
  await page.waitForTimeout(150);
}

describe("axe-core finds nothing", () => {
  for (const locale of ["en", "it"]) {
    for (const theme of ["light", "dark"]) {
      it(`${locale}, ${theme}`, { timeout: 180_000 }, async () => {
        const { page, complained, context } = await filled({ colorScheme: theme }, { locale });
        const found = {};
        for (const [name, state] of Object.entries(STATES)) {
          await put(page, state);
          const wrong = await violations(page);
          if (wrong.length) found[name] = wrong;
          for (const width of [1280, 768, 320]) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(80);
            if (locale === "en" || theme === "light") await shot(page, `${name}-${locale}-${theme}-${width}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (wide > 0) (found[name] ??= []).push(`${wide} pixels too wide at ${width}`);
          }
          await page.setViewportSize({ width: 1280, height: 900 });
        }
        assert.deepEqual(found, {});
        assert.deepEqual(complained, []);
        await context.close();
      });
    }
  }
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
  await shot(page, "forced-colours");
  await context.close();
});

it("on paper everything is there and no button is", async () => {
  const { page, context } = await filled();
  await show(page, "stagebook-panel", { tab: "history" });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("button:not(.step, .fold):visible").count(), 0);
  for (const stage of ["Start", "Lead"]) await page.getByText(stage, { exact: true }).first().waitFor();
  await shot(page, "print");
  await context.close();
});
