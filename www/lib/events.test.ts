import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet, Events } from "./events.js";

test("a listener that throws is reported and disturbs nobody", async (t) => {
  const reported: unknown[] = [];
  const page = globalThis as { reportError?: unknown };
  const before = page.reportError;
  page.reportError = (error: unknown) => reported.push(error);
  t.after(() => { page.reportError = before; });
  const events = new Events();
  const heard: string[] = [];
  events.on("closed", () => { throw new Error("host"); });
  events.on("closed", ({ reason }: { reason: string }) => heard.push(reason));
  events.emit("closed", () => ({ reason: "close" }));
  assert.deepEqual(heard, ["close"]);
  assert.equal((reported[0] as Error).message, "host");
});

test("one function registered twice is told twice, and unsubscribes one by one", () => {
  const events = new Events();
  let told = 0;
  const listener = () => { told += 1; };
  const first = events.on("closed", listener);
  const second = events.on("closed", listener);
  const emit = () => events.emit("closed", () => ({ reason: "close" }));
  emit();
  first();
  first();
  emit();
  second();
  emit();
  assert.equal(told, 3);
});

test("each listener has its own copy of the detail", () => {
  const events = new Events();
  const heard: string[][] = [];
  for (let i = 0; i < 2; i += 1) {
    events.on("change", ({ contactIds }: { contactIds: string[] }) => heard.push(contactIds.splice(0)));
  }
  const ids = ["a"];
  events.emit("change", () => ({ contactIds: [...ids], source: "local" }));
  assert.deepEqual(heard, [["a"], ["a"]]);
});

test("changes merge: each contact once, and 'reload' wins", () => {
  const changes = new ChangeSet();
  assert.equal(changes.take(), undefined);
  changes.add(["a", "b"]);
  changes.add(["b", "c"]);
  assert.deepEqual(changes.take(), ["a", "b", "c"]);
  changes.add(["a"]);
  changes.add([]);
  changes.add(["b"]);
  assert.deepEqual(changes.take(), []);
  assert.equal(changes.take(), undefined);
});

test("more than 1 000 contacts are 'reload'", () => {
  const changes = new ChangeSet();
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => `c${from + i}`);
  changes.add(ids(0, 1_000));
  assert.equal(changes.take()?.length, 1_000);
  changes.add(ids(0, 600));
  changes.add(ids(600, 401));
  assert.deepEqual(changes.take(), []);
});

test("what was told meanwhile is forgotten", () => {
  const changes = new ChangeSet();
  changes.add(["a", "b"]);
  changes.forget(["a"]);
  assert.deepEqual(changes.take(), ["b"]);
  changes.add(["a"]);
  changes.forget([]);
  assert.equal(changes.take(), undefined);
});
