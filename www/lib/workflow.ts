// book.workflow: each call handed to the component under the name it has there.

import type { RawBook } from "#glue";
import type { Session } from "./session.js";
import type { Workflow } from "./types.js";

export function workflow(session: Session, raw: RawBook): Workflow {
  return {
    definitions: () => JSON.parse(session.now(() => raw.workflowDefinitions())),
    start: (contactId, definition, options) =>
      session.write(() => raw.workflowStart(session.id(contactId), session.id(definition, "definition"), options)),
    options: (contactId, input) => session.read(() => raw.workflowOptions(session.id(contactId), input)),
    transition: (contactId, request, options) =>
      session.write(() => raw.workflowTransition(session.id(contactId), request, options)),
    log: (contactId, query) => session.read(() => raw.workflowLog(session.id(contactId), query)),
    transitionMany: async () => session.lacks("workflow.transitionMany"),
    path: async () => session.lacks("workflow.path"),
    revert: async () => session.lacks("workflow.revert"),
    insights: async () => session.lacks("workflow.insights"),
    diagram: () => session.lacks("workflow.diagram"),
    migrate: async () => session.lacks("workflow.migrate"),
  };
}
