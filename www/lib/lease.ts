// One at a time where there are no Web Locks (on pages without a secure context, in Node): within a book in turns, and of the
// tabs that share one whoever holds the lease that the component keeps in the store. It is renewed; a tab that was frozen for
// longer than it holds finds another at work, and waits.

import type { Handle } from "./handle.js";
import type { Work } from "./lock.js";
import type { Session } from "./session.js";

/** A third of what a lease holds for. */
const RENEW_MS = 10_000;

const turns = new WeakMap<Session, Map<string, Promise<void>>>();

/** Runs `work` once this book does no other work of that name and no other tab does. */
export function inTurn(session: Session, handle: Handle, what: string, signal: AbortSignal, work: Work): Promise<void> {
  const run = async () => {
    if (session.shares !== undefined) await leased(handle, what, signal, work);
    else if (!signal.aborted) await work(signal);
  };
  const mine = turns.get(session) ?? new Map<string, Promise<void>>();
  turns.set(session, mine);
  const turn = (mine.get(what) ?? Promise.resolve()).then(run, run);
  mine.set(what, turn);
  return turn;
}

/** Runs `work` while this tab holds the lease for `what`, and again when it has it again, until `signal` is raised. */
async function leased(handle: Handle, what: string, signal: AbortSignal, work: Work): Promise<void> {
  const claim = () => handle.read<number>("lease", {}, what, false).catch(() => RENEW_MS);
  while (!signal.aborted) {
    const left = await claim();
    if (left > 0) {
      await pause(Math.min(left, RENEW_MS), signal);
      continue;
    }
    const mine = new AbortController();
    const end = () => mine.abort(signal.reason);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    const renewal = setInterval(() => void claim().then((left) => left > 0 && mine.abort()), RENEW_MS);
    await work(mine.signal).catch(() => {});
    clearInterval(renewal);
    signal.removeEventListener("abort", end);
    await handle.read("lease", {}, what, true).catch(() => {});
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over);
  });
}
