// book.activities: each call handed to the component under the name it has there.

import type { RawBook } from "#glue";
import type { Session } from "./session.js";
import type { Activities } from "./types.js";

export function activities(session: Session, raw: RawBook): Activities {
  return {
    types: (contactId) => session.read(() => raw.activitiesTypes(session.id(contactId))),
    draft: (boxes, context) => JSON.parse(session.now(() => raw.activitiesDraft(boxes, context))),
    validate: (boxes, context) => JSON.parse(session.now(() => raw.activitiesValidate(boxes, context))),
    // The contract's overloads tell the rows' type from the query; here it is one call.
    list: (contactId: string, query?: object) =>
      session.read<never>(() => raw.activitiesList(session.id(contactId), query)),
    complete: (pendingId, input, options) =>
      session.write(() => raw.activitiesComplete(session.id(pendingId), input, options)),
    reopen: (pendingId, options) => session.write(() => raw.activitiesReopen(session.id(pendingId), options)),
    cancel: (pendingId, options) => session.write(() => raw.activitiesCancel(session.id(pendingId), options)),
    update: async () => session.lacks("activities.update"),
    reminders: async () => session.lacks("activities.reminders"),
    nextReminderAt: async () => session.lacks("activities.nextReminderAt"),
    snooze: async () => session.lacks("activities.snooze"),
    acknowledge: async () => session.lacks("activities.acknowledge"),
    calendar: async () => session.lacks("activities.calendar"),
  };
}
