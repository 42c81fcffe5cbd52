// My tasks: what a person has to do, across contacts, by due. Closing one closes the pending activity it came from.
import type { Task, Tasks } from "stagebook";
import { ask } from "./dialogs.js";
import { button, h } from "./dom.js";
import { field, filledIn, options, type Field } from "./fields.js";
import { attempt, type Page, type View } from "./page.js";
import { pager } from "./pager.js";
import { contactLink } from "./places.js";

type TaskQuery = NonNullable<Parameters<Tasks["list"]>[0]>;
export type TaskGroup = "open" | "overdue" | "today" | "planned" | "done" | "cancelled";
const GROUPS: Record<TaskGroup, TaskQuery> = {
  open: { status: "open" },
  overdue: { state: "overdue" },
  today: { state: "today" },
  planned: { state: "planned" },
  done: { status: "done" },
  cancelled: { status: "cancelled" },
};

export function tasksRoom(page: Page): View {
  const { words, book, users } = page;
  const groups = (Object.keys(GROUPS) as TaskGroup[]).map((value) => ({ value, label: words.taskGroup[value] }));
  const group = field(words.show, h("select", { "data-testid": "task-group" }, ...options(groups)));
  const people = users.map(({ id, name }) => ({ value: id, label: id === book.actor.id ? words.me(name) : name }));
  const person = field(words.tasksOf, h("select", { "data-testid": "task-person" }, ...options(people, words.everybody)));
  person.input.value = book.actor.id;
  const rows = pager<Task>(page, {
    list: h("ul", { class: "rows", role: "list", "data-testid": "tasks" }),
    empty: words.noTasks,
    testid: "tasks",
    load: (query) => book.tasks.list({ ...query, ...GROUPS[group.input.value as TaskGroup], ...(person.input.value !== "" && { assignee: person.input.value }) }),
    row: (task) => taskRow(page, task),
  });
  rows.follow([group, person]);
  return { element: h("div", {}, h("div", { class: "filters" }, group.element, person.element), rows.element), refresh: rows.refresh };
}

function taskRow(page: Page, task: Task): HTMLElement {
  const { words, format, users } = page;
  const facts = [
    task.due !== undefined && words.dueOn(format.date(task.due)),
    words.assignedTo(users.find(({ id }) => id === task.assignee)?.name ?? task.assignee),
    task.closedAt !== undefined && words.closedOn(format.date(task.closedAt)),
  ];
  return h("li", { class: "row", "data-testid": "task-row", "data-id": task.id, "data-state": task.state },
    h("div", { class: "row-head" },
      h("strong", {}, task.typeLabel),
      h("a", { href: contactLink(task.contactId), "data-testid": "task-contact", "data-key": `${task.id} contact` }, task.contactName),
      h("span", { class: `chip ${task.state}` }, words.activityState[task.state]),
    ),
    task.description !== undefined && h("p", {}, task.description),
    h("p", { class: "fine" }, facts.filter(Boolean).join(" · ")),
    h("div", { class: "buttons" }, ...taskActions(page, task)),
  );
}

function taskActions(page: Page, task: Task): HTMLElement[] {
  const { words, book } = page;
  const action = (name: keyof typeof words.taskAction, act: () => unknown) => {
    const label = words.taskAction[name];
    const named = `${label}: ${task.typeLabel}, ${task.contactName}`;
    return button(label, { class: "quiet", "data-testid": `task-${name}`, "data-key": `${task.id} ${name}`, "aria-label": named }, act);
  };
  const reopen = () => attempt(page, () => book.tasks.reopen(task.id)).then((ok) => ok && page.say(words.saved));
  if (task.status !== "open") return [action("reopen", reopen)];
  return [
    action("complete", () => complete(page, task)),
    action("reassign", () => reassign(page, task)),
  ];
}

function complete(page: Page, task: Task): void {
  const { words, book } = page;
  const fields = new Map<string, Field>([["outcome", field(words.outcome, h("textarea", { rows: 2, "data-testid": "outcome-text" }))]]);
  ask(page, {
    title: words.completing(`${task.typeLabel}, ${task.contactName}`),
    testid: "outcome-dialog",
    fields,
    confirm: { label: words.completeIt, testid: "outcome-confirm" },
    submit: async () => {
      await book.tasks.complete(task.id, filledIn(fields));
      page.say(words.saved);
    },
  });
}

function reassign(page: Page, task: Task): void {
  const { words, book, users } = page;
  const choices = users.map(({ id, name }) => ({ value: id, label: name }));
  const select = h("select", { "data-testid": "reassign-to" }, ...options(choices, words.choose));
  ask(page, {
    title: words.reassigning(`${task.typeLabel}, ${task.contactName}`),
    testid: "reassign-dialog",
    fields: new Map<string, Field>([["assignee", field(words.boxField["pending.assignee"], select)]]),
    confirm: { label: words.save, testid: "reassign-confirm" },
    submit: async () => {
      await book.tasks.reassign(task.id, select.value);
      page.say(words.saved);
    },
  });
}
