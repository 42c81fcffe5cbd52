// Why a request is not answered as it wishes: a status, a stable code, a sentence. All refusals of the handler are made here.

import { describe, StagebookError } from "../errors.js";

export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly retryAfterMs?: number) {
    super(message);
  }
}

const STATUS: Record<string, number> = { batch: 400, invalid: 400, forbidden: 403, fork: 409 };
/** How long a device waits when the store is away. */
const AWAY_MS = 1_000;

/** What anything thrown comes to. `cause` is what is no fault of the request's. */
export function refusalOf(thrown: unknown): { refusal: Refusal; cause?: unknown } {
  if (thrown instanceof Refusal) return { refusal: thrown };
  if (thrown instanceof StagebookError) {
    const { code, message } = thrown;
    const status = STATUS[code];
    if (status !== undefined) return { refusal: new Refusal(status, code, message) };
    return { refusal: new Refusal(500, code, code === "definition" ? message : "The server failed."), cause: thrown };
  }
  return { refusal: new Refusal(503, "storage", "The server's storage can't be reached.", AWAY_MS), cause: thrown };
}

/** What the host's authorize threw: 401 only where it says so. */
export function forbidden(thrown: unknown): Refusal {
  const status = (thrown as { status?: unknown } | null)?.status === 401 ? 401 : 403;
  return new Refusal(status, "forbidden", describe(thrown) || "Not allowed.");
}
