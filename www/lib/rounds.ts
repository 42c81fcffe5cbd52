// Rounds with a server over the host's two hooks: what comes after what in one, and when the next is made. What a batch
// means, and how far both sides are, only the component knows.

import { backoff } from "./backoff.js";
import { StagebookError } from "./errors.js";
import type { Handle } from "./handle.js";
import type { Session } from "./session.js";
import type { Conflict, SyncBatch, SyncHooks, SyncStatus } from "./types.js";

/** The component's own account of where the book stands. */
export interface Standing { waiting: number; lastSyncedAt?: string; conflicts: number; fault?: string; server?: string; cursor?: string }
export interface Applied { applied: number; duplicates: number; conflicts: Conflict[] }
export interface Options { signal: AbortSignal; batchSize: number }
interface Server { id: string; replica?: string }

/** Round after round: at once, after a change, when the browser is online again, and after a while. */
export async function keepUp(
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
        else wait = backoff(failures++, error);
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

export class Round {
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
