// What is to be done with a contact and what was done: overdue, today, planned, done, in groups that are the book's. The flip at
// midnight comes by the alarm.
import type { ActivityTypeOption, Book, LoggedActivity, PendingActivity, Reminder } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Alarm } from "../alarm.js";
import { BookElement, styled } from "../element.js";
import { icon, type Icon } from "../icons.js";
import { Pages } from "../pages.js";
import type { Pick, Picking } from "../picking.js";
import { reminderBanner } from "../reminders.js";
import own from "./activities.css";

const GROUPS = ["overdue", "today", "planned"] as const;
const ICONS: Record<string, Icon> = { overdue: "warning", today: "clock", planned: "clock", done: "check", cancelled: "cross" };

/**
 * A contact's activities: overdue, today, planned, done and cancelled, with reminders that show now.
 *
 * @summary What is to be done and what was done.
 * @tag stagebook-activities
 * @attr {string} contact-id - The contact that is shown.
 * @fires {CustomEvent} stagebook-before-complete - Cancelable: an activity is about to be completed.
 * @fires {CustomEvent} stagebook-complete - It was.
 * @fires {CustomEvent} stagebook-before-cancel - Cancelable: an activity is about to be cancelled.
 * @fires {CustomEvent} stagebook-cancel - It was.
 * @fires {CustomEvent} stagebook-before-reopen - Cancelable: an activity is about to be opened again.
 * @fires {CustomEvent} stagebook-reopen - It was.
 * @fires {CustomEvent} stagebook-before-update - Cancelable: an activity is about to be changed.
 * @fires {CustomEvent} stagebook-update - It was.
 * @fires {CustomEvent} stagebook-before-snooze - Cancelable: a reminder is about to be put off.
 * @fires {CustomEvent} stagebook-snooze - It was.
 * @fires {CustomEvent} stagebook-before-acknowledge - Cancelable: a reminder is about to be dismissed.
 * @fires {CustomEvent} stagebook-acknowledge - It was.
 * @slot empty - In place of the words where no contact is chosen.
 * @slot nothing - In place of the words where there is no activity yet.
 * @csspart group - A group of activities.
 * @csspart activity - One activity.
 * @csspart reminder - A reminder that shows now.
 * @csspart picking - What can be done with several that are chosen.
 * @csspart more - The button under a long list.
 */
export class StagebookActivities extends BookElement {
  static override styles = styled(own);

  readonly #done = new Pages<LoggedActivity>(this, (query) => this.book!.activities.list(this.contactId!, { ...query, status: "logged" }));
  readonly #alarm = new Alarm(this, () => void this.refresh());
  #open: readonly PendingActivity[] = [];
  #cancelled: readonly PendingActivity[] = [];
  /** Those that are closed by having been done, so that they can be opened again. */
  #closed: ReadonlySet<string> = new Set();
  #reminders: readonly Reminder[] = [];
  #types: readonly ActivityTypeOption[] = [];
  #picking: Picking | undefined;

  protected override reset(): void {
    super.reset();
    this.#picking = undefined;
    this.#done.clear();
  }

  protected async read(book: Book): Promise<() => void> {
    const id = this.contactId!;
    const [open, done, cancelled, logged, reminders, types] = await Promise.all([
      book.activities.list(id, { status: "open", limit: 500 }),
      book.activities.list(id, { status: "done", limit: 500 }),
      book.activities.list(id, { status: "cancelled" }),
      this.#done.again(),
      book.activities.reminders(),
      book.activities.types(id).catch(() => []),
    ]);
    return () => {
      this.#open = open.items;
      this.#cancelled = cancelled.items;
      this.#closed = new Set(done.items.map((one) => one.id));
      this.#reminders = reminders.filter(({ contactId }) => contactId === id);
      this.#types = types;
      logged();
    };
  }

  protected override afterRefresh(): void {
    if (this.book && this.ready) void this.#alarm.set(this.book);
  }

