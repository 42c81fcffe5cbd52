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
    path: (contactId, to) => handle.read("workflow.path", { id: contactId, to }),
    revert: (contactId, options) => handle.write("workflow.revert", { id: contactId }, options),
    insights: query => handle.read("workflow.insights", {}, query),
    diagram: (definition, format, { contactId } = {}) => handle.now("workflow.diagram", { definition, format, contactId }),
    migrate: (plan, options) => migrate(session, handle, plan, options),
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

type Migrate = Parameters<Workflow["migrate"]>;
type Migration = Awaited<ReturnType<Workflow["migrate"]>>;

/** A page of contacts at a time, so that an abort between two leaves whole pages behind. */
async function migrate(
  session: Session, handle: Handle, plan: Migrate[0], { dryRun = false, signal }: NonNullable<Migrate[1]> = {},
): Promise<Migration> {
  const report: Migration = { moved: 0, blocked: [] };
  for (let cursor: string | undefined; ;) {
    if (signal?.aborted) throw aborted(signal, session.locale, report);
    const page = await handle.write<Migration & { next?: string }>("workflow.migrate", {}, plan, dryRun, cursor);
    report.moved += page.moved;
    report.blocked.push(...page.blocked);
    if ((cursor = page.next) === undefined) return report;
  }
}
