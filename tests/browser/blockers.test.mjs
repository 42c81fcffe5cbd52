// Every reason that stands against a move, at once: as options() lists them and as the refusal carries them, with codes,
// parameters and fixes, in English and in Italian, in Node and in Chromium.

import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { blocked } from "../seed/blocked.mjs";
import { pageOf, site } from "./site.mjs";

const CODES = ["role-missing", "activity-missing", "field-missing", "reason-required", "note-required"];
const LABEL = { en: "Introductory call", it: "Call conoscitiva" };
const params = (locale) => [{ roles: ["sales", "boss"], of: "transition" }, { type: "intro-call", label: LABEL[locale], missing: 2 }, { field: "budget" }, {}, {}];
const FIXES = [undefined, { do: "log", type: "intro-call", missing: 2 }, { do: "set", field: "budget" }, { do: "input", what: "reason" }, { do: "input", what: "note" }];

describe("a contact blocked for a missing role, activity, field, reason and note", () => {
  let place;
  const found = {};
  before(async () => {
    place = await site();
    await copyFile(new URL("../seed/blocked.mjs", import.meta.url), join(place.host.folder, "blocked.mjs"));
    found.Node = await place.host.node("run-blocked.mjs", `
      import * as stagebook from "stagebook";
      import { blocked } from "./blocked.mjs";
      console.log(JSON.stringify({ en: await blocked(stagebook, "memory", "en"), it: await blocked(stagebook, "memory", "it") }));`);
    found.Chromium = await inChromium();
  });
  after(() => place?.close());

  async function inChromium() {
    await place.host.put("blocked.js", `
      import * as stagebook from "./node_modules/stagebook/browser.js";
      import { blocked } from "./blocked.mjs";
      globalThis.run = async () => ({ en: await blocked(stagebook, "indexeddb", "en"), it: await blocked(stagebook, "indexeddb", "it") });`);
    await place.host.put("blocked.html", pageOf("/blocked.js"));
    const browser = await chromium.launch(launchOptions());
    try {
      const tab = await browser.newPage();
      await tab.goto(`${place.url}blocked.html`);
      await tab.waitForFunction(() => globalThis.run);
      return await tab.evaluate(() => globalThis.run());
    } finally {
      await browser.close();
    }
  }

  for (const where of ["Node", "Chromium"]) {
    for (const locale of ["en", "it"]) {
      it(`reports all of them in ${where} (${locale}), and the refusal carries the same`, () => {
        const { option, refusal, saved } = found[where][locale];
        assert.deepEqual(option.blockers.map(({ code }) => code), CODES);
        assert.deepEqual([option.allowed, option.needsInput], [false, false]);
        assert.deepEqual(option.blockers.map((blocker) => blocker.params), params(locale));
        assert.deepEqual(option.blockers.map(({ fix }) => fix), FIXES);
        assert.equal(refusal.code, "refused");
        assert.deepEqual(refusal.blockers, option.blockers);
        assert.deepEqual(saved, refusal, "save() refuses as transition() does");
      });
    }

    it(`says them in the book's language in ${where}, with the label of what is missing`, () => {
      const [english, italian] = ["en", "it"].map((locale) => found[where][locale].option.blockers.map(({ message }) => message));
      for (const messages of [english, italian]) assert.equal(new Set(messages).size, CODES.length);
      english.forEach((message, at) => assert.notEqual(message, italian[at]));
      assert.match(english[1], new RegExp(LABEL.en));
      assert.match(italian[1], new RegExp(LABEL.it));
      assert.match(english.join(" "), /role[\s\S]*reason[\s\S]*note/i);
      assert.match(italian.join(" "), /ruol[\s\S]*motiv[\s\S]*nota/i);
    });

    it(`goes on blocking with what is still missing as one after the other is cleared in ${where}`, () => {
      assert.deepEqual(found[where].en.cleared, [
        ["activity-missing", "field-missing", "reason-required", "note-required"],
        ["activity-missing 1", "field-missing", "reason-required", "note-required"],
        ["field-missing", "reason-required", "note-required"],
        ["reason-required", "note-required", "needs input"],
        ["note-required", "needs input"],
        [],
      ]);
      assert.deepEqual(found[where].en.moved, ["start", "qualification", "budget agreed", "by phone"]);
    });
  }
});
