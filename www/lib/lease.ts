// One tab at a time where there are no Web Locks: whoever holds the lease that the component keeps in the store works, and
// renews it; a tab that was frozen for longer than it holds finds another at work, and waits.

import type { Handle } from "./handle.js";

/** A third of what a lease holds for. */
const RENEW_MS = 10_000;

/** Runs `work` while this tab holds the lease for `what`, and again when it has it again, until `signal` is raised. */
export async function leased(handle: Handle, what: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
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
