// Form fields: a label tied to its control, and under it what the book finds wrong with the value. Which values are wrong is
// never decided here.
import type { Issue } from "stagebook";
import { h, newId, setAttribute, type Attributes } from "./dom.js";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
export interface Field<C extends Control = Control> {
  readonly element: HTMLElement;
  readonly input: C;
  show(issues: readonly Issue[]): void;
}

export function field<C extends Control>(label: string, input: C, attributes: Attributes = {}): Field<C> {
  input.id ||= newId("field");
  const issuesId = `${input.id}-issues`;
  const found = h("div", { class: "issues", id: issuesId });
  const caption = h("label", { for: input.id }, label);
  const checkbox = input.type === "checkbox";
  const element = h("div", { class: checkbox ? "field check" : "field", ...attributes }, ...(checkbox ? [input, caption] : [caption, input]), found);
  const show = (issues: readonly Issue[]) => {
    found.replaceChildren(...issues.map((issue) => h("p", { class: issue.severity, "data-code": issue.code }, issue.message)));
    setAttribute(input, "aria-describedby", issues.length > 0 && issuesId);
    setAttribute(input, "aria-invalid", issues.some((issue) => issue.severity === "error") && "true");
  };
  return { element, input, show };
}

/** Puts each issue beside the field its path names ("pending.due"; "pending.remind.start" also under "pending.remind"); gives back those without one. */
export function placeIssues(fields: ReadonlyMap<string, Field>, issues: readonly Issue[]): Issue[] {
  const placed = new Map<string, Issue[]>();
  const homeless: Issue[] = [];
  for (const issue of issues) {
    const path = [...fields.keys()].find((key) => issue.path === key || issue.path.startsWith(`${key}.`) || key.startsWith(`${issue.path}.`));
    if (path === undefined) homeless.push(issue);
    else placed.set(path, [...(placed.get(path) ?? []), issue]);
  }
  for (const [path, one] of fields) one.show(placed.get(path) ?? []);
  return homeless;
}

/** What was filled in, trimmed, by path. */
export function filledIn(fields: ReadonlyMap<string, Field>): Record<string, string> {
  const texts = [...fields].map(([path, { input }]): [string, string] => [path, input.value.trim()]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

export function options(choices: readonly { value: string; label: string; disabled?: boolean }[], empty?: string): HTMLOptionElement[] {
  const all = empty === undefined ? choices : [{ value: "", label: empty }, ...choices];
  return all.map((choice) => h("option", { value: choice.value, disabled: choice.disabled }, choice.label));
}
