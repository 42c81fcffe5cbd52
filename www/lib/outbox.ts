// book.outbox: the items, and their delivery by the host's handler: one item at a time, one tab at a time, again later
// where it failed. It decides when a handler is called, never what an item is.

import { describe } from "./errors.js";
import type { Handle } from "./handle.js";
import { alone } from "./lock.js";
import type { Session } from "./session.js";
import type { Outbox, OutboxItem } from "./types.js";

type Handler = Parameters<Outbox["deliver"]>[0];
type Result = Parameters<Outbox["settle"]>[1];
/** What is known of an item that failed for now. */
interface Tried { attempts: number; notBefore: number }

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
const MOST_ATTEMPTS = 10;

export function outbox(session: Session, handle: Handle): Outbox {
  const settle = (id: string, result: Result & { attempts?: number }, options?: object) =>
    toldOf(session, handle.write("outbox.settle", { id }, result, options));
  return {
    list: (query) => handle.read("outbox.list", {}, query),
    settle,
    deliver(handler, { maxAttempts = MOST_ATTEMPTS } = {}) {
      session.check();
      const stop = new AbortController();
      const due = () => handle.read<OutboxItem[]>("outbox.due");
      const delivery = new Delivery(session, handler, maxAttempts, due, settle, stop.signal);
      const ended = session.events.on("closed", () => stop.abort());
      void alone(session, "outbox", stop.signal, () => delivery.run()).finally(ended);
      return () => stop.abort();
    },
  };
}

/** Tells listeners of an item that was just asked for or settled. */
export async function toldOf(session: Session, written: Promise<OutboxItem>): Promise<OutboxItem> {
  const item = await written;
  session.events.emit("outbox", () => ({ item: structuredClone(item) }));
  return item;
}

class Delivery {
  readonly #tried = new Map<string, Tried>();

  constructor(
    readonly session: Session,
    readonly handler: Handler,
    readonly maxAttempts: number,
    readonly due: () => Promise<OutboxItem[]>,
    readonly settle: (id: string, result: Result & { attempts: number }) => Promise<unknown>,
    readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    while (!this.signal.aborted) {
      const news = this.#news();
      try {
        await this.#pass();
      } catch {
        // The book's trouble is not the host's: what could not be read or settled now is next time.
        this.#tried.set("", { attempts: 0, notBefore: Date.now() + FIRST_WAIT_MS });
      }
      await news(this.#nextTry());
    }
  }

  async #pass(): Promise<void> {
    this.#tried.delete("");
    for (const item of await this.due()) {
      const { attempts = 0, notBefore = 0 } = this.#tried.get(item.id) ?? {};
      if (this.signal.aborted) return;
      if (notBefore <= Date.now()) await this.#try({ ...item, attempts });
    }
  }

  async #try(item: OutboxItem): Promise<void> {
    const attempts = item.attempts + 1;
    const result = await this.#ask(item, attempts);
    if (!result) return;
    this.#tried.delete(item.id);
    await this.settle(item.id, { ...result, attempts });
  }

  /** undefined: to be tried again. */
  async #ask(item: OutboxItem, attempts: number): Promise<Result | undefined> {
    try {
      const answer = await this.handler(item, { signal: this.signal });
      if (answer && "failed" in answer) return { status: "failed", error: answer.failed };
      return { status: "sent", ...(answer?.ref && { ref: answer.ref }) };
    } catch (error) {
      if (this.signal.aborted) return undefined;
      if (attempts >= this.maxAttempts) return { status: "failed", error: describe(error) || "failed" };
      const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
      const asked = Number((error as { retryAfterMs?: unknown } | null)?.retryAfterMs) || 0;
      this.#tried.set(item.id, { attempts, notBefore: Date.now() + Math.max(wait, asked) });
      return undefined;
    }
  }

  #nextTry(): number | undefined {
    const times = [...this.#tried.values()].map(({ notBefore }) => notBefore);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Listens from now on; what it gives waits for a change of the book, the time given, or the end. */
  #news(): (until: number | undefined) => Promise<void> {
    let wake!: () => void;
    const woken = new Promise<void>((resolve) => { wake = resolve; });
    const deaf = this.session.events.on("change", wake);
    this.signal.addEventListener("abort", wake);
    return async (until) => {
      const timer = until === undefined ? undefined : setTimeout(wake, Math.max(0, until - Date.now()));
      await woken;
      clearTimeout(timer);
      deaf();
      this.signal.removeEventListener("abort", wake);
    };
  }
}
