// A form that goes as bytes and the same form that goes as JSON, which a member that nothing knows makes it do, are one
// and the same to the caller; against the built package.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { Book } from "./types.js";

const label = (text: string) => ({ en: text, it: `${text} it` });
const definition = (id: string) => ({
  id, version: 1, initial: "a", transitions: [],
  stages: [{ id: "a", label: label("A") }, { id: "b", label: label("B"), activityPolicy: "closed" as const, activities: [{ type: "call" }] }, { id: "z", final: true }],
  activityTypes: [{ id: "call", label: label("Call") }, { id: "old", label: label("Old"), disabled: true }, { id: "mail", label: label("Mail") }],
});
const NAMES = ["type", "date", "due", "description", "outcome", "assignee", "user", "createTask", "start", "end", "stage", "definition", "constructor", "toJSON"];
const TEXTS = [
  "call", "mail", "old", "a", "b", "anna", "", " ", "\u001f", "\u0000", "\n", "\u007f", "è", "😀", "\ud83d", "x\ude00", "1", "0", "true", "x".repeat(127), "x".repeat(128), "x".repeat(129),
  "x".repeat(1000), "x".repeat(10_001), "è".repeat(10_001), "😀".repeat(10_000), "2026-03-09", "2026-03-10", "2026-02-30", "2024-12-31", "2025-01-01", "2026-03-09T14:05:00.000Z",
  "2026-03-09T14:05:00.001Z", "2026-03-08T23:59:59.999Z", "2026-03-09T25:00:00.000Z", "2026-03-09T23:59:60.000Z", "2026-03-09T14:05:00+01:00", "2026-03-09t14:05:00z", "two", "first",
];
const ODD = [null, 0, 1, NaN, 1n, true, false, undefined, [], ["call"], {}, { start: "2026-03-09" }, new Date(0), () => "call", Symbol("call"), new String("call"), Object.create({ type: "call" }), JSON.parse('{"__proto__":{"type":"call"}}')];

/** mulberry32 */
function dice(seed: number) {
  let state = seed;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const pick = <T>(list: readonly T[]) => list[Math.floor(roll() * list.length)]!;
  const value = () => (roll() < 0.97 ? pick(TEXTS) : pick(ODD));
  const some = (names: readonly string[], share: number) => Object.fromEntries(names.filter(() => roll() < share).map((name) => [name, name === "createTask" ? pick([true, false]) : value()]));
  const box = (names: readonly string[]) => {
    const given: Record<string, unknown> = some(names, 0.6);
    if (roll() < 0.03) Object.assign(given, some(NAMES, 0.1));
    if (roll() < 0.4) given.remind = roll() < 0.95 ? some(["start", "end"], 0.7) : value();
    return given;
  };
  /** Mostly what a form holds. */
  return () => {
    const boxes: Record<string, unknown> = {};
    if (roll() < 0.6) boxes.pending = roll() < 0.98 ? box(["type", "date", "description", "due", "assignee", "createTask"]) : value();
    if (roll() < 0.4) boxes.log = roll() < 0.98 ? box(["type", "date", "user", "description", "outcome"]) : value();
    const place = pick([undefined, {}, { stage: "a" }, { stage: "b" }, { stage: "b", definition: "two" }, { definition: "two" }, { stage: "nowhere" }, { stage: value() }, { stage: "b", definition: value() }, value()]);
    return [boxes, place] as const;
  };
}

/** What a call comes to, and whether JSON was written for it. */
function outcome(call: () => unknown) {
  const { stringify } = JSON;
  let json = false;
  JSON.stringify = (...args: [never]) => ((json = true), stringify(...args));
  try {
    return { result: call(), json };
  } catch (error) {
    const { name, code, message, issues } = error as { name: string; code?: string; message: string; issues?: unknown };
    return { result: { name, code, message, issues }, json };
  } finally {
    JSON.stringify = stringify;
  }
}

