// book.workflow: each call handed to the component under the name it has there.

import { aborted, type StagebookError } from "./errors.js";
import type { Handle } from "./handle.js";
import type { Session } from "./session.js";
import type { BulkResult, Workflow } from "./types.js";

export function workflow(session: Session, handle: Handle): Workflow {
  return {
    definitions: () => handle.now("workflow.definitions"),
    start: (contactId, definition, options) => handle.write("workflow.start", { id: contactId, definition }, options),
    options: (contactId, input) => handle.read("workflow.options", { id: contactId }, input),
    transition: (contactId, request, options) =>
      handle.write("workflow.transition", { id: contactId }, request, options),
    log: (contactId, query) => handle.read("workflow.log", { id: contactId }, query),
    transitionMany: (contactIds, request, options) => transitionMany(session, handle, contactIds, request, options),
    path: async () => session.lacks("workflow.path"),
    revert: async () => session.lacks("workflow.revert"),
    insights: async () => session.lacks("workflow.insights"),
    diagram: () => session.lacks("workflow.diagram"),
    migrate: async () => session.lacks("workflow.migrate"),
  };
}

type Many = Parameters<Workflow["transitionMany"]>;

/** Moves in flight together share a commit; more at once would only hold more memory. */
const TOGETHER = 200;

async function transitionMany(
  session: Session, handle: Handle, contactIds: Many[0], request: Many[1], { signal, ...options }: Many[2] = {},
): Promise<BulkResult[]> {
  session.check();
  const move = async (contactId: string): Promise<BulkResult> => {
    const commandId = options.commandId && `${options.commandId}/${contactId}`;
    try {
      const record = await handle.write<never>("workflow.transition", { id: contactId }, request, { ...options, commandId });
      return { contactId, ok: true, record };
    } catch (error) {
      return { contactId, ok: false, error: error as StagebookError };
    }
  };
  const results: BulkResult[] = [];
  for (let at = 0; at < contactIds.length; at += TOGETHER) {
    if (signal?.aborted) throw aborted(signal, session.locale, { results });
    results.push(...await Promise.all(contactIds.slice(at, at + TOGETHER).map(move)));
  }
  return results;
}
