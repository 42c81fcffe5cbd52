// The demo's workflow: the preset, and who may do what in it.
import { crmContact, type WorkflowDefinition } from "stagebook";
import type { Role } from "./people.js";

const WORKS: readonly Role[] = ["sales", "manager"];
const DECIDES: readonly Role[] = ["manager"];

export function withRoles(definition: WorkflowDefinition): WorkflowDefinition {
  return {
    ...definition,
    stages: definition.stages.map((stage) => ({ ...stage, editRoles: WORKS })),
    permissions: {
      archive: DECIDES, erase: DECIDES, reassign: DECIDES,
      invite: WORKS, message: WORKS, share: WORKS, comment: WORKS, importHistory: WORKS,
    },
  };
}

/** A version of its own: a book that was made with the bare preset opens with it. */
export const demoDefinition: WorkflowDefinition = { ...withRoles(crmContact), version: 2 };
