// Dates, durations and numbers as the reader's language writes them, in the book's time zone. Says nothing about what is
// late or due: that is the book's.

export interface Formats {
  /** A day ("2026-03-09") or an instant, for reading. */
  date(value: string): string;
  /** The time of day. */
  time(milliseconds: number): string;
  number(value: number): string;
  seconds(milliseconds: number): string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `language` as it is written where the reader lives, if they read it: en-GB for "en". */
export function formats(language: string, timeZone: string): Formats {
  const locale = navigator.languages.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const wholeDay = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone });
  const numbers = new Intl.NumberFormat(locale);
  const seconds = new Intl.NumberFormat(locale, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  return {
    date: (value) => (DAY.test(value) ? wholeDay : instant).format(new Date(value)),
    time: (milliseconds) => clock.format(milliseconds),
    number: (value) => numbers.format(value),
    seconds: (milliseconds) => seconds.format(milliseconds / 1000),
  };
}
