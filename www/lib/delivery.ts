// The delivery of outbox items by the host's handler: one after the other, again later where it failed. It decides when a
// handler is called, never what an item is.

import { backoff, FIRST_WAIT_MS, LONGEST_WAIT_MS } from "./backoff.js";
import { describe } from "./errors.js";
import type { Session } from "./session.js";
import type { Outbox, OutboxItem } from "./types.js";

type Handler = Parameters<Outbox["deliver"]>[0];
type Result = Parameters<Outbox["settle"]>[1];
/** All that has to be delivered, or the one item if it still has. */
export type Due = (id?: string) => Promise<OutboxItem[]>;
export type Settle = (id: string, result: Result & { attempts?: number }, options?: object) => Promise<OutboxItem>;
/** What is known of an item that failed for now. */
interface Tried { attempts: number; notBefore: number; answer?: Result | undefined }

const MOST_ATTEMPTS = 10;
/** The longest text a book keeps. */
const MOST_TEXT = 10_000;

/** Delivers until `signal` is raised. */
export async function delivery(
  handler: Handler, maxAttempts = MOST_ATTEMPTS, due: Due, settle: Settle, session: Session, signal: AbortSignal,
): Promise<void> {
  const pass = passes(handler, maxAttempts, due, settle, signal);
  await repeat(() => pass().catch(soon), session, signal);
}

/** Does `work` again and again: after a change of the book, and at the time that it gave. */
async function repeat(work: () => Promise<number>, session: Session, signal: AbortSignal): Promise<void> {
  let wake = () => {};
  const deaf = session.events.on("change", () => wake());
  signal.addEventListener("abort", () => wake());
  while (!signal.aborted) {
    const woken = new Promise<void>((resolve) => { wake = resolve; });
    const wait = await work() - Date.now();
    // A timer that is set for more than some weeks ahead fires at once.
    const timer = wait < Infinity ? setTimeout(wake, Math.min(wait, LONGEST_WAIT_MS)) : undefined;
    await woken;
    clearTimeout(timer);
  }
  deaf();
}

/** What hands items to the host, one after the other, those that failed not before their time. Gives the next such time. */
function passes(handler: Handler, maxAttempts: number, due: Due, settle: Settle, signal: AbortSignal) {
  const waiting = new Map<string, Tried>();

  /** undefined: done with it. What was answered and can't be written down now is not asked for again. */
  async function attempt(item: OutboxItem, tried: Tried): Promise<Tried | undefined> {
    const attempts = tried.attempts + 1;
    let { answer } = tried;
    try {
      answer ??= answerOf(await handler({ ...item, attempts: tried.attempts }, { signal }));
    } catch (error) {
      if (attempts < maxAttempts || signal.aborted) return { attempts, notBefore: Date.now() + backoff(tried.attempts, error) };
      answer = { status: "failed", error: words(describe(error)) };
    }
    return settle(item.id, { ...answer, attempts }).then(() => undefined, () => ({ ...tried, answer, notBefore: soon() }));
  }

  return async (): Promise<number> => {
    const ids = new Set((await due()).map(({ id }) => id));
    for (const id of waiting.keys()) if (!ids.has(id)) waiting.delete(id);
    for (const id of ids) {
      const tried = waiting.get(id) ?? { attempts: 0, notBefore: 0 };
      if (signal.aborted || tried.notBefore > Date.now()) continue;
      // While those before it were delivered it may have been settled by hand, or erased.
      const [item] = await due(id);
      const next = item && await attempt(item, tried);
      if (next) waiting.set(id, next);
      else waiting.delete(id);
    }
    return Math.min(...[...waiting.values()].map(({ notBefore }) => notBefore));
  };
}

/** Where the book's trouble is not the host's: what could not be read or written now is next time. */
const soon = () => Date.now() + FIRST_WAIT_MS;

function answerOf(given: unknown): Result {
  const { failed, ref } = Object(given);
  if (failed || failed === "") return { status: "failed", error: words(failed) };
  return { status: "sent", ...(ref != null && { ref: words(ref) }) };
}

/** Text that the book takes, whatever a host gave: an answer that it refused would have the item go out again. */
const words = (given: unknown) =>
  String(given).slice(0, MOST_TEXT).replace(/\p{Surrogate}/gu, "\ufffd").trim() || "failed";
