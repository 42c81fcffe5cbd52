// How long to wait before something is tried again: longer after each failure, never at the same moment as everybody else,
// and not before the host asked for it.

export const FIRST_WAIT_MS = 1_000;
export const LONGEST_WAIT_MS = 300_000;

/** Milliseconds, after so many failures of which `error` is the last. */
export function backoff(failures: number, error: unknown): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  return Math.max(wait, Number((error as { retryAfterMs?: unknown } | null)?.retryAfterMs) || 0);
}
