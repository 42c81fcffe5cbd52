// book.sync: rounds with a server over the host's two hooks, one tab at a time. It decides when a round is made and what
// comes after what in it; what a batch means, and how far both sides are, only the component knows.

import { aborted, describe, StagebookError } from "./errors.js";
import type { Handle } from "./handle.js";
import { alone } from "./lock.js";
import type { Session } from "./session.js";
import type { Conflict, Sync, SyncBatch, SyncHooks, SyncStatus } from "./types.js";

/** The component's own account of where the book stands. */
interface Standing { waiting: number; lastSyncedAt?: string; conflicts: number; server?: string; cursor?: string }
interface Applied { applied: number; duplicates: number; conflicts: Conflict[] }
interface Server { id: string; replica?: string }
interface Options { signal: AbortSignal; batchSize: number }

const INTERVAL_MS = 60_000;
const BATCH = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

export function sync(session: Session, handle: Handle): Sync {
  let state: SyncStatus["state"] = "stopped";
  let failure: SyncStatus["error"];

  const status = (): SyncStatus => {
    const { waiting, lastSyncedAt, conflicts } = handle.now<Standing>("sync.status");
    return { state, waiting, ...(lastSyncedAt && { lastSyncedAt }), ...(failure && { error: failure }), conflicts };
  };
  const become = (next: SyncStatus["state"], error?: unknown) => {
    state = next;
    failure = error === undefined ? undefined : { code: codeOf(error), message: describe(error) };
    if (!session.ended) session.events.emit("sync", () => ({ status: status() }));
  };
  const told = async (done: Promise<Applied>): Promise<Applied> => {
    const applied = await done;
    for (const conflict of applied.conflicts) session.events.emit("conflict", () => ({ conflict: { ...conflict } }));
    return applied;
  };
  const round = (hooks: SyncHooks, options: Options) => new Round(handle, hooks, told, options).run();

  return {
    status,
    changes: (since, limit) => handle.read("sync.changes", {}, since ?? undefined, limit),
    apply: (batch) => told(handle.write("sync.apply", {}, batch)),
    conflicts: (query) => handle.read("sync.conflicts", {}, query),
    async now(hooks, { signal = new AbortController().signal } = {}) {
      session.check();
      if (signal.aborted) throw aborted(signal, session.locale);
      const before = state;
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
      const work = () => keepUp(() => round(hooks, { signal: stop.signal, batchSize }), session, become, intervalMs, stop.signal);
      void alone(session, "sync", stop.signal, work).finally(ended);
      return () => {
        stop.abort();
        become("stopped");
      };
    },
  };
}

/** Round after round: at once, after a change, when the browser is online again, and after a while. */
async function keepUp(
  round: () => Promise<void>, session: Session, become: (state: SyncStatus["state"], error?: unknown) => void,
  intervalMs: number, signal: AbortSignal,
): Promise<void> {
  let wake = () => {};
  let news = true;
  const call = () => { news = true; wake(); };
  const deaf = session.events.on("change", ({ source }) => source !== "sync" && call());
  globalThis.addEventListener?.("online", call);
  signal.addEventListener("abort", call);
  for (let failures = 0; !signal.aborted;) {
    const woken = new Promise<void>((resolve) => { wake = resolve; });
    let wait = intervalMs;
    if (globalThis.navigator?.onLine === false) {
      become("offline");
      news = false;
    } else {
      news = false;
      become("syncing");
      try {
        await round();
        failures = 0;
        if (!signal.aborted) become("idle");
      } catch (error) {
        if (signal.aborted) break;
        become("error", error);
        if ((error as { retry?: unknown } | null)?.retry === false) wait = Infinity;
        else wait = later(failures++, error);
        // What changes meanwhile goes with the next attempt; only coming online is worth one before its time.
        news = false;
      }
    }
    if (!news) {
      const timer = wait < Infinity ? setTimeout(wake, wait) : undefined;
      await woken;
      clearTimeout(timer);
    }
  }
  deaf();
  globalThis.removeEventListener?.("online", call);
}

class Round {
  readonly #handle: Handle;
  readonly #hooks: SyncHooks;
  readonly #told: (done: Promise<Applied>) => Promise<Applied>;
  readonly #options: Options;
  /** Why a batch could not be applied: the others of the round are, and then the round fails. */
  #fault: unknown;

  constructor(handle: Handle, hooks: SyncHooks, told: (done: Promise<Applied>) => Promise<Applied>, options: Options) {
    this.#handle = handle;
    this.#hooks = hooks;
    this.#told = told;
    this.#options = options;
  }

  /** What came in by now may void what goes out, and what goes out may be voided: so it is asked again after. */
  async run(): Promise<void> {
    await this.#told(this.#handle.write("sync.retry", {}));
    await this.#pull();
    if (await this.#push()) await this.#pull();
    if (this.#fault) throw this.#fault;
  }

  async #pull(): Promise<void> {
    const { signal, batchSize } = this.#options;
    let { server: known, cursor } = this.#handle.now<Standing>("sync.status");
    for (;;) {
      const given = await this.#hooks.pull(cursor ?? null, { signal, limit: batchSize });
      const { batches, more, server = { id: "" } } = given;
      if (known !== undefined && server.id !== known && cursor !== undefined) {
        [known, cursor] = [server.id, undefined];
        continue;
      }
      known = server.id;
      for (const batch of batches) await this.#take(server, batch);
      cursor = given.cursor;
      await this.#told(this.#handle.write("sync.pulledTo", {}, server, cursor, !more));
      if (!more) return;
      signal.throwIfAborted();
    }
  }

  async #take(server: Server, batch: SyncBatch): Promise<void> {
    try {
      await this.#told(this.#handle.write("sync.pulled", {}, server, batch));
    } catch (error) {
      if (!(error instanceof StagebookError) || (error.code !== "batch" && error.code !== "fork")) throw error;
      this.#fault ??= error;
    }
  }

  /** Whether anything went out. */
  async #push(): Promise<boolean> {
    const { signal, batchSize } = this.#options;
    for (let any = false; ; any = true) {
      const batch = await this.#handle.read<SyncBatch | undefined>("sync.outgoing", {}, batchSize);
      if (!batch) return any;
      const { accepted, expected } = await this.#hooks.push(batch, { signal });
      const held = expected ?? batch.from + accepted;
      if (held === batch.from) throw new StagebookError("batch", "The server accepted nothing of a batch.");
      await this.#handle.write("sync.acknowledged", {}, batch.replica, held);
      signal.throwIfAborted();
    }
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "failed";
}

/** When a round is made again that failed after so many failures. */
function later(failures: number, error: unknown): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  return Math.max(wait, Number((error as { retryAfterMs?: unknown } | null)?.retryAfterMs) || 0);
}
