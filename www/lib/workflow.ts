// book.workflow: each call handed to the component under the name it has there.

import type { Handle } from "./handle.js";
import type { Session } from "./session.js";
import type { Workflow } from "./types.js";

export function workflow(session: Session, handle: Handle): Workflow {
  return {
    definitions: () => handle.now("workflow.definitions"),
    start: (contactId, definition, options) => handle.write("workflow.start", { id: contactId, definition }, options),
    options: (contactId, input) => handle.read("workflow.options", { id: contactId }, input),
    transition: (contactId, request, options) =>
      handle.write("workflow.transition", { id: contactId }, request, options),
    log: (contactId, query) => handle.read("workflow.log", { id: contactId }, query),
    transitionMany: async () => session.lacks("workflow.transitionMany"),
    path: async () => session.lacks("workflow.path"),
    revert: async () => session.lacks("workflow.revert"),
    insights: async () => session.lacks("workflow.insights"),
    diagram: () => session.lacks("workflow.diagram"),
    migrate: async () => session.lacks("workflow.migrate"),
  };
}
