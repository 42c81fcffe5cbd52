// A person's tasks across contacts, and the reminders that show now.
import type { Book, Page, Reminder, Task, Tasks } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Alarm } from "../alarm.js";
import { people } from "../boxes.js";
import { BookElement, styled } from "../element.js";
import { field, type Option, values } from "../fields.js";
import { icon } from "../icons.js";
import { Pages } from "../pages.js";
import type { Pick, Picking } from "../picking.js";
import { reminderBanner } from "../reminders.js";
import own from "./tasks.css";

type Query = NonNullable<Parameters<Tasks["list"]>[0]>;
const GROUPS = {
  open: { status: "open" },
  overdue: { state: "overdue" },
  today: { state: "today" },
  planned: { state: "planned" },
  done: { status: "done" },
  cancelled: { status: "cancelled" },
} satisfies Record<string, Query>;
type Group = keyof typeof GROUPS;

/**
 * Tasks across contacts.
 *
 * @summary A person's own task list, with reminders.
 * @tag stagebook-tasks
 * @attr {string} assignee - Whose. Default: who operates; "" is everybody.
 * @attr {"open"|"overdue"|"today"|"planned"|"done"|"cancelled"} group - Which. Default open.
 * @fires {CustomEvent} stagebook-open - A contact's name was chosen.
 * @fires {CustomEvent} stagebook-before-complete - Cancelable: a task is about to be completed.
 * @fires {CustomEvent} stagebook-complete - It was.
 * @fires {CustomEvent} stagebook-before-reopen - Cancelable: a task is about to be opened again.
 * @fires {CustomEvent} stagebook-reopen - It was.
 * @fires {CustomEvent} stagebook-before-update - Cancelable: a task is about to go to another person.
 * @fires {CustomEvent} stagebook-update - It did.
 * @fires {CustomEvent} stagebook-before-snooze - Cancelable: a reminder is about to be put off.
 * @fires {CustomEvent} stagebook-snooze - It was.
 * @fires {CustomEvent} stagebook-before-acknowledge - Cancelable: a reminder is about to be dismissed.
 * @fires {CustomEvent} stagebook-acknowledge - It was.
 * @slot nothing - In place of the words where there is nothing to do.
 * @csspart filters - The choice of person and group.
 * @csspart task - One task.
 * @csspart reminder - A reminder that shows now.
 * @csspart picking - What can be done with several that are chosen.
 * @csspart more - The button under a long list.
 */
export class StagebookTasks extends BookElement {
  static override properties = { ...BookElement.properties, assignee: {}, group: { reflect: true } };
  static override styles = styled(own);

  /** Whose. Default: who operates; "" is everybody. */
  declare assignee: string | undefined;
  /** Which of them. */
  declare group: Group;
  readonly #rows = new Pages<Task>(this, (query) => this.#load(query));
  readonly #alarm = new Alarm(this, () => void this.refresh());
  #reminders: readonly Reminder[] = [];
  #picking: Picking | undefined;

  constructor() {
    super();
    this.group = "open";
  }

  protected override get needsContact(): boolean {
    return false;
  }

