// What can be done with a pending activity: completed, cancelled, reopened, changed. Its task, where it has one, follows.
import type { PendingActivity, PendingChanges } from "stagebook";
import { BoxFields } from "./activity-fields.js";
import { ask } from "./dialogs.js";
import { button, h } from "./dom.js";
import { field, filledIn, type Field } from "./fields.js";
import { attempt, type Page } from "./page.js";

export function pendingActions(page: Page, activity: PendingActivity): HTMLElement[] {
  const { words, book } = page;
  const { id, status, typeLabel } = activity;
  const action = (name: keyof typeof words.pendingAction, act: () => unknown) => {
    const label = words.pendingAction[name];
    return button(label, { class: "quiet", "data-testid": `activity-${name}`, "data-key": `${id} ${name}`, "aria-label": `${label}: ${typeLabel}` }, act);
  };
  const reopen = () => attempt(page, () => book.activities.reopen(id)).then((ok) => ok && page.say(words.saved));
  if (status !== "open") return [action("reopen", reopen)];
  return [
    action("complete", () => askOutcome(page, typeLabel, (input) => book.activities.complete(id, input))),
    action("edit", () => editPending(page, activity)),
    action("cancel", () => askReason(page, activity)),
  ];
}

/** Also of a task: the two are closed together. */
export function askOutcome(page: Page, label: string, complete: (input: { outcome?: string }) => Promise<unknown>): void {
  const { words } = page;
  askOne(page, "outcome", words.completing(label), words.outcome, words.completeIt, complete);
}

function askReason(page: Page, { id, typeLabel }: PendingActivity): void {
  const { words, book } = page;
  askOne(page, "reason", words.cancelling(typeLabel), words.reason, words.cancelActivity, (options) => book.activities.cancel(id, options));
}

function askOne(page: Page, name: "outcome" | "reason", title: string, label: string, confirm: string, work: (given: Record<string, string>) => Promise<unknown>): void {
  const fields = new Map<string, Field>([[name, field(label, h("textarea", { rows: 2, "data-testid": `${name}-text` }))]]);
  ask(page, {
    title,
    testid: `${name}-dialog`,
    fields,
    confirm: { label: confirm, testid: `${name}-confirm` },
    submit: async () => {
      await work(filledIn(fields));
      page.say(page.words.saved);
    },
  });
}

async function editPending(page: Page, activity: PendingActivity): Promise<void> {
  const { words, book } = page;
  const boxes = new BoxFields(page, "pending");
  const shown = await attempt(page, async () => {
    const { type, date, description, due, assignee, remind, createTask } = activity;
    boxes.offerTypes(await book.activities.types(activity.contactId));
    boxes.offer("pending.type", type, activity.typeLabel);
    boxes.offer("pending.assignee", assignee, activity.assigneeName);
    const kept = { ...(description !== undefined && { description }), ...(due !== undefined && { due }), ...(remind && { remind: { start: remind.start, end: remind.end } }) };
    boxes.write({ pending: { type, date, assignee, createTask, ...kept } });
  });
  if (!shown) return;
  ask(page, {
    title: words.changing(activity.typeLabel),
    testid: "pending-dialog",
    fields: boxes.fields("pending"),
    confirm: { label: words.save, testid: "pending-save" },
    submit: async () => {
      await book.activities.update(activity.id, changed(activity, boxes.read().pending ?? {}));
      page.say(words.saved);
    },
  });
}

/** Only what was changed; what was emptied as null, and where there must be something as an empty text, for the book to refuse. */
function changed(activity: PendingActivity, now: PendingChanges): PendingChanges {
  const before = (name: keyof PendingChanges) => (name === "remind" ? activity.remind && { start: activity.remind.start, end: activity.remind.end } : activity[name]);
  const changes = NAMES.filter((name) => JSON.stringify(now[name] ?? null) !== JSON.stringify(before(name) ?? null));
  return Object.fromEntries(changes.map((name) => [name, now[name] ?? EMPTY[name]]));
}
const EMPTY = { type: "", date: "", assignee: "", description: null, due: null, remind: null, createTask: false } as const satisfies PendingChanges;
const NAMES = Object.keys(EMPTY) as (keyof typeof EMPTY)[];
