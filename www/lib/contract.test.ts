// The published types against the contract that lies beside the checkout, where it does: comments may differ, and
// there may be more, but no declaration is another.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const CONTRACT = "../shared/api.d.ts";
const skip = existsSync(CONTRACT) ? false : `${CONTRACT} is not here`;

/** Without comments, blanks at line ends and empty lines. No string in it holds a comment's beginning. */
const declarations = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "").replace(/[ \t]+/g, " ")
    .split("\n").map((line) => line.trim()).filter(Boolean);

test("the published declarations hold the contract's, in its order; the package may add to them", { skip }, () => {
  const [published, contract] = ["www/lib/types.d.ts", CONTRACT].map((file) => declarations(readFileSync(file, "utf8")));
  let at = 0;
  const lacking = contract!.find((line) => (at = published!.indexOf(line, at) + 1) === 0);
  assert.equal(lacking, undefined);
});