  get #who(): string {
    return this.assignee ?? this.book!.actor.id;
  }

  #load(query: Query): Promise<Page<Task>> {
    return this.book!.tasks.list({ ...query, ...GROUPS[this.group], ...(this.#who && { assignee: this.#who }) });
  }

  protected async read(book: Book): Promise<() => void> {
    const [show, reminders] = await Promise.all([this.#rows.again(), book.activities.reminders(this.#who ? { assignee: this.#who } : {})]);
    return () => {
      this.#reminders = reminders;
      show();
    };
  }

  protected override afterRefresh(): void {
    if (this.book && this.ready) void this.#alarm.set(this.book);
  }

  protected view(): unknown {
    const groups = (Object.keys(GROUPS) as Group[]).map((value): Option => ({ value, label: this.t(`group.${value}`) }));
    return html`<form class="filters" part="filters" @submit=${(event: Event) => event.preventDefault()} @input=${this.#filter}>
        ${field({ path: "who", label: this.t("tasks.of"), kind: "select", options: this.#people(), empty: this.t("everybody"), value: this.#who })}
        ${field({ path: "group", label: this.t("tasks.show"), kind: "select", options: groups, value: this.group })}
      </form>
      ${this.#reminders.map((reminder) => reminderBanner(reminder, this.words, this.locked, {
        title: ({ contactId, contactName }) => this.#contact(contactId, contactName),
        snooze: ({ contactId, pendingId }, until) => this.attempt(() => this.act("snooze", { contactId, pendingId, until }, (book) => book.activities.snooze(pendingId, until))),
        acknowledge: ({ contactId, pendingId }) => this.attempt(() => this.act("acknowledge", { contactId, pendingId }, (book) => book.activities.acknowledge(pendingId))),
      }))}
      ${this.#rows.count === 0 ? html`<slot name="nothing">${this.empty("tasks", this.t("tasks.empty"))}</slot>`
        : html`${this.#several()}<ul aria-label=${this.t("tasks")}>${this.#rows.pages.map((page) => guard([page, this.words, this.locked, this.#picking ? {} : 0], () => page.map((task) => this.#row(task))))}</ul>
          ${this.#rows.end(this.t("more"))}`}`;
  }

  #several(): unknown {
    const open = this.#rows.pages.flat().filter(({ status }) => status === "open");
    if (this.locked || open.length < 2) return nothing;
    return this.#picking?.bar(open.map((one) => this.#pick(one))) ?? this.several((picking) => { this.#picking = picking; });
  }

  #pick({ id, contactId, pendingId }: Task): Pick {
    return {
      id,
      done: () => this.act("complete", { contactId, pendingId }, (book) => book.tasks.complete(id)),
      undo: () => this.act("reopen", { contactId, pendingId }, (book) => book.activities.reopen(pendingId)),
    };
  }

  #people(): Option[] {
    return people({ book: this.book!, words: this.words, types: [] });
  }

  #filter = (event: Event): void => {
    const { who, group } = values(event.currentTarget as HTMLFormElement);
    this.assignee = who ?? "";
    this.group = group as Group;
    this.#picking = undefined;
    this.#rows.anew();
    void this.refresh();
  };

  #contact(contactId: string, name: string): TemplateResult {
    return html`<button type="button" class="quiet" @click=${() => this.emit("stagebook-open", { contactId })}>${name}</button>`;
  }

  #row(task: Task): TemplateResult {
    const { id, typeLabel, contactId, contactName, description, due, assignee, state, status } = task;
    const acts = status === "open" ? [["check", "activity.complete", this.#complete], ["user", "task.reassign", this.#reassign]] as const : [["back", "activity.reopen", this.#again]] as const;
    return html`<li class="row ${state}" part="task">
      <div class="head">${status === "open" ? this.#picking?.box(id, `${typeLabel}, ${contactName}`) : nothing}<strong>${typeLabel}</strong>${this.#contact(contactId, contactName)}<span class="grow"></span><span class="chip ${state}">${this.t(`task.${state}`)}</span></div>
      ${description ? html`<p class="text">${description}</p>` : nothing}
      <p class="facts fine">
        ${due ? html`<time datetime=${due} title=${this.words.relative(due)}>${this.t("activity.due", { date: this.words.date(due) })}</time>` : nothing}<span>${this.#name(assignee)}</span></p>
      ${this.locked ? nothing : html`<div class="buttons">${acts.map(([name, key, act]) => html`
        <button type="button" class="quiet" aria-label=${`${this.t(key)}: ${typeLabel}, ${contactName}`} @click=${() => act.call(this, task)}>${icon(name)}${this.t(key)}</button>`)}</div>`}
    </li>`;
  }

  #name = (id: string) => this.book!.users.find((user) => user.id === id)?.name ?? (id === this.book!.actor.id ? this.book!.actor.name ?? id : id);

  #complete(task: Task): Promise<void> {
    const { id, contactId, contactName, pendingId, typeLabel: label } = task;
    return this.ask(({ complete }) => complete(this, `${label}, ${contactName}`, async (outcome) => {
      const given = outcome ? { outcome } : {};
      const done = await this.act("complete", { contactId, pendingId, ...given }, (book) => book.tasks.complete(id, given));
      if (done) this.say(this.t("activity.completed", { label }), () => this.#reopen(task));
    }));
  }

  #again(task: Task): Promise<void> {
    return this.attempt(() => this.#reopen(task));
  }

  async #reopen({ contactId, pendingId, typeLabel: label }: Task): Promise<void> {
    const done = await this.act("reopen", { contactId, pendingId }, (book) => book.activities.reopen(pendingId));
    if (done) this.say(this.t("activity.reopened", { label }));
  }

  #reassign({ id, contactId, pendingId, assignee, typeLabel: label }: Task): Promise<void> {
    return this.ask(({ reassign }) => reassign(this, label, assignee, async (to) => {
      const done = await this.act("update", { contactId, pendingId, changes: { assignee: to } }, (book) => book.tasks.reassign(id, to));
      if (done) this.say(this.t("task.reassigned", { label, name: this.#name(to) }));
    }));
  }
}
