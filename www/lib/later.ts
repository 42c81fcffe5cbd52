// The parts of the contract that this version lacks as a whole. They say so, and never seem to work.

import type { Session } from "./session.js";
import type { Outbox, Sync, Tasks } from "./types.js";

export function tasks(session: Session): Tasks {
  return {
    list: async () => session.lacks("tasks.list"),
    complete: async () => session.lacks("tasks.complete"),
    reopen: async () => session.lacks("tasks.reopen"),
    reassign: async () => session.lacks("tasks.reassign"),
  };
}

export function outbox(session: Session): Outbox {
  return {
    list: async () => session.lacks("outbox.list"),
    deliver: () => session.lacks("outbox.deliver"),
    settle: async () => session.lacks("outbox.settle"),
  };
}

export function sync(session: Session): Sync {
  return {
    start: () => session.lacks("sync.start"),
    now: async () => session.lacks("sync.now"),
    status: () => session.lacks("sync.status"),
    changes: async () => session.lacks("sync.changes"),
    apply: async () => session.lacks("sync.apply"),
    conflicts: async () => session.lacks("sync.conflicts"),
  };
}
