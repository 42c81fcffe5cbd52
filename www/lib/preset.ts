// The preset workflow, from the file the component itself is built with.

import source from "../../src/definition/crm-contact.json";
import type { WorkflowDefinition } from "./types.js";

/** Frozen: all that use it share it. */
export const crmContact = /* @__PURE__ */ frozen(source as unknown as WorkflowDefinition);

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
