// Entry for Node and other hosts with its file system, whose fetch reads no files.

import { readFile } from "node:fs/promises";
import { facade } from "./index.js";

export { crmContact, StagebookError } from "./index.js";

export const {
  openBook, deleteBook, checkDefinition, simulate, openSimulation, verifyInclusion, verifyConsistency, verifyLog,
} = /* @__PURE__ */ facade({
  own: () => readFile(new URL("./stagebook.wasm", import.meta.url)),
  read: (where) => {
    const url = String(where);
    if (/^(https?|data|blob):/i.test(url)) return fetch(url);
    return readFile(/^file:/i.test(url) ? new URL(url) : url);
  },
});
