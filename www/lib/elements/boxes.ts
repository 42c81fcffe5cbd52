// The two boxes as form fields, and the way between the fields and the Boxes that the book drafts, checks and saves.
import type { ActivityTypeOption, Book, Boxes, Issue, PendingActivity, PendingChanges } from "stagebook";
import { field, type FieldSpec, type Option } from "./fields.js";
import type { Language } from "./words.js";

export const LOG = ["log.type", "log.date", "log.user", "log.description"] as const;
export const PENDING = ["pending.type", "pending.date", "pending.due", "pending.assignee", "pending.remind.start", "pending.remind.end", "pending.description", "pending.createTask"] as const;
export type Path = (typeof LOG)[number] | (typeof PENDING)[number];
type Tree = { [key: string]: Tree | string | boolean | undefined };

export interface BoxContext {
  book: Book;
  words: Language;
  types: readonly ActivityTypeOption[];
  /** Who stands in a record and may not be among the users any more. */
  known?: Option | undefined;
}

const isDate = (path: Path) => /(date|due|start|end)$/.test(path);

export function boxField(path: Path, boxes: Boxes, context: BoxContext, issues: readonly Issue[]) {
  return field(spec(path, boxes, context), issues);
}

function spec(path: Path, boxes: Boxes, context: BoxContext): FieldSpec {
  const { words: { t, inputDay }, types } = context;
  const value = at(boxes, path);
  const text = typeof value === "string" ? value : "";
  const common = { path, label: t(path), value: text };
  switch (path) {
    case "log.type":
    case "pending.type": return { ...common, kind: "select", empty: t("choose"), options: typeOptions(types, path === "log.type", context.words), required: true };
    case "log.user": return { ...common, kind: "fixed", value: nameOf(context, text) };
    case "pending.assignee": return { ...common, kind: "select", empty: t("choose"), options: people(context), required: true };
    case "log.description":
    case "pending.description": return { ...common, kind: "area" };
    case "pending.createTask": return { ...common, kind: "check", value: value === true ? "yes" : "", hint: t("pending.createTask.hint") };
    default: return { ...common, kind: "date", value: text && inputDay(text) };
  }
}

/** Those of the stage first, with what is required still missing. */
function typeOptions(types: readonly ActivityTypeOption[], log: boolean, { t }: Language): Option[] {
  return types.map(({ type, label, required, suggested, allowed, reason, logged, min }) => {
    const group = t(required || suggested ? "type.here" : "type.others");
    if (log && !allowed) return { value: type, label: reason ? `${label} (${reason})` : label, disabled: true, group };
    if (log && required) return { value: type, label: t("type.required", { label, logged, min }), group };
    return { value: type, label: suggested ? t("type.suggested", { label }) : label, group };
  });
}

export function people({ book, words: { t }, known }: BoxContext): Option[] {
  const users = book.users.length > 0 ? book.users : [{ id: book.actor.id, name: book.actor.name ?? book.actor.id }];
  const options = users.map(({ id, name }) => ({ value: id, label: id === book.actor.id ? t("me", { name }) : name }));
  return known && !options.some(({ value }) => value === known.value) ? [...options, known] : options;
}

function nameOf({ book }: BoxContext, id: string): string {
  return book.users.find((user) => user.id === id)?.name ?? (id === book.actor.id ? book.actor.name ?? id : id);
}

function at(boxes: Boxes, path: Path): unknown {
  return path.split(".").reduce<unknown>((tree, step) => (tree as Tree | undefined)?.[step], boxes);
}

/** The boxes with one control's value in them. A date that still shows the day of what the book gave keeps its time. */
export function put(boxes: Boxes, path: Path, text: string, { inputDay }: Language): Boxes {
  const before = at(boxes, path);
  if (isDate(path) && typeof before === "string" && text === inputDay(before)) return boxes;
  const copy = structuredClone(boxes) as Tree;
  const steps = path.split(".");
  const last = steps.pop()!;
  const trail = [copy];
  for (const step of steps) trail.push((trail.at(-1)![step] ??= {}) as Tree);
  if (text === "") delete trail.at(-1)![last];
  else trail.at(-1)![last] = path === "pending.createTask" ? true : text;
  for (let n = steps.length; n > 0; n -= 1) if (Object.keys(trail[n]!).length === 0) delete trail[n - 1]![steps[n - 1]!];
  return copy as Boxes;
}

/** As they are saved: without blanks around what was written. */
export function tidy(boxes: Boxes): Boxes {
  const copy = structuredClone(boxes);
  for (const box of [copy.log, copy.pending]) {
    const text = box?.description?.trim();
    if (box && text) box.description = text;
    else delete box?.description;
  }
  return copy;
}

export function asBoxes({ type, date, description, due, assignee, remind, createTask }: PendingActivity): Boxes {
  const range = remind && { remind: { start: remind.start, end: remind.end } };
  return { pending: { type, date, assignee, createTask, ...(description !== undefined && { description }), ...(due !== undefined && { due }), ...range } };
}

/** Only what was changed; what was emptied as null, and where there must be something as an empty text, for the book to refuse. */
export function changes(before: Boxes, after: Boxes): PendingChanges {
  const [was, is] = [before.pending ?? {}, after.pending ?? {}];
  const names = NAMES.filter((name) => JSON.stringify(was[name] ?? EMPTY[name]) !== JSON.stringify(is[name] ?? EMPTY[name]));
  return Object.fromEntries(names.map((name) => [name, is[name] ?? EMPTY[name]]));
}
const EMPTY = { type: "", date: "", assignee: "", description: null, due: null, remind: null, createTask: false } as const satisfies PendingChanges;
const NAMES = Object.keys(EMPTY) as (keyof typeof EMPTY)[];
