import assert from "node:assert/strict";
import { test } from "node:test";
import { StagebookError } from "./errors.js";
import { plain } from "./plain.js";

const refusedAt = (path: string | RegExp) => (error: unknown) =>
  error instanceof StagebookError && error.code === "invalid" && error.issues.length === 1 &&
  (typeof path === "string" ? error.issues[0]!.path === path : path.test(error.issues[0]!.path));

/** `value` inside so many lists or objects. */
const nested = (value: unknown, levels: number, wrap: (inner: unknown) => unknown) =>
  Array.from({ length: levels }).reduce((inner) => wrap(inner), value);

test("plain data is copied, and what is undefined is absent", () => {
  const given = { a: [1, "è \ud83d\ude00", null, true, undefined], b: { c: undefined, d: {} } };
  const copy = plain(given) as typeof given;
  assert.deepEqual(copy, { a: [1, "è 😀", null, true, undefined], b: { d: {} } });
  assert.ok(copy !== given && copy.a !== given.a && copy.b.d !== given.b.d);
  for (const value of [undefined, null, 0, "", false]) assert.equal(plain(value), value);
});

test("a getter is asked once, and what it throws is its own", () => {
  let asked = 0;
  assert.deepEqual(plain({ get a() { return (asked += 1); } }), { a: 1 });
  assert.equal(asked, 1);
  const thrown = new RangeError("mine");
  assert.throws(() => plain({ get a() { throw thrown; } }), (error) => error === thrown);
});

test("members are own ones, whatever they are called", () => {
  const given = Object.assign(Object.create({ inherited: 1 }), JSON.parse('{"__proto__":{"x":1},"constructor":2}'));
  const copy = plain(given) as object;
  assert.deepEqual(Object.keys(copy), Object.keys(given));
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  assert.equal(JSON.stringify(plain(JSON.parse('{"__proto__":{"x":1}}'))), '{"__proto__":{"x":1}}');
});

test("a lone surrogate is refused where it is, in texts and in names", () => {
  assert.throws(() => plain("\ud83d"), refusedAt(""));
  assert.throws(() => plain({ a: [0, { b: "x\ude00" }] }), refusedAt("a.1.b"));
  assert.throws(() => plain({ a: { "\ud83d": 1 } }), refusedAt("a"));
  const text = { isWellFormed: undefined };
  const { isWellFormed } = String.prototype as { isWellFormed?: () => boolean };
  Object.assign(String.prototype, text);
  try {
    assert.throws(() => plain({ a: "\ud83d" }), refusedAt("a"));
    assert.equal(plain("\ud83d\ude00"), "😀");
  } finally {
    Object.assign(String.prototype, { isWellFormed });
  }
});

test("what is nested without end is refused, and a cycle is", () => {
  for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ a: inner })]) {
    assert.deepEqual(plain(nested(1, 33, wrap)), nested(1, 33, wrap));
    assert.throws(() => plain(nested(1, 34, wrap)), refusedAt(/^[a0](\.[a0]){32}$/));
    assert.throws(() => plain(nested(1, 5_000, wrap)), refusedAt(/^[a0](\.[a0]){32}$/));
  }
  const cycle: { self?: unknown[] } = {};
  cycle.self = [cycle];
  assert.throws(() => plain(cycle), refusedAt(/^self\.0\.self/));
});
