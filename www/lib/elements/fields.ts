// Form fields: a label tied to its control, and under it what the book finds wrong with the value. Which values are wrong is
// never decided here.
import type { Issue } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
  /** Under which heading it stands. */
  group?: string;
}

export interface FieldSpec {
  /** Names the control and the path of its issues ("pending.due"). */
  path: string;
  label: string;
  value: string;
  kind?: "text" | "area" | "date" | "email" | "tel" | "number" | "search" | "check" | "select" | "fixed";
  options?: readonly Option[];
  /** The option of no choice. */
  empty?: string;
  hint?: string;
  required?: boolean;
}

export function field(spec: FieldSpec, issues: readonly Issue[] = []): TemplateResult {
  const { path, label, kind = "text", hint, required } = spec;
  const own = issues.filter((issue) => concerns(issue, path));
  const name = html`<label for=${path}>${label}${required ? html`<span class="star" aria-hidden="true"> *</span>` : nothing}</label>`;
  const shown = control(spec, own);
  return html`<div class="field ${kind}" part="field">
    ${kind === "check" ? html`<span class="tick">${shown}</span>${name}` : html`${name}${shown}`}
    ${hint ? html`<p class="hint" id="${path}-hint">${hint}</p>` : nothing}
    <div class="issues" id="${path}-issues">${own.map(({ severity, message }) => html`<p class=${severity}>${message}</p>`)}</div>
  </div>`;
}

/** An issue of "pending.remind" stands at both ends of the range. */
export const concerns = (issue: Issue, path: string): boolean => issue.path === path || issue.path.startsWith(`${path}.`) || path.startsWith(`${issue.path}.`);

function control({ path, kind, value, options, empty, hint, required }: FieldSpec, own: readonly Issue[]): TemplateResult {
  const bad = own.some(({ severity }) => severity === "error") ? "true" : "false";
  const told = `${path}-issues${hint ? ` ${path}-hint` : ""}`;
  switch (kind) {
    case "select":
      return html`<select id=${path} name=${path} aria-describedby=${told} aria-invalid=${bad} aria-required=${required ? "true" : "false"}>
        ${empty === undefined ? nothing : html`<option value="" .selected=${value === ""}>${empty}</option>`}${grouped(options ?? [], value)}
      </select>`;
    case "area":
      return html`<textarea id=${path} name=${path} rows="2" aria-describedby=${told} aria-invalid=${bad} aria-required=${required ? "true" : "false"} .value=${value}></textarea>`;
    case "check":
      return html`<input type="checkbox" id=${path} name=${path} aria-describedby=${told} .checked=${value !== ""} />`;
    default:
      return html`<input type=${kind === "fixed" ? "text" : kind ?? "text"} id=${path} name=${path} autocomplete="off" aria-describedby=${told} aria-invalid=${bad}
        aria-required=${required ? "true" : "false"} ?readonly=${kind === "fixed"} .value=${value} />`;
  }
}

function grouped(options: readonly Option[], value: string): unknown {
  const one = (option: Option) => html`<option value=${option.value} ?disabled=${option.disabled ?? false} .selected=${option.value === value}>${option.label}</option>`;
  const groups = [...new Set(options.map(({ group }) => group))];
  if (groups.length < 2) return options.map(one);
  return groups.map((group) => html`<optgroup label=${group ?? ""}>${options.filter((option) => option.group === group).map(one)}</optgroup>`);
}

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What a control holds; of a checkbox "yes" or nothing. Text stays as it is typed: cut while it is written, it could hold no blank. */
export function valueOf(control: Control): string {
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked ? "yes" : "";
  return control.value;
}

/** All values of a form, by the controls' names. */
export function values(form: HTMLFormElement): Record<string, string> {
  const controls = [...form.elements].filter((one): one is Control => "name" in one && one.name !== "" && !(one instanceof HTMLButtonElement));
  return Object.fromEntries(controls.map((one) => [one.name, valueOf(one)]));
}
