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

  constructor(page: Page) {
    this.#page = page;
    for (const path of PATHS) this.#fields.set(path, makeField(page, path));
  }

  control(path: Path): Control {
    return this.#fields.get(path)!.input;
  }

  box(prefix: "log" | "pending", title: string): HTMLElement {
    const heading = newId("box");
    const own = PATHS.filter((path) => path.startsWith(prefix)).map((path) => this.#fields.get(path)!.element);
    return h("div", { class: "box", role: "group", "aria-labelledby": heading, "data-testid": `box-${prefix}` }, h("h4", { id: heading }, title), ...own);
  }

  read(): Boxes {
    const boxes: Tree = {};
    for (const path of PATHS) {
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
    for (const path of PATHS) {
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
    replaceOptions(this.control("log.type"), options(types.map((type) => ({ value: type.type, label: typeLabel(this.#page, type), disabled: !type.allowed })), choose));
    replaceOptions(this.control("pending.type"), options(types.map((type) => ({ value: type.type, label: type.label })), choose));
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

function replaceOptions(select: Control, choices: HTMLOptionElement[]): void {
  const chosen = select.value;
  select.replaceChildren(...choices);
  select.value = chosen;
}
