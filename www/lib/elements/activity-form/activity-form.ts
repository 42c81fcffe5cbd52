// The form with the two boxes, what was done (Task) and what is to be done next (Pending activity), saved together with the
// contact. Dates, user and defaults are filled in by the book's draft(), problems found by its validate(), at every keystroke.
import type { ActivityDraft, ActivityTypeOption, Book, Boxes, Contact, ContactChanges, Issue, PendingDraft, SaveResult } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { BookElement, styled } from "../element.js";
import { boxField, LOG, type Path, PENDING, put, tidy } from "../boxes.js";
import { concerns, valueOf, type Control } from "../fields.js";
import { icon } from "../icons.js";
import { isStagebookError } from "../problem.js";
import own from "./activity-form.css";

/**
 * The two boxes: what was done, and what is to be done next.
 *
 * @summary Logs an activity and plans the next one.
 * @tag stagebook-activity-form
 * @attr {string} contact-id - The contact that it is for.
 * @attr {boolean} readonly - Shows nothing to fill in.
 * @attr {boolean} embedded - Without buttons: the host saves `changes` with its own form, or calls save().
 * @prop {Boxes} boxes - What is being entered; can be set.
 * @prop {ContactChanges} changes - What is being entered, as contacts.save() takes it.
 * @fires {CustomEvent} stagebook-before-save - Cancelable: the boxes are about to be saved.
 * @fires {CustomEvent} stagebook-save - They were saved; `detail.result` is what save() gave.
 * @slot empty - In place of the words where no contact is chosen.
 * @csspart box - One of the two boxes.
 * @csspart actions - The buttons.
 */
export class StagebookActivityForm extends BookElement {
  static formAssociated = true;
  static override properties = { ...BookElement.properties, embedded: { type: Boolean, reflect: true } };
  static override styles = styled(own);

  /** Without buttons: the host saves. */
  declare embedded: boolean;
  readonly #internals: ElementInternals = this.attachInternals();
  #contact: Contact | undefined;
  #types: readonly ActivityTypeOption[] = [];
  #boxes: Boxes = {};
  #issues: readonly Issue[] = [];
  #suggestions: readonly PendingDraft[] = [];
  #busy = false;

  constructor() {
    super();
    this.embedded = false;
  }