  protected view(): unknown {
    const none = this.#open.length + this.#cancelled.length + this.#done.count === 0;
    return html`
      ${this.#reminders.map((reminder) => reminderBanner(reminder, this.words, this.locked, {
        snooze: (one, until) => this.#snooze(one, until),
        acknowledge: ({ contactId, pendingId }) => this.attempt(() => this.act("acknowledge", { contactId, pendingId }, (book) => book.activities.acknowledge(pendingId))),
      }))}
      ${none ? html`<slot name="nothing">${this.empty("tasks", this.t("activities.empty"), this.locked ? undefined : this.t("activities.start"))}</slot>` : nothing}
      ${this.#several()}
      ${GROUPS.map((group) => this.#group(group))}
      ${this.#doneGroup()}
      ${this.#cancelled.length ? html`<details class="group" part="group"><summary>${this.t("group.cancelled")} <span class="chip">${this.words.number(this.#cancelled.length)}</span></summary>
        <ul>${this.#cancelled.map((one) => this.#row(one))}</ul></details>` : nothing}`;
  }

  #several(): unknown {
    if (this.locked || this.#open.length < 2) return nothing;
    return this.#picking?.bar(this.#open.map((one) => this.#pick(one))) ?? this.several((picking) => { this.#picking = picking; });
  }

  #pick({ id: pendingId, contactId }: PendingActivity): Pick {
    return {
      id: pendingId,
      done: () => this.act("complete", { contactId, pendingId }, (book) => book.activities.complete(pendingId)),
      undo: () => this.act("reopen", { contactId, pendingId }, (book) => book.activities.reopen(pendingId)),
    };
  }

  #group(group: (typeof GROUPS)[number]): unknown {
    const rows = this.#open.filter(({ state }) => state === group);
    if (rows.length === 0) return nothing;
    return html`<section part="group" aria-labelledby=${group}><h3 id=${group}>${this.t(`group.${group}`)} <span class="chip ${group}">${this.words.number(rows.length)}</span></h3>
      <ul>${rows.map((one) => this.#row(one))}</ul></section>`;
  }

  #doneGroup(): unknown {
    if (this.#done.count === 0) return nothing;
    return html`<section part="group" aria-labelledby="done"><h3 id="done">${this.t("group.done")}</h3>
      <ul>${this.#done.pages.map((page) => guard([page, this.words, this.#closed, this.locked], () => page.map((one) => this.#doneRow(one))))}</ul>
      ${this.#done.end(this.t("more"))}</section>`;
  }

  #row(one: PendingActivity): TemplateResult {
    const { id, state, typeLabel, description, due, date, assigneeName, taskId, status } = one;
    const open = status === "open";
    const when = due ?? date;
    const said = due ? this.t("activity.due", { date: this.words.day(due) }) : this.words.day(date);
    const acts = [["check", "activity.complete", this.#complete], ["pencil", "activity.edit", this.#edit], ["cross", "activity.cancel", this.#cancel]] as const;
    return html`<li class="row" part="activity">${(open && this.#picking?.box(id, typeLabel)) || html`<span class="dot ${state}">${icon(ICONS[state] ?? "clock")}</span>`}<div>
      <div class="head"><span class="grow">${typeLabel}</span>${taskId ? html`<span class="chip">${icon("tasks")}${this.t("activity.task")}</span>` : nothing}</div>
      ${description ? html`<p class="text">${description}</p>` : nothing}
      <p class="facts ${state === "overdue" ? "late" : ""}">
        <time datetime=${when} title=${this.words.date(when)}>${said}${open ? html` (${this.words.relative(when)})` : nothing}</time><span>${assigneeName}</span></p>
      ${this.locked ? nothing : html`<div class="buttons">${open
        ? acts.map(([name, key, act]) => this.#button(name, key, typeLabel, () => act.call(this, one)))
        : this.#reopenButton(one.id, typeLabel)}</div>`}
    </div></li>`;
  }

  #doneRow({ typeLabel, description, outcome, date, userName, closes }: LoggedActivity): TemplateResult {
    return html`<li class="row" part="activity"><span class="dot done">${icon("check")}</span><div>
      <div class="head"><span class="grow">${typeLabel}</span></div>
      ${description ? html`<p class="text">${description}</p>` : nothing}
      ${outcome ? html`<p class="text">${this.t("activity.outcome")}: ${outcome}</p>` : nothing}
      <p class="facts"><time datetime=${date} title=${this.words.date(date)}>${this.words.date(date)}</time><span>${userName}</span></p>
      ${closes && this.#closed.has(closes) && !this.locked ? html`<div class="buttons">${this.#reopenButton(closes, typeLabel)}</div>` : nothing}
    </div></li>`;
  }

  #button(name: Icon, key: "activity.complete" | "activity.edit" | "activity.cancel" | "activity.reopen", label: string, act: () => unknown): TemplateResult {
    return html`<button type="button" class="quiet" aria-label=${`${this.t(key)}: ${label}`} @click=${act}>${icon(name)}${this.t(key)}</button>`;
  }

  #reopenButton(pendingId: string, label: string): TemplateResult {
    return this.#button("back", "activity.reopen", label, () => this.attempt(() => this.#reopen(pendingId, label)));
  }

  #complete({ id: pendingId, contactId, typeLabel: label }: PendingActivity): Promise<void> {
    return this.ask(({ complete }) => complete(this, label, async (outcome) => {
      const given = outcome ? { outcome } : {};
      const done = await this.act("complete", { contactId, pendingId, ...given }, (book) => book.activities.complete(pendingId, given));
      if (done) this.say(this.t("activity.completed", { label }), () => this.#reopen(pendingId, label));
    }));
  }

  #cancel({ id: pendingId, contactId, typeLabel: label }: PendingActivity): Promise<void> {
    return this.ask(({ cancel }) => cancel(this, label, async (reason) => {
      const given = reason ? { reason } : {};
      const done = await this.act("cancel", { contactId, pendingId, ...given }, (book) => book.activities.cancel(pendingId, given));
      if (done) this.say(this.t("activity.cancelled", { label }), () => this.#reopen(pendingId, label));
    }));
  }

  async #reopen(pendingId: string, label: string): Promise<void> {
    const done = await this.act("reopen", { contactId: this.contactId!, pendingId }, (book) => book.activities.reopen(pendingId));
    if (done) this.say(this.t("activity.reopened", { label }));
  }

  #edit(one: PendingActivity): Promise<void> {
    return this.ask(({ edit }) => edit(this, one, this.#types));
  }

  #snooze({ contactId, pendingId }: Reminder, until: string): Promise<void> {
    return this.attempt(async () => {
      const done = await this.act("snooze", { contactId, pendingId, until }, (book) => book.activities.snooze(pendingId, until));
      if (done) this.say(this.t("remind.snoozed", { date: this.words.date(until) }));
    });
  }
}
