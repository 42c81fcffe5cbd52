// Dates, durations and numbers as the reader's language writes them, in the book's time zone. Says nothing about what is
// late or due: that is the book's.

export interface Formats {
  /** A day ("2026-03-09") or an instant, for reading. */
  date(value: string): string;
  /** The day of either, as an <input type="date"> takes it. */
  day(value: string): string;
  /** The day after the one of either. */
  dayAfter(value: string): string;
  number(value: number): string;
  seconds(milliseconds: number): string;
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `language` as it is written where the reader lives, if they read it: en-GB for "en". */
export function formats(language: string, timeZone: string): Formats {
  const locale = navigator.languages.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const wholeDay = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const numbers = new Intl.NumberFormat(locale);
  const seconds = new Intl.NumberFormat(locale, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  const day = (value: string) => (DAY.test(value) ? value : dayIn(timeZone, new Date(value)));
  return {
    date: (value) => (DAY.test(value) ? wholeDay : instant).format(new Date(value)),
    day,
    dayAfter: (value) => new Date(Date.parse(day(value)) + DAY_MS).toISOString().slice(0, 10),
    number: (value) => numbers.format(value),
    seconds: (milliseconds) => seconds.format(milliseconds / 1000),
  };
}

function dayIn(timeZone: string, date: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(date);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}
