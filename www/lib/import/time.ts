/**
 * Times as other systems write them, to RFC 3339. Only what is sure is rewritten; a text that is no time stays as it is, so
 * that whoever reads the row can reject it and show it. Reads no clock.
 */

export interface TimeOptions {
  /** Where a time without an offset was written: an IANA name ("Europe/Rome"), "Z", or an offset ("+01:00"). Default "Z". */
  timeZone?: string;
  /** How days are written where the year does not come first: "dmy" reads 09/03/2026 as 9 March. Default: not at all. */
  dayOrder?: "dmy" | "mdy";
}

export interface Time {
  /** RFC 3339, or the text as it was. */
  text: string;
  /** Epoch milliseconds, NaN where the text is no time. */
  ms: number;
}

export type TimeReader = (raw: string) => Time;

const RFC3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const LOOSE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;
const YEAR_LAST = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)/;
const YEAR_SLASH = /^(\d{4})[./](\d{1,2})[./](\d{1,2})(?!\d)/;
const TIME_OF_DAY = /([T ])(\d):/;
const OFFSET = /^[+-]\d\d:\d\d$/;

/** What turns a text into an instant. A day without a time is its first moment. */
export function timeReader(options: TimeOptions = {}): TimeReader {
  const offsetAt = zone(options.timeZone ?? "Z");
  return (raw) => {
    if (RFC3339.test(raw)) return { text: raw, ms: Date.parse(raw) };
    const parts = LOOSE.exec(yearFirst(raw.trim(), options.dayOrder));
    return (parts && exact(parts, offsetAt)) ?? { text: raw, ms: NaN };
  };
}

/** A day as YYYY-MM-DD where the text is just a day, else as `timeReader` gives it. */
export function dayOrTime(raw: string, read: TimeReader, options: TimeOptions = {}): string {
  const day = yearFirst(raw.trim(), options.dayOrder);
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : read(raw).text;
}

function yearFirst(text: string, order: TimeOptions["dayOrder"]): string {
  const two = (digits: string) => digits.padStart(2, "0");
  const day = text
    .replace(YEAR_SLASH, (_, year: string, month: string, day: string) => `${year}-${two(month)}-${two(day)}`)
    .replace(YEAR_LAST, (all, a: string, b: string, year: string) =>
      order === undefined ? all : order === "dmy" ? `${year}-${two(b)}-${two(a)}` : `${year}-${two(a)}-${two(b)}`);
  return day.replace(TIME_OF_DAY, "$10$2:");
}

function exact(parts: RegExpExecArray, offsetAt: (wall: number) => string): Time | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction, written] = parts;
  const shown = fraction === undefined ? "" : `.${fraction.slice(0, 9)}`;
  let date = `${year}-${month}-${day}`;
  let time = `${hour}:${minute}:${second}${shown}`;
  if (/^24:00:00(\.0+)?$/.test(time)) {
    // XML Schema's end of a day, which RFC 3339 does not have.
    const next = Date.parse(`${date}T00:00:00Z`) + 86_400_000;
    if (Number.isNaN(next)) return undefined;
    date = new Date(next).toISOString().slice(0, 10);
    time = "00:00:00";
  }
  const wall = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wall)) return undefined;
  const text = `${date}T${time}${written === undefined ? offsetAt(wall) : offsetText(written)}`;
  return { text, ms: Date.parse(text) };
}

function offsetText(written: string): string {
  if (written.length === 1) return "Z";
  return written.includes(":") ? written : `${written.slice(0, 3)}:${written.slice(3)}`;
}

/** The offset that held in a zone when its clocks showed `wall` (milliseconds as if in UTC). In the hour that autumn repeats, the first. */
function zone(name: string): (wall: number) => string {
  if (/^(?:Z|UTC)$/i.test(name) || OFFSET.test(name)) return () => (OFFSET.test(name) ? name : "Z");
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  const offset = (at: number): number => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part["year"]!, part["month"]! - 1, part["day"]!, part["hour"]!, part["minute"]!, part["second"]!) - Math.floor(at / 1000) * 1000;
  };
  return (wall) => {
    // The offsets of the day before and after are the only candidates; where neither fits (spring's gap), the one before does.
    const [before, after] = [offset(wall - 86_400_000), offset(wall + 86_400_000)];
    const right = [before, after].find((one) => offset(wall - one) === one) ?? before;
    return signed(right);
  };
}

function signed(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
