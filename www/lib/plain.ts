// What a caller passes in, as plain data: copied before the component sees it, so that getters, cycles and any depth are
// dealt with here, where an exception is only an exception. Absent and undefined are the same from here on.

import { StagebookError } from "./errors.js";
import { say } from "./messages.js";

/** Far deeper than anything the contract has. */
const DEEPEST = 32;

/** The JSON of a call's arguments. What JSON.stringify would change in silence, numbers that are none and text that no
 * UTF-8 can hold, is looked for in what it wrote: a look at every value on its way would cost more than all the rest. */
export function json(args: readonly unknown[], locale?: string): string {
  try {
    const text = JSON.stringify(args);
    if (!/null|\\ud/.test(text)) return text;
  } catch {
    // A cycle, a BigInt, a getter that throws: found again below, with its path.
  }
  return JSON.stringify(args.map((arg) => plain(arg, locale)));
}

/** A copy of `value`. Refused: text that no UTF-8 can hold, numbers that are none, and what is nested without end. */
export function plain(value: unknown, locale?: string, path = "", depth = 0): unknown {
  if (typeof value === "string" && !wellFormed(value)) throw refusal(path, locale);
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) throw refusal(path, locale);
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON(), locale, path, depth + 1);
  if (depth > DEEPEST) throw refusal(path, locale);
  const below = (member: unknown, key: string | number) =>
    plain(member, locale, path ? `${path}.${key}` : `${key}`, depth + 1);
  if (Array.isArray(value)) return value.map(below);
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([key, member]) => {
    if (!wellFormed(key)) throw refusal(path, locale);
    return [key, below(member, key)];
  }));
}

function wellFormed(text: string): boolean {
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

function refusal(path: string, locale?: string): StagebookError {
  const message = say("plain", locale);
  return new StagebookError("invalid", message, { issues: [{ path, code: "not-allowed", severity: "error", message }] });
}
