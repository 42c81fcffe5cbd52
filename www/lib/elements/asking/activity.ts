// What is asked about an activity: how it came out, why it is cancelled, what is to change, who is to do it.
import type { ActivityTypeOption, Boxes, Issue, PendingActivity } from "stagebook";
import { html } from "lit";
import { asBoxes, boxField, changes, PENDING, type Path, people, put, tidy } from "../boxes.js";
import type { BookElement } from "../element.js";
import { field } from "../fields.js";
import { open } from "./dialog.js";

/** One further word, which may be left out. */
function optional(host: BookElement, title: string, confirm: string, [name, label]: [string, string], submit: (text: string) => Promise<unknown>): void {
  open(host, {
    title,
    confirm,
    body: (issues) => field({ path: name, label: host.t("optional", { label }), value: "", kind: "area" }, issues),
    submit: (given) => submit(given[name] ?? ""),
  });
}

export function complete(host: BookElement, label: string, submit: (outcome: string) => Promise<unknown>): void {
  optional(host, host.t("activity.completing", { label }), host.t("activity.complete"), ["outcome", host.t("activity.outcome")], submit);
}

export function cancel(host: BookElement, label: string, submit: (reason: string) => Promise<unknown>): void {
  optional(host, host.t("activity.cancelling", { label }), host.t("activity.cancel"), ["reason", host.t("reason")], submit);
}

export function edit(host: BookElement, one: PendingActivity, known: readonly ActivityTypeOption[]): void {
  const before = asBoxes(one);
  let boxes: Boxes = before;
  const type = { type: one.type, label: one.typeLabel, required: false, suggested: false, allowed: true, logged: 0, min: 0 };
  const types = known.some((option) => option.type === one.type) ? known : [...known, type];
  const context = { book: host.book!, words: host.words, types, known: { value: one.assignee, label: one.assigneeName } };
  open(host, {
    title: host.t("activity.editing", { label: one.typeLabel }),
    confirm: host.t("save"),
    path: (path) => (path.startsWith("pending.") ? path : `pending.${path}`),
    body: (issues: readonly Issue[]) => html`<div class="pair">${PENDING.map((path) => boxField(path, boxes, context, issues))}</div>`,
    check(given) {
      for (const path of PENDING) boxes = put(boxes, path as Path, given[path] ?? "", host.words);
      return host.book!.activities.validate(boxes);
    },
    async submit() {
      const { id: pendingId, contactId } = one;
      const found = changes(before, tidy(boxes));
      if (Object.keys(found).length === 0) return;
      const done = await host.act("update", { contactId, pendingId, changes: found }, (book) => book.activities.update(pendingId, found));
      if (done) host.say(host.t("saved"));
    },
  });
}

export function reassign(host: BookElement, label: string, assignee: string, submit: (to: string) => Promise<unknown>): void {
  const options = people({ book: host.book!, words: host.words, types: [] });
  open(host, {
    title: host.t("task.reassigning", { label }),
    confirm: host.t("save"),
    body: (issues) => field({ path: "assignee", label: host.t("pending.assignee"), kind: "select", options, empty: host.t("choose"), value: assignee }, issues),
    submit: ({ assignee: to = "" }) => submit(to),
  });
}
