// The elements' own words in the book's language, and dates, durations and numbers as that language writes them, in the book's
// time zone. Labels of stages and types, messages and summaries are the book's.
import type { Book } from "stagebook";
import en from "./messages-en.json";

export type Key = keyof typeof en;
export type Params = Record<string, string | number>;
/** Fills a text. Where `count` is given and the language has a form for it, that form is taken: `key.one`. */
export type Say = (key: Key, params?: Params) => string;

export interface Language {
  /** Of the page's element that holds the words: `lang` and `dir`. */
  readonly tag: string;
  readonly dir: "ltr" | "rtl";
  readonly t: Say;
  /** A Day or an Instant, with its time. */
  date(value: string): string;
  /** The day of either, for reading. */
  day(value: string): string;
  /** The day of either, as `<input type="date">` takes it. */
  inputDay(value: string): string;
  /** "in 3 days", "2 hours ago"; of a Day by days. */
  relative(value: string): string;
  month(value: string): string;
  duration(milliseconds: number): string;
  number(value: number): string;
}

/** Those that were wanted so far: English is part of the elements, another language comes when it is first used. */
const built: Record<string, Record<string, string>> = { en };
const LOADERS: Record<string, () => Promise<{ default: Record<string, string> }>> = { it: () => import("./messages-it.json") };
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const UNITS = [["year", 365 * DAY_MS], ["month", 30 * DAY_MS], ["day", DAY_MS], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]] as const;
/** What reads from right to left, or says how to read: it must not turn the sentence around it. */
const BIDI = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const RTL = /^(ar|arc|ckb|dv|fa|ha|he|khw|ks|ps|sd|ur|uz-Arab|yi)\b/i;

/** Brings what language() needs for a tag. Where that can't be loaded the words are English. */
export async function loadLanguage(tag: string): Promise<void> {
  const short = tag.split("-")[0] ?? tag;
  const load = short in built ? undefined : LOADERS[short];
  if (load) built[short] = await load().then((module) => module.default, () => en);
}

/** Without a book, the language of the page. */
export function language(book: Pick<Book, "locale" | "timeZone" | "messages"> | undefined, near: string): Language {
  const tag = book?.locale ?? (near || "en");
  const timeZone = book?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const short = tag.split("-")[0] ?? tag;
  const given = book?.messages ?? {};
  const layers: (Record<string, string> | undefined)[] = [named(given[tag]), named(given[short]), built[short], named(given["en"]), en];
  const find = (key: string) => layers.find((layer) => layer?.[key] !== undefined)?.[key];
  const locale = written(tag);
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const wholeDay = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const months = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const iso = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const inputDay = (value: string) => (DAY.test(value) ? value : iso.format(new Date(value)));
  return {
    tag,
    dir: RTL.test(tag) ? "rtl" : "ltr",
    t(key, params = {}) {
      const { count } = params;
      const form = typeof count === "number" ? find(`${key}.${plural.select(count)}`) : undefined;
      return (form ?? find(key) ?? key).replace(/\{(\w+)\}/g, (whole: string, name: string) => {
        const value = params[name];
        if (typeof value === "number") return number.format(value);
        return value === undefined ? whole : BIDI.test(value) ? apart(value) : value;
      });
    },
    date: (value) => (DAY.test(value) ? wholeDay : moment).format(new Date(value)),
    day: (value) => wholeDay.format(new Date(inputDay(value))),
    inputDay,
    relative(value) {
      if (DAY.test(value)) return ago.format((Date.parse(value) - Date.parse(inputDay(new Date().toISOString()))) / DAY_MS, "day");
      const ms = Date.parse(value) - Date.now();
      const [unit, size] = UNITS.find(([, least]) => Math.abs(ms) >= least) ?? ["second", 1_000];
      return ago.format(Math.trunc(ms / size), unit);
    },
    month: (value) => months.format(new Date(inputDay(value))),
    duration(ms) {
      const [unit, size] = UNITS.find(([, least]) => ms >= least) ?? ["second", 1_000];
      return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(Math.floor(ms / size));
    },
    number: (value) => number.format(value),
  };
}

/** What the value itself opens is closed, too. */
const apart = (value: string) => `\u2068${value}${"\u2069".repeat(value.split(/[\u2066-\u2068]/).length)}`;

/** A host's words for the elements, out of those for the book. */
function named(messages: Record<string, string> | undefined): Record<string, string> | undefined {
  return messages && new Proxy(messages, { get: (all, key) => all[`ui.${String(key)}`] });
}

/** As it is written where the reader lives, if they read it: en-GB for "en". A tag that is none is taken as English. */
function written(tag: string): string {
  const regional = globalThis.navigator?.languages?.find((one) => one === tag || one.startsWith(`${tag}-`)) ?? tag;
  try {
    return new Intl.Locale(regional).toString();
  } catch {
    return "en";
  }
}
