// Follows a book's "change" events at a pace a page can keep: one refresh at a time, what changes meanwhile is merged into
// the next.

/** In a set of changed contacts: any may have changed. */
export const ANY = "*";

export function merged(refresh: (changed: ReadonlySet<string>) => Promise<void>, restMs: () => number): (contactIds: readonly string[]) => void {
  let waiting = new Set<string>();
  let running = false;
  const run = async () => {
    running = true;
    while (waiting.size > 0) {
      const changed = waiting;
      waiting = new Set();
      await refresh(changed);
      await new Promise((resolve) => setTimeout(resolve, restMs()));
    }
    running = false;
  };
  return (contactIds) => {
    for (const id of contactIds.length > 0 ? contactIds : [ANY]) waiting.add(id);
    if (!running) void run();
  };
}
