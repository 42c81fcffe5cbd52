// The elements' words: complete in both languages, with the same parameters, and followed through a host's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import en from "./messages-en.json";
import it from "./messages-it.json";
import { language, loadLanguage } from "./words.js";

const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const book = (locale: string, messages = {}) => ({ locale, timeZone: "Europe/Rome", messages });

test("Italian says all that English says, with the same parameters", () => {
  assert.deepEqual(Object.keys(it), Object.keys(en));
  for (const [key, text] of Object.entries(en)) assert.deepEqual(params(it[key as keyof typeof it]), params(text), key);
});

test("one is one, many are counted, as each language counts", async () => {
  await loadLanguage("it");
  assert.equal(language(book("en"), "").t("history.count", { count: 1 }), "One entry");
  assert.equal(language(book("it"), "").t("history.count", { count: 12_000 }), "12.000 voci");
});

test("a host's words come first, and what it leaves out is English", () => {
  const { t, dir } = language(book("ar-EG", { ar: { "ui.save": "حفظ" } }), "");
  assert.deepEqual([t("save"), t("cancel"), dir], ["حفظ", "Cancel", "rtl"]);
});

test("a name that reads the other way does not turn the sentence around it", () => {
  const { t } = language(book("en"), "");
  assert.equal(t("moved", { stage: "\u202Edaeh" }), "Now in \u2068\u202Edaeh\u2069.");
  assert.equal(t("moved", { stage: "a\u202E\u2066b" }), "Now in \u2068a\u202E\u2066b\u2069\u2069.");
  assert.equal(t("moved", { stage: "\u05D0" }), "Now in \u2068\u05D0\u2069.");
  assert.equal(t("moved", { stage: "Prospect" }), "Now in Prospect.");
});

test("a language tag that is none breaks nothing", () => {
  assert.match(language(book("no such tag"), "").date("2026-03-09"), /2026/);
});

test("days stay the book's days", () => {
  const { inputDay, day, month } = language(book("en"), "");
  assert.equal(inputDay("2026-03-31T22:30:00.000Z"), "2026-04-01");
  assert.match(day("2026-03-31T22:30:00.000Z"), /Apr/);
  assert.match(month("2026-03-31T22:30:00.000Z"), /April/);
});

test("durations name the largest unit that fits", () => {
  const { duration } = language(book("en"), "");
  assert.deepEqual([59_000, 3_600_000, 86_400_000 * 3, 86_400_000 * 400].map(duration), ["59 sec", "1 hr", "3 days", "1 yr"]);
});
