import assert from "node:assert/strict";
import { test } from "node:test";
import { aborted, asError, lacking, StagebookError } from "./errors.js";

test("the component's error text becomes a StagebookError with all its data", () => {
  const blockers = [{ code: "note-required", message: "A note is missing.", params: {} }];
  const error = asError(JSON.stringify({ code: "refused", message: "It can't move.", blockers, details: { n: 1 } }));
  assert.ok(error instanceof StagebookError && error instanceof Error);
  assert.equal(error.name, "StagebookError");
  assert.equal(error.code, "refused");
  assert.equal(error.message, "It can't move.");
  assert.deepEqual(error.blockers, blockers);
  assert.deepEqual([error.issues, error.definitionIssues], [[], []]);
  assert.deepEqual(error.details, { n: 1 });
});

test("an error without data has empty lists, no details and no cause", () => {
  const error = new StagebookError("closed", "Closed.");
  assert.deepEqual([error.issues, error.blockers, error.definitionIssues], [[], [], []]);
  assert.ok(!("details" in error) && !("cause" in error));
});

test("anything else thrown is internal, and kept as the cause", () => {
  for (const thrown of [new TypeError("no"), "not JSON", "{}", 42, undefined]) {
    const error = asError(thrown);
    assert.equal(error.code, "internal");
    assert.equal(error.cause, thrown);
  }
  const own = new StagebookError("quota", "Full.");
  assert.equal(asError(own), own);
});

test("what this version lacks is said in one sentence, in the book's language", () => {
  assert.equal(lacking("tasks.list", "en-GB").message, "This version of stagebook does not have tasks.list yet.");
  assert.equal(lacking("tasks.list", "it").message, "Questa versione di stagebook non ha ancora tasks.list.");
  assert.deepEqual(lacking("tasks.list", "de").details, { lacks: "tasks.list" });
});

test("an abort carries the signal's reason and what was done before it", () => {
  const reason = new Error("left the page");
  const error = aborted(AbortSignal.abort(reason), "en", { imported: 3 });
  assert.equal(error.code, "aborted");
  assert.equal(error.cause, reason);
  assert.deepEqual(error.details, { imported: 3 });
});
