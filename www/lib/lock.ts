// One at a time: among the tabs of this origin by Web Locks; where there are none, or no tabs, in turns that are next door.

import type { Handle } from "./handle.js";
import type { Session } from "./session.js";

export type Work = (signal: AbortSignal) => Promise<void>;

/** Runs `work` once nobody else does work of that name for the same data, unless `signal` is raised before. The signal that it
 * is given is raised, too, when it is another's turn; it is run again then. */
export async function alone(session: Session, handle: Handle, what: string, signal: AbortSignal, work: Work): Promise<void> {
  const { shares } = session;
  const locks = globalThis.navigator?.locks;
  const done = shares !== undefined && locks
    ? locks.request(`stagebook:${shares}:${what}`, { signal }, async () => { if (!signal.aborted) await work(signal); })
    : whenReachable(() => import("./lease.js"), signal).then(({ inTurn }) => inTurn(session, handle, what, signal, work));
  await done.catch(() => {});
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