  get boxes(): Boxes {
    return structuredClone(this.#boxes);
  }

  set boxes(boxes: Boxes) {
    this.#set(structuredClone(boxes));
  }

  get changes(): ContactChanges {
    const empty = Object.keys(this.#boxes).length === 0;
    return empty ? {} : { activities: [tidy(this.#boxes) as { log?: ActivityDraft; pending?: PendingDraft }] };
  }

  /** Begins one of the boxes with this type, and puts the focus there. */
  async begin(type: string, box: "log" | "pending" = "log"): Promise<void> {
    this.#choose(`${box}.type`, type);
    await this.updateComplete;
    const control = this.renderRoot.querySelector<HTMLElement>(`[name="${box}.${box === "log" ? "description" : "due"}"]`);
    control?.scrollIntoView({ block: "nearest" });
    control?.focus();
  }

  /** Saves the boxes with the contact. Undefined: there was nothing, the host forbade it, or it was refused and is shown. */
  async save(): Promise<SaveResult | undefined> {
    const { changes, contactId } = this;
    if (this.#busy || !contactId) return undefined;
    if (!changes.activities) {
      this.say(this.t("form.empty"));
      return undefined;
    }
    this.#busy = true;
    try {
      const result = await this.act("save", { contactId, changes }, (book) => book.contacts.save(contactId, changes));
      if (result) this.#saved(result);
      return result;
    } catch (error) {
      this.#refused(error);
      return undefined;
    } finally {
      this.#busy = false;
      this.requestUpdate();
    }
  }

  /** Offers what follows something that was done elsewhere, a button each. */
  offer(suggestions: readonly PendingDraft[]): void {
    this.#suggestions = suggestions;
    this.requestUpdate();
  }

  protected override reset(): void {
    super.reset();
    this.#suggestions = [];
    this.#set({});
  }

  protected async read(book: Book): Promise<() => void> {
    const contact = await book.contacts.get(this.contactId!);
    const types = contact?.workflow ? await book.activities.types(this.contactId!) : [];
    return () => {
      this.#contact = contact;
      this.#types = types;
      this.#check();
    };
  }

  protected view(): unknown {
    if (!this.#contact?.workflow || this.locked) return nothing;
    const rest = this.#issues.filter((issue) => ![...LOG, ...PENDING].some((path) => concerns(issue, path)));
    return html`<form novalidate @input=${this.#input} @change=${this.#input} @submit=${this.#submit}>
      <div class="boxes">${this.#box("log", LOG)}${this.#box("pending", PENDING)}</div>
      <div class="issues rest">${rest.map(({ severity, message }) => html`<p class=${severity}>${message}</p>`)}</div>
      ${this.embedded ? nothing : html`<div class="actions buttons" part="actions">
        <button type="submit" class="primary" ?disabled=${this.#busy}>${this.t("save")}</button>
        ${Object.keys(this.#boxes).length ? html`<button type="button" @click=${() => this.#set({})}>${this.t("clear")}</button>` : nothing}
        ${this.#suggestions.map((pending) => html`<button type="button" class="pick" @click=${() => this.#plan(pending)}>
          ${icon("plus")}${this.t("form.next", { label: this.#label(pending.type) })}</button>`)}
      </div>`}
    </form>`;
  }

  /** Until a type is chosen the box asks for nothing else. */
  #box(box: "log" | "pending", paths: readonly Path[]): TemplateResult {
    const context = { book: this.book!, words: this.words, types: this.#types };
    const [first, ...others] = paths;
    const begun = this.#boxes[box] !== undefined;
    const one = (path: Path) => boxField(path, this.#boxes, context, this.#issues);
    return html`<fieldset class="box card ${box}" part="box" aria-labelledby="${box}-title">
      <header><h3 id="${box}-title">${this.t(`box.${box}`)}</h3><span class="fine">${this.t(`box.${box}.hint`)}</span></header>
      ${one(first!)}
      ${begun ? html`<div class="pair">${others.map(one)}</div>` : this.#picks(box)}
    </fieldset>`;
  }

  #picks(box: "log" | "pending"): unknown {
    const picks = this.#types.filter(({ required, suggested, allowed, logged, min }) => (box === "log" ? allowed && (required ? logged < min : suggested) : suggested));
    if (picks.length === 0) return nothing;
    const wanted = ({ required, logged, min }: ActivityTypeOption) => (required && box === "log" ? html` <small>${this.t("type.wanted", { logged, min })}</small>` : nothing);
    return html`<div class="picks">${picks.slice(0, 4).map((one) => html`<button type="button" class="pick" @click=${() => this.begin(one.type, box)}>
      ${icon("plus")}<span>${one.label}${wanted(one)}</span></button>`)}</div>`;
  }

  #label = (type: string) => this.#types.find((one) => one.type === type)?.label ?? type;

  #input = (event: Event): void => {
    const control = event.target as Control;
    const path = control.name as Path;
    if (path.endsWith(".type")) return this.#choose(path, valueOf(control));
    this.#set(put(this.#boxes, path, valueOf(control), this.words));
  };

  #choose(path: string, type: string): void {
    const boxes = put(this.#boxes, path as Path, type, this.words);
    const [box] = path.split(".") as ["log" | "pending"];
    if (!type) delete boxes[box];
    this.#set(type ? this.#draft(boxes) : boxes);
  }

  #draft(boxes: Boxes): Boxes {
    try {
      return this.book?.activities.draft(boxes, this.#context()) ?? boxes;
    } catch (error) {
      this.fail(error);
      return boxes;
    }
  }

  #plan(pending: PendingDraft): void {
    this.#suggestions = [];
    this.#set(this.#draft({ ...this.#boxes, pending }));
  }

  #set(boxes: Boxes): void {
    this.#boxes = boxes;
    this.#check();
  }

  #check(): void {
    try {
      this.#issues = this.book && this.#contact ? this.book.activities.validate(this.#boxes, this.#context()) : [];
    } catch (error) {
      this.fail(error);
    }
    const wrong = this.#issues.find(({ severity }) => severity === "error");
    this.#internals.setValidity(wrong ? { customError: true } : {}, wrong?.message);
    this.requestUpdate();
  }

  #context(): { stage?: string; definition?: string } {
    const workflow = this.#contact?.workflow;
    return workflow ? { stage: workflow.stage, definition: workflow.definition } : {};
  }

  #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.save();
  };

  #saved({ issues, suggestions }: SaveResult): void {
    this.#suggestions = suggestions;
    this.#set({});
    this.say([this.t("saved"), ...issues.map(({ message }) => message)].join(" "));
    this.renderRoot.querySelector<HTMLElement>('[name="log.type"]')?.focus();
  }

  /** A save names its one activity in the path; the boxes do not. */
  #refused(error: unknown): void {
    const issues = isStagebookError(error) ? error.issues : [];
    if (issues.length === 0) return this.fail(error);
    this.#issues = issues.map((issue) => ({ ...issue, path: issue.path.replace(/^activities\.0\./, "") }));
    this.emit("stagebook-error", { error });
  }
}
