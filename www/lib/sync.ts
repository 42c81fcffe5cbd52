// book.sync: what a book says of itself to other devices, and the rounds with a server, one tab at a time. How a round
// goes is next door and loaded with the first: who syncs has a network.

import { aborted, describe } from "./errors.js";
import type { Handle } from "./handle.js";
import { alone, whenReachable } from "./lock.js";
import type { Session } from "./session.js";
import type { Applied, Options, Standing } from "./rounds.js";
import type { Sync, SyncHooks, SyncStatus } from "./types.js";

const INTERVAL_MS = 60_000;
const BATCH = 500;

export function sync(session: Session, handle: Handle): Sync {
  const status = (): SyncStatus => {
    const { state, error: failure } = session.syncing;
    const { waiting, lastSyncedAt, fault, conflicts } = handle.now<Standing>("sync.status");
    // A batch that waits in quarantine stops no round, and is told until it can be applied.
    const error = failure ?? (fault && { code: "batch", message: fault });
    return { state, waiting, ...(lastSyncedAt && { lastSyncedAt }), ...(error && { error }), conflicts };
  };
  const become = (next: SyncStatus["state"], error?: unknown) => {
    session.syncing = { state: next, ...(error !== undefined && { error: { code: codeOf(error), message: describe(error) } }) };
    if (!session.ended) session.events.emit("sync", () => ({ status: status() }));
  };
  const told = async (done: Promise<Applied>): Promise<Applied> => {
    const applied = await done;
    for (const conflict of applied.conflicts) session.events.emit("conflict", () => ({ conflict: { ...conflict } }));
    return applied;
  };
  const round = async (hooks: SyncHooks, options: Options) => {
    const { Round } = await import("./rounds.js");
    return new Round(handle, hooks, told, options).run();
  };

  return {
    status,
    changes: (since, limit) => handle.read("sync.changes", {}, since ?? undefined, limit),
    apply: (batch) => told(handle.write("sync.apply", {}, batch)),
    conflicts: (query) => handle.read("sync.conflicts", {}, query),
    async now(hooks, { signal = new AbortController().signal } = {}) {
      session.check();
      if (signal.aborted) throw aborted(signal, session.locale);
      const before = session.syncing.state;
      become("syncing");
      try {
        await round(hooks, { signal, batchSize: BATCH });
        become(before === "stopped" ? "stopped" : "idle");
      } catch (error) {
        become(before === "stopped" ? "stopped" : "error", error);
        throw signal.aborted ? aborted(signal, session.locale) : error;
      }
      return { ...status(), state: "idle" };
    },
    start(hooks, { intervalMs = INTERVAL_MS, batchSize = BATCH } = {}) {
      session.check();
      const stop = new AbortController();
      const ended = session.events.on("closed", () => stop.abort());
      become("idle");
      const work = async (signal: AbortSignal) => {
        const { keepUp } = await whenReachable(() => import("./rounds.js"), signal);
        await keepUp(() => round(hooks, { signal, batchSize }), session, become, intervalMs, signal);
        if (!stop.signal.aborted) become("idle");
      };
      void alone(session, handle, "sync", stop.signal, work).finally(ended);
      return () => {
        stop.abort();
        become("stopped");
      };
    },
  };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "failed";
}
