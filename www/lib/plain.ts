// What a caller passes in, as plain data: copied before the component sees it, so that getters, cycles and any depth are
// dealt with here, where an exception is only an exception. Absent and undefined are the same from here on.

import type { RawBook } from "#glue";
import { StagebookError } from "./errors.js";
import { say } from "./messages.js";

/** Far deeper than anything the contract has. */
const DEEPEST = 32;

/** A copy of `value`. Refused: text that no UTF-8 can hold, and what is nested without end. */
export function plain(value: unknown, locale?: string, path = "", depth = 0): unknown {
  if (typeof value === "string" && !wellFormed(value)) throw refusal(path, locale);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw refusal(path, locale);
  const under = (key: string) => (path ? `${path}.${key}` : key);
  if (Array.isArray(value)) return value.map((item, place) => plain(item, locale, under(String(place)), depth + 1));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    if (!wellFormed(key)) throw refusal(path, locale);
    Object.defineProperty(copy, key, {
      value: plain(member, locale, under(key), depth + 1), enumerable: true, configurable: true, writable: true,
    });
  }
  return copy;
}

/** The component's handle, with every argument made plain on its way in. */
export function careful(raw: RawBook, locale?: string): RawBook {
  return new Proxy(raw, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        const answer: unknown = method.apply(target, args.map((arg) => plain(arg, locale)));
        return name === "as" ? careful(answer as RawBook, locale) : answer;
      };
    },
  });
}

function wellFormed(text: string): boolean {
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

function refusal(path: string, locale?: string): StagebookError {
  const message = say("plain", locale);
  return new StagebookError("invalid", message, { issues: [{ path, code: "not-allowed", severity: "error", message }] });
}