describe("a form goes as bytes where it can", () => {
  let open: (locale: string, users?: Book["actor"][]) => Promise<Book>;
  before(async () => {
    const { openBook } = (await import(pathToFileURL(resolve("pkg/node.js")).href)) as typeof import("./types.js");
    const definitions = [definition("first"), definition("two")];
    open = (locale, users) => openBook({ definitions, actor: { id: "anna" }, locale, timeZone: "Europe/Rome", clock: () => Date.UTC(2026, 2, 9, 12), ...(users && { users: users as never }) });
  });

  test("and is told the same as one that goes as JSON", async () => {
    const books = [await open("en"), await open("it", [{ id: "anna", name: "Anna" }])];
    const form = dice(1), went = { bytes: 0, found: 0, refused: 0 };
    for (let nth = 0; nth < 20_000; nth++) {
      const [boxes, place] = form();
      const { activities } = books[nth % 2]!;
      const bytes = outcome(() => activities.validate(boxes, place as never));
      const json = outcome(() => activities.validate({ ...boxes, nothing: 0 } as never, place as never));
      assert.deepEqual(bytes.result, json.result, `form ${nth}: ${inspect([boxes, place], { depth: 9 })}`);
      assert.deepEqual(JSON.stringify(bytes.result), JSON.stringify(json.result), `order of form ${nth}`);
      assert.ok(json.json);
      if (!bytes.json) went.bytes += 1;
      if (Array.isArray(bytes.result)) went.found += bytes.result.length;
      else went.refused += 1;
    }
    assert.ok(went.bytes > 2_000 && went.found > 10_000 && went.refused > 500, JSON.stringify(went));
  });

  test("and is the caller's own copy, in the language that the book now has", async () => {
    const book = await open("en");
    const validate = () => book.activities.validate({ log: { type: "mail" } }, { stage: "b" });
    const found = validate();
    assert.deepEqual(found, [{ path: "log.type", code: "type-not-in-stage", severity: "error", message: found[0]!.message, params: { type: "mail", label: "Mail", stage: "B" } }]);
    const { message } = found[0]!;
    Object.assign(found[0]!, { message: "" });
    Object.assign(found[0]!.params!, { label: "" });
    assert.deepEqual([validate()[0]!.message, validate()[0]!.params!.label], [message, "Mail"]);
    book.configure({ locale: "it" });
    assert.notEqual(validate()[0]!.message, message);
    assert.equal(validate()[0]!.params!.label, "Mail it");
  });

  test("a member that is read has another form checked meanwhile", async () => {
    const [book, other] = [await open("en"), await open("en")];
    const nested: unknown[] = [];
    const date = { get date() { nested.push(other.activities.validate({ pending: { type: "mail", due: "never" } })); return "never"; } };
    const found = book.activities.validate({ log: { type: "call", ...date, description: "x" }, pending: { type: "call", ...date, assignee: "anna" } });
    assert.deepEqual(found.map(({ path, code }) => [path, code]), [["log.date", "date-invalid"], ["pending.date", "date-invalid"]]);
    const box = (get: () => string) => Object.defineProperty({ type: "call" }, "date", { enumerable: true, get }) as { type: string };
    const again = book.activities.validate({ log: box(() => String(other.activities.validate({ log: { type: "void" } }).length)) });
    assert.deepEqual(again.map(({ path, code }) => [path, code]), [["log.date", "date-invalid"]]);
    assert.equal(book.activities.validate({ log: box(() => { book.activities.validate({ log: { type: "z".repeat(90) } }); return "2026-03-01"; }) }).length, 0);
    assert.throws(() => book.activities.validate({ log: box(() => { throw new RangeError("mine"); }) }), /mine/);
    assert.deepEqual(outcome(() => book.activities.validate({ log: { type: "call" } })), { result: [], json: false });
  });

  test("more findings than one number holds are all told", async () => {
    const book = await open("en", [{ id: "anna", name: "Anna" }]);
    const boxes = { log: { type: "old", date: "x", user: "u", description: "d" }, pending: { type: "old", date: "x", due: "x", remind: { start: "x", end: "x" } } };
    const { result, json } = outcome(() => book.activities.validate(boxes));
    assert.equal(json, false);
    assert.deepEqual((result as { path: string }[]).map(({ path }) => path), ["log.type", "log.date", "log.user", "pending.type", "pending.date", "pending.due", "pending.assignee", "pending.remind.start", "pending.remind.end"]);
  });
});
