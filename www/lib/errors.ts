// StagebookError, and the one way by which anything thrown becomes it. It knows the boundary's error text and nothing
// else of the component.

import { say } from "./messages.js";
import type * as contract from "./types.js";

type Data = NonNullable<ConstructorParameters<typeof contract.StagebookError>[2]>;

export class StagebookError extends Error implements contract.StagebookError {
  override readonly name = "StagebookError";
  readonly code: contract.ErrorCode;
  readonly issues: readonly contract.Issue[];
  readonly blockers: readonly contract.Blocker[];
  readonly definitionIssues: readonly contract.DefinitionIssue[];
  declare readonly details?: Record<string, unknown>;

  constructor(code: contract.ErrorCode, message: string, data: Data = {}) {
    super(message, "cause" in data ? { cause: data.cause } : undefined);
    this.code = code;
    this.issues = data.issues ?? [];
    this.blockers = data.blockers ?? [];
    this.definitionIssues = data.definitionIssues ?? [];
    if (data.details) this.details = data.details;
  }
}

/** The component throws JSON text in its book's language; whatever else is thrown is a fault of ours, kept as `cause`. */
export function asError(thrown: unknown, locale?: string): StagebookError {
  if (thrown instanceof StagebookError) return thrown;
  if (typeof thrown === "string") {
    try {
      const { code, message, ...data } = JSON.parse(thrown);
      if (code && message) return new StagebookError(code, message, data);
    } catch {
      // Not the component's text: an unexpected string like any other value.
    }
  }
  return new StagebookError("internal", say("unexpected", locale, describe(thrown)), { cause: thrown });
}

/** What the contract has and this version lacks: nothing is silently ignored. No other code of the contract would be
 * true, and a host may act on them ("not-found" drops a row); `details.lacks` tells it from a fault. */
export function lacking(what: string, locale?: string): StagebookError {
  return new StagebookError("internal", say("lacks", locale, what), { details: { lacks: what } });
}

/** `report` is what was done before the abort. */
export function aborted(signal: AbortSignal, locale?: string, report?: object): StagebookError {
  const details = report && { details: report as Record<string, unknown> };
  return new StagebookError("aborted", say("aborted", locale), { ...details, cause: signal.reason });
}

export function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
