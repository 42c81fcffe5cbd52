// Says in plain words what a book refused or could not do. Messages, issues and blockers are the book's own; the page adds a
// title by error code, and for trouble with storage or loading what the reader can do about it.
import type { Blocker, DefinitionIssue, Issue, StagebookError } from "stagebook";
import { button, h } from "./dom.js";
import type { Words } from "./words-en.js";

export interface Shown {
  dismiss?(): void;
  /** Those that stand beside no field; default: all. */
  issues?: readonly Issue[];
}

export function problem(error: unknown, words: Words, { dismiss, issues }: Shown = {}): HTMLElement {
  const known = isStagebookError(error);
  const code = known ? error.code : error instanceof Error && error.name === "ImportError" ? "file" : "internal";
  const advice = words.problemAdvice[code];
  const details = known ? list([...(issues ?? error.issues), ...error.blockers, ...error.definitionIssues]) : undefined;
  const told = known && issues !== undefined && error.issues.length > 0;
  return h("div", { class: "problem-body", "data-code": code },
    h("strong", {}, words.problemTitle[code] ?? words.problemTitle["internal"] ?? code),
    // The message of an error with details is those details once more, in one line.
    details ?? (!told && h("p", {}, error instanceof Error ? error.message : String(error))),
    advice !== undefined && h("p", {}, advice),
    dismiss && button(words.dismiss, { class: "quiet", "data-testid": "problem-dismiss" }, dismiss),
  );
}

function list(items: readonly (Issue | Blocker | DefinitionIssue)[]): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  return h("ul", {}, ...items.map((item) => h("li", { "data-code": item.code }, item.message)));
}

/** By name, not by class: a page may hold two copies of the package. */
export function isStagebookError(error: unknown): error is StagebookError {
  return error instanceof Error && error.name === "StagebookError";
}
