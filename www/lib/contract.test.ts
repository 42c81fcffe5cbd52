// The published types against the contract that lies beside the checkout, where it does: comments may differ, no
// declaration may, but for what the package adds.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const CONTRACT = "../shared/api.d.ts";
/** As they stand in the published types. */
const ADDED = [
  "readonly users: readonly User[];",
  "readonly messages: Readonly<Record<string, Record<string, string>>>;",
  'export(format: "csv", query?: Omit<HistoryQuery, "limit" | "cursor" | "count"> & { contactId?: string; bom?: boolean }): ReadableStream<Uint8Array>;',
];
const skip = existsSync(CONTRACT) ? false : `${CONTRACT} is not here`;

/** Without comments, blanks at line ends and empty lines. No string in it holds a comment's beginning. */
const declarations = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "").replace(/[ \t]+/g, " ")
    .split("\n").map((line) => line.trim()).filter(Boolean);

test("the published declarations are the contract's, and what is added", { skip }, () => {
  const [published, contract] = ["www/lib/types.d.ts", CONTRACT].map((file) => declarations(readFileSync(file, "utf8")));
  assert.deepEqual(published!.filter((line) => ADDED.includes(line)), ADDED);
  assert.deepEqual(published!.filter((line) => !ADDED.includes(line)), contract);
});
