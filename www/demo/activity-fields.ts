// The controls of the two boxes, and the way between them and the Boxes that the book drafts, checks and saves. Holds no
// opinion on any value.
import type { ActivityTypeOption, Boxes, Issue } from "stagebook";
import { h, newId } from "./dom.js";
import { field, options, placeIssues, type Control, type Field } from "./fields.js";
import type { Page } from "./page.js";

/** Where a control's value stands in the boxes: also the path of the book's issues. */
const PATHS = [
  "log.type", "log.date", "log.user", "log.description",
  "pending.date", "pending.type", "pending.description", "pending.due", "pending.assignee",
  "pending.remind.start", "pending.remind.end", "pending.createTask",
] as const;
export type Path = (typeof PATHS)[number];
type Tree = { [key: string]: Tree | string | true };

export class BoxFields {
  readonly #page: Page;
  readonly #fields = new Map<Path, Field>();
  /** What the book gave, beside how the control shows it. */
  readonly #given = new Map<Path, { shown: string; value: string }>();

  /** Both boxes, or one. */
  constructor(page: Page, only?: "log" | "pending") {
    this.#page = page;
    for (const path of PATHS) if (path.startsWith(only ?? "")) this.#fields.set(path, makeField(page, path));
  }

  control(path: Path): Control {
    return this.#fields.get(path)!.input;
  }

  box(prefix: "log" | "pending", title: string): HTMLElement {
    const heading = newId("box");
    const own = [...this.fields(prefix).values()].map(({ element }) => element);
    return h("div", { class: "box", role: "group", "aria-labelledby": heading, "data-testid": `box-${prefix}` }, h("h4", { id: heading }, title), ...own);
  }

  /** Those of one box, by their path in it. */
  fields(prefix: "log" | "pending"): Map<string, Field> {
    const own = [...this.#fields].filter(([path]) => path.startsWith(prefix));
    return new Map(own.map(([path, one]) => [path.slice(prefix.length + 1), one]));
  }

  read(): Boxes {
    const boxes: Tree = {};
    for (const path of this.#fields.keys()) {
      const value = this.#value(path);
      if (value === undefined) continue;
      const steps = path.split(".");
      const last = steps.pop()!;
      const at = steps.reduce((tree, step) => (tree[step] ??= {}) as Tree, boxes);
      at[last] = value;
    }
    return boxes;
  }

  write(boxes: Boxes): void {
    for (const path of this.#fields.keys()) {
      const value = path.split(".").reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], boxes);
      this.#set(path, value);
    }
  }

  /** Gives back the issues that belong to no control. */
  show(issues: readonly Issue[]): Issue[] {
    return placeIssues(this.#fields, issues);
  }

  offerTypes(types: readonly ActivityTypeOption[]): void {
    const { choose } = this.#page.words;
    const log = types.map((type) => ({ value: type.type, label: typeLabel(this.#page, type), disabled: !type.allowed }));
    const pending = types.map((type) => ({ value: type.type, label: type.label }));
    replaceOptions(this.#fields.get("log.type")?.input, options(log, choose));
    replaceOptions(this.#fields.get("pending.type")?.input, options(pending, choose));
  }

  /** Has a choice hold what the book gave, also where it is not offered any more. */
  offer(path: Path, value: string, label: string): void {
    const select = this.control(path);
    if ([...select.querySelectorAll("option")].every((option) => option.value !== value)) select.append(...options([{ value, label }]));
  }

  /** What the reader left as the book gave it goes back as it came: an instant keeps its time of day behind a date input. */
  #value(path: Path): string | true | undefined {
    const input = this.control(path);
    if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked || undefined;
    const given = this.#given.get(path);
    return (input.value === given?.shown ? given.value : input.value.trim()) || undefined;
  }

  #set(path: Path, value: unknown): void {
    const input = this.control(path);
    if (input instanceof HTMLInputElement && input.type === "checkbox") {
      input.checked = value === true;
      return;
    }
    const text = typeof value === "string" ? value : "";
    input.value = this.#display(path, input, text);
    this.#given.set(path, { shown: input.value, value: text });
  }

  #display(path: Path, input: Control, text: string): string {
    if (path === "log.user") return this.#page.users.find(({ id }) => id === text)?.name ?? text;
    return input.type === "date" && text !== "" ? this.#page.format.day(text) : text;
  }
}

function makeField(page: Page, path: Path): Field {
  const input = makeControl(page, path);
  input.dataset["testid"] = path.replaceAll(".", "-");
  return field(page.words.boxField[path], input);
}

function makeControl({ words, users }: Page, path: Path): Control {
  switch (path) {
    case "log.type":
    case "pending.type": return h("select", {}, ...options([], words.choose));
    case "log.user": return h("input", { type: "text", readonly: true });
    case "pending.assignee": return h("select", {}, ...options(users.map(({ id, name }) => ({ value: id, label: name })), words.choose));
    case "log.description":
    case "pending.description": return h("textarea", { rows: 2 });
    case "pending.createTask": return h("input", { type: "checkbox" });
    default: return h("input", { type: "date" });
  }
}

function typeLabel({ words }: Page, type: ActivityTypeOption): string {
  if (!type.allowed) return type.reason === undefined ? type.label : `${type.label} (${type.reason})`;
  if (type.required) return words.requiredType(type.label, type.logged, type.min);
  return type.suggested ? words.suggestedType(type.label) : type.label;
}

function replaceOptions(select: Control | undefined, choices: HTMLOptionElement[]): void {
  if (select === undefined) return;
  const chosen = select.value;
  select.replaceChildren(...choices);
  select.value = chosen;
}
