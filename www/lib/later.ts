// The parts of the contract that this version lacks as a whole. They say so, and never seem to work.

import type { Session } from "./session.js";
import type { Sync } from "./types.js";

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
