// Entry for browsers and bundlers: the component is a file beside this one. `new URL` with `import.meta.url` stands as
// bundlers look for it; they copy the file and put its new name here.

import { facade } from "./index.js";

export { crmContact, StagebookError } from "./index.js";

export const {
  openBook, deleteBook, checkDefinition, simulate, openSimulation, verifyInclusion, verifyConsistency, verifyLog,
} = /* @__PURE__ */ facade({
  own: () => fetch(new URL("./stagebook.wasm", import.meta.url)),
  read: (where) => fetch(where),
});
