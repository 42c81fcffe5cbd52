// The bytes a host pays for, compressed as a web server would (brotli 11), against the budgets that hold.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { filesOf } from "./bundle.mjs";
import { pkg } from "./paths.mjs";

const KB = 1000;
/** The goal is 150 kB. Until it is reached this keeps the component from growing unnoticed: only a function of the contract
 * that is new may raise it. */
const WASM_LIMIT = 326 * KB;

/** Prints a table; returns the names of what is over its budget. The component's own holds where its build is `lean`. */
export function checkSizes(metafile, lean) {
  const browser = filesOf(metafile, "browser.js");
  const rows = [
    size("stagebook.wasm", ["stagebook.wasm"], lean ? WASM_LIMIT : undefined),
    // The goal is 10 kB; syncing, exports, proofs and moves in bulk are more than it has room for.
    size("facade and glue", browser, 13 * KB),
    size("inline, all", filesOf(metafile, "inline.js")),
    size("sync/http", filesOf(metafile, "sync-http.js")),
    size("server, postgres", ["server-postgres.js", ...filesOf(metafile, "server-node.js")]),
    size("import", filesOf(metafile, "import.js")),
    size("one script, all", ["stagebook.global.js"]),
    size("elements, Lit in", filesOf(metafile, "elements-define.js"), 30 * KB),
  ];
  console.log("what               raw        brotli     budget");
  for (const { name, raw, packed, budget } of rows) console.log(name.padEnd(16), kB(raw), kB(packed), budget ? kB(budget) : "");
  return rows.filter(({ packed, budget }) => packed > budget).map(({ name }) => name);
}

function size(name, files, budget) {
  const contents = files.map((file) => readFileSync(join(pkg, file)));
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return { name, budget, raw: sum(contents.map((c) => c.length)), packed: sum(contents.map(brotli)) };
}

const brotli = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }).length;

const kB = (bytes) => `${(bytes / KB).toFixed(1)} kB`.padStart(10);
