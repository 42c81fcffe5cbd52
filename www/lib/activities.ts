// book.activities: each call handed to the component under the name it has there.

import type { Handle } from "./handle.js";
import type { Activities, Issue } from "./types.js";

export function activities(handle: Handle): Activities {
  return {
    types: (contactId) => handle.read("activities.types", { id: contactId }),
    draft: (boxes, context) => handle.now("activities.draft", boxes, context),
    validate: (boxes, context) => handle.check(boxes, context) ?? handle.now<Issue[] | undefined>("activities.validate", boxes, context) ?? [],
    // The contract's overloads tell the rows' type from the query; here it is one call.
    list: (contactId: string, query?: object) => handle.read<never>("activities.list", { id: contactId }, query),
    complete: (pendingId, input, options) => handle.write("activities.complete", { id: pendingId }, input, options),
    reopen: (pendingId, options) => handle.write("activities.reopen", { id: pendingId }, options),
    cancel: (pendingId, options) => handle.write("activities.cancel", { id: pendingId }, options),
    update: (pendingId, changes, options) => handle.write("activities.update", { id: pendingId }, changes, options),
    reminders: (query) => handle.read("activities.reminders", {}, query),
    nextReminderAt: (query) => handle.read("activities.nextReminderAt", {}, query),
    snooze: (pendingId, until, options) => handle.write("activities.snooze", { id: pendingId, until }, options),
    acknowledge: (pendingId, options) => handle.write("activities.acknowledge", { id: pendingId }, options),
    calendar: (query) => handle.text("activities.calendar", query),
  };
}
