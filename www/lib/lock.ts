// One at a time: among the tabs of this origin by Web Locks, within this page also where there are none (in Node, and on
// pages without a secure context).

import type { Session } from "./session.js";

const turns = new Map<unknown, Promise<void>>();

/** Runs `work` once nobody else does work of that name for the same data, unless `signal` is raised before. */
export async function alone(
  session: Session, what: string, signal: AbortSignal, work: () => Promise<void>,
): Promise<void> {
  const { shares } = session;
  const run = async () => {
    if (!signal.aborted) await work();
  };
  const locks = globalThis.navigator?.locks;
  if (shares !== undefined && locks) {
    await locks.request(`stagebook:${shares}:${what}`, { signal }, run).catch(() => {});
    return;
  }
  const key = shares ?? session;
  const turn = (turns.get(key) ?? Promise.resolve()).then(run, run);
  turns.set(key, turn);
  await turn.catch(() => {});
  if (turns.get(key) === turn) turns.delete(key);
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
