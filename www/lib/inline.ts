// Entry that carries the component in itself, for hosts that serve no second file.

import { facade } from "./index.js";
import base64 from "#wasm-base64";

export { crmContact, StagebookError } from "./index.js";

export const {
  openBook, deleteBook, checkDefinition, simulate, openSimulation, verifyInclusion, verifyConsistency, verifyLog,
} = /* @__PURE__ */ facade({
  own: async () => decode(base64),
  read: (where) => fetch(where),
});

/** Not fetch("data:…"), which a Content-Security-Policy would have to allow. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
