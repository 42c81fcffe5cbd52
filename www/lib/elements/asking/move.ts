// What is asked on the way from stage to stage: reason, note and answers; a field or an activity that is missing; and the whole
// workflow as a picture.
import type { Blocker, Issue, TransitionInput, TransitionOption, WorkflowDefinition } from "stagebook";
import { html, nothing } from "lit";
import type { StagebookActivityForm } from "../activity-form/activity-form.js";
import type { BookElement } from "../element.js";
import { field, type FieldSpec, type Option } from "../fields.js";
import { open } from "./dialog.js";
import { drawing } from "./drawing.js";

export function answer(host: BookElement, option: TransitionOption, move: (input: TransitionInput) => Promise<unknown>): void {
  const specs = asked(host, option);
  open(host, {
    title: option.label,
    confirm: host.t("move.go"),
    path: (path) => path.replace(/^transition\./, ""),
    body: (issues: readonly Issue[]) => specs.map((spec) => field({ ...spec }, issues)),
    submit: (given) => move(input(option, given)),
  });
}

function asked({ words: { t }, book }: BookElement, { requires = {} }: TransitionOption): FieldSpec[] {
  const choices = (list: readonly (string | { id: string; label: unknown })[]): Option[] =>
    list.map((one) => (typeof one === "string" ? { value: one, label: one } : { value: one.id, label: book!.text(one.label as string) }));
  const { reason, note, answers = [] } = requires;
  const choose = t("choose");
  const specs: FieldSpec[] = [];
  if (reason) specs.push({ path: "reason", label: t("reason"), value: "", required: true, ...(Array.isArray(reason) ? { kind: "select", options: choices(reason), empty: choose } : {}) });
  for (const { id, label, kind, choices: list = [], required = false } of answers) {
    const options = kind === "boolean" ? [{ value: "yes", label: t("yes") }, { value: "no", label: t("no") }] : choices(list);
    specs.push({ path: `answers.${id}`, label: book!.text(label ?? id), value: "", required, kind: kind === "boolean" || kind === "choice" ? "select" : kind, options, empty: choose });
  }
  // A reason may call for a note, too.
  specs.push({ path: "note", kind: "area", label: note ? t("note") : t("optional", { label: t("note") }), value: "", required: note ?? false });
  return specs;
}

function input({ requires = {} }: TransitionOption, given: Record<string, string>): TransitionInput {
  const answers: Record<string, unknown> = {};
  for (const { id, kind } of requires.answers ?? []) {
    const text = given[`answers.${id}`];
    if (text) answers[id] = kind === "number" ? Number(text) : kind === "boolean" ? text === "yes" : text;
  }
  const { reason, note } = given;
  return { ...(reason && { reason }), ...(note && { note }), ...(Object.keys(answers).length > 0 && { answers }) };
}

/** The shortest way to a stage, with what is missing on it, and its first step as a button. */
export async function way(host: BookElement, stage: string, options: readonly TransitionOption[], take: (option: TransitionOption) => void): Promise<void> {
  const book = host.book!;
  const stages = book.workflow.definitions().flatMap((one) => one.stages);
  const name = (id: string) => book.text(stages.find((one) => one.id === id)?.label ?? id);
  const steps = await book.workflow.path(host.contactId!, stage);
  const first = options.find(({ transition }) => transition === steps?.[0]?.transition);
  const step = ({ to, blockers }: { to: string; blockers: readonly Blocker[] }) => html`<li><strong>${name(to)}</strong>${blockers.length
    ? html`<ul class="fine">${blockers.map(({ message }) => html`<li>${message}</li>`)}</ul>` : nothing}</li>`;
  open(host, {
    title: host.t("way", { stage: name(stage) }),
    body: () => (steps ? html`<p>${host.t("way.steps", { count: steps.length })}</p><ol class="way">${steps.map(step)}</ol>` : html`<p>${host.t("way.none")}</p>`),
    ...(first && { confirm: first.label, submit: async () => take(first) }),
  });
}

/** Where the element stands alone, the boxes come to it. */
export function boxes(host: BookElement, type: string, title: string): void {
  const form = () => host.renderRoot.querySelector<StagebookActivityForm>("stagebook-activity-form");
  open(host, {
    title,
    confirm: host.t("save"),
    body: () => html`<stagebook-activity-form embedded .book=${host.book} .contactId=${host.contactId}></stagebook-activity-form>`,
    submit: async () => (await form()?.save()) !== undefined,
  });
  void host.updateComplete.then(() => form()?.begin(type));
}

export function fill(host: BookElement, name: string, { message, params }: Blocker): void {
  const contactId = host.contactId!;
  const standard = ["name", "email", "phone", "company"].includes(name);
  const kind = name === "email" ? "email" : name === "phone" ? "tel" : "text";
  open(host, {
    title: message,
    confirm: host.t("save"),
    path: (path) => (path.endsWith(name) ? "value" : path),
    body: (issues) => field({ path: "value", label: String(params["label"] ?? params["field"] ?? name), value: "", kind }, issues),
    submit({ value = "" }) {
      const set = standard ? { [name]: value } : { fields: { [name]: value } };
      return host.act("save", { contactId, changes: { set } }, (book) => book.contacts.save(contactId, { set }));
    },
  });
}

export function diagram(host: BookElement, { id, label }: WorkflowDefinition): void {
  const picture = drawing(host.book!.workflow.diagram(id, "svg", { contactId: host.contactId! }));
  const body = () => html`<div class="diagram" tabindex="0" role="group" aria-label=${host.t("path.diagram")}>${picture}</div>`;
  open(host, { title: host.book!.text(label ?? id), wide: true, body });
  void host.updateComplete.then(() => picture.querySelector('[stroke-width="4"]')?.scrollIntoView({ inline: "center", block: "nearest" }));
}
