// One at a time: among the tabs of this origin by Web Locks, by a lease where there are none (on pages without a secure
// context), and within a book that no tab shares (in Node).

import type { Handle } from "./handle.js";
import type { Session } from "./session.js";

const turns = new WeakMap<Session, Map<string, Promise<void>>>();

/** Runs `work` once nobody else does work of that name for the same data, unless `signal` is raised before. The signal that it
 * is given is raised, too, when it is another's turn; it is run again then. */
export async function alone(
  session: Session, handle: Handle, what: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { shares } = session;
  const run = async () => {
    if (!signal.aborted) await work(signal);
  };
  const locks = globalThis.navigator?.locks;
  if (shares !== undefined && locks) {
    await locks.request(`stagebook:${shares}:${what}`, { signal }, run).catch(() => {});
    return;
  }
  const runLeased = async () => {
    const { leased } = await whenReachable(() => import("./lease.js"), signal);
    await leased(handle, what, signal, work);
  };
  const mine = turns.get(session) ?? new Map<string, Promise<void>>();
  turns.set(session, mine);
  const next = shares === undefined ? run : runLeased;
  const turn = (mine.get(what) ?? Promise.resolve()).then(next, next);
  mine.set(what, turn);
  await turn.catch(() => {});
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What `load` gives, as soon as it can be had: a part of the package that is fetched when it is first needed. */
export async function whenReachable<T>(load: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await load();
    } catch (error) {
      if (signal.aborted) throw error;
      await new Promise((resolve) => { setTimeout(resolve, wait); });
    }
  }
}
