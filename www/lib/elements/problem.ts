// How what went wrong is told: a title by error code, what the book says in the reader's language, and what can be done.
import type { Blocker, DefinitionIssue, Issue, StagebookError } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import type { Key, Language } from "./words.js";
import { icon } from "./icons.js";

/** By name, not by class: a page may hold two copies of the package. */
export const isStagebookError = (error: unknown): error is StagebookError => error instanceof Error && error.name === "StagebookError";

export interface ProblemActions {
  retry?: () => void;
  dismiss?: () => void;
}

export function problem(error: unknown, { t }: Language, { retry, dismiss }: ProblemActions = {}): TemplateResult {
  const known = isStagebookError(error);
  const code = known ? error.code : "internal";
  const details: readonly (Issue | Blocker | DefinitionIssue)[] = known ? [...error.issues, ...error.blockers, ...error.definitionIssues] : [];
  const advice = t(`advice.${code}` as Key);
  return html`<div class="problem" part="problem" role="alert" data-code=${code}>
    ${icon("warning")}
    <div class="grow">
      <strong>${t(`problem.${code}` as Key)}</strong>
      ${details.length ? html`<ul>${details.map(({ message }) => html`<li>${message}</li>`)}</ul>` : html`<p>${error instanceof Error ? error.message : String(error)}</p>`}
      ${advice.startsWith("advice.") ? nothing : html`<p>${advice}</p>`}
      <div class="buttons">
        ${retry ? html`<button type="button" @click=${retry}>${t("retry")}</button>` : nothing}
        ${dismiss ? html`<button type="button" @click=${dismiss}>${t("close")}</button>` : nothing}
      </div>
    </div>
  </div>`;
}
