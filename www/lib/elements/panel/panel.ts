// One contact whole: where it stands and what leads on, the tab Workflow Log with Activities and Log where its workflow asks for
// it, and the History beside it. It composes the other elements and brings a blocker's button to the place that clears it.
import type { Book, Contact } from "stagebook";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { BookElement, styled } from "../element.js";
import type { StagebookEventMap } from "../public.js";
import { icon } from "../icons.js";
import { type Tab, tabs } from "../tabs.js";
import type { StagebookActivityForm } from "../activity-form/activity-form.js";
import type { StagebookStagePath } from "../stage-path/stage-path.js";
import type { Disagreement } from "./conflicts.js";
import own from "./panel.css";

/**
 * The contact panel. The tab Workflow Log (Activities and Log) is there only while a workflow is active that asks for it.
 *
 * @summary A contact's workflow, activities, log and history in one panel.
 * @tag stagebook-panel
 * @attr {string} contact-id - The contact that is shown.
 * @attr {"activities"|"log"|"history"} tab - Which tab is open.
 * @attr {string} entry - The id of an entry: the history opens at it.
 * @attr {boolean} linked - Offers a link at each entry of the history.
 * @fires {CustomEvent} stagebook-fix - Cancelable: a blocker's button was pressed. Uncancelled, the panel leads to the fix.
 * @fires {CustomEvent} stagebook-before-restore - Cancelable: an archived contact is about to be restored. The acts of the elements in the panel are told through it, too.
 * @fires {CustomEvent} stagebook-restore - It was restored.
 * @fires {CustomEvent} stagebook-before-move - Cancelable: a move that lost against another device's is about to be made again.
 * @fires {CustomEvent} stagebook-move - It was made.
 * @fires {CustomEvent} stagebook-before-reopen - Cancelable: an activity that two devices completed is about to be opened again.
 * @fires {CustomEvent} stagebook-reopen - It was.
 * @fires {CustomEvent} stagebook-seen - A conflict was settled or read: kept by the host, it goes into `seen` the next time.
 * @fires {CustomEvent} stagebook-print - Cancelable: "Print" was chosen. Uncancelled, all tabs are made ready and printed.
 * @slot header - Above all, beside the state of syncing: a name, buttons of the host.
 * @slot status - In place of the state of syncing, which is the whole book's: what is hidden here leaves it to the host.
 * @slot footer - Under all.
 * @slot empty - In place of the words where no contact is chosen.
 * @csspart tabs - A list of tabs.
 * @csspart tab - A tab.
 * @csspart tabpanel - What a tab shows.
 * @csspart banner - What has to be known first: archived, read-only, a conflict.
 * @csspart path - The stage path element.
 * @cssprop --stagebook-accent - Colour of what can be pressed (default light-dark(#1d5fc4, #8db8ff)).
 * @cssprop --stagebook-on-accent - Text on it.
 * @cssprop --stagebook-tint - Its pale form, behind what is chosen.
 * @cssprop --stagebook-text - Text.
 * @cssprop --stagebook-muted - Lesser text.
 * @cssprop --stagebook-surface - Background.
 * @cssprop --stagebook-raised - Background of what stands out.
 * @cssprop --stagebook-line - Lines.
 * @cssprop --stagebook-edge - Edges of fields: at least 3:1 against the background.
 * @cssprop --stagebook-danger - Errors, overdue; --stagebook-danger-tint behind it.
 * @cssprop --stagebook-warning - Warnings, today; --stagebook-warning-tint behind it.
 * @cssprop --stagebook-success - Done; --stagebook-success-tint behind it.
 * @cssprop --stagebook-font - Font family. Default: the page's.
 * @cssprop --stagebook-font-size - Default 0.9375rem.
 * @cssprop --stagebook-radius - Of corners.
 * @cssprop --stagebook-gap - Between parts.
 * @cssprop --stagebook-padding - Of the panel.
 * @cssprop --stagebook-target - The least size of what can be pressed. Default 44px.
 */
export class StagebookPanel extends BookElement {
  static override properties = { ...BookElement.properties, tab: { reflect: true }, entry: {}, linked: { type: Boolean }, seen: { attribute: false } };
  static override styles = styled(own);

  /** Which tab is open. */
  declare tab: "activities" | "log" | "history" | undefined;
  /** The id of an entry: the history opens at it. */
  declare entry: string | undefined;
  /** Offers a link at each entry of the history. */
  declare linked: boolean;
  /** Ids of the conflicts that need not be shown any more. */
  declare seen: readonly string[];
  #contact: Contact | undefined;
  #erased = false;
  #conflicts: readonly Disagreement[] = [];
  #visited = new Set<string>();

  constructor() {
    super();
    this.seen = [];
    this.linked = false;
  }

  protected override reset(): void {
    super.reset();
    this.#visited = new Set();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("entry") && this.entry) this.tab = "history";
  }

  protected async read(book: Book): Promise<() => void> {
    const id = this.contactId!;
    const contact = await book.contacts.get(id);
    const open = (await book.sync.conflicts({ contactId: id })).filter((one) => !this.seen.includes(one.id));
    // Without what shows them the panel is there all the same; their number stands beside the state of syncing.
    const conflicts = open.length ? await import("./conflicts.js").then(({ both }) => both(book, id, open), () => []) : [];
    const erased = !contact && (await book.history(id, { limit: 1 })).items.length > 0;
    return () => {
      this.#contact = contact;
      this.#conflicts = conflicts;
      this.#erased = erased;
    };
  }

  protected override listen(book: Book): (() => void)[] {
    return [book.on("conflict", () => void this.refresh())];
  }

  protected view(): unknown {
    const contact = this.#contact;
    if (!contact) return this.#gone();
    const archived = contact.status === "archived";
    return html`
      <div class="top"><slot name="header"></slot><slot name="status"><stagebook-sync-status .book=${this.book} .seen=${this.seen}></stagebook-sync-status></slot></div>
      ${this.locked ? this.#banner("lock", this.t("state.readonly")) : nothing}
      ${archived ? this.#banner("box", this.t("state.archived"), this.locked ? nothing : html`<button type="button" @click=${() => this.#restore()}>${this.t("fix.restore")}</button>`) : nothing}
      ${this.#conflicts.filter(({ id }) => !this.seen.includes(id)).map((one) => one.banner(this))}
      ${contact.workflow || !archived
        ? html`<stagebook-stage-path part="path" .book=${this.book} .contactId=${this.contactId} ?readonly=${this.locked || archived} .begin=${this.#begin}></stagebook-stage-path>`
        : nothing}
      ${this.#tabs(contact)}
      <slot name="footer"></slot>`;
  }

  #gone(): TemplateResult {
    return html`<slot name="header"></slot>${this.#erased ? html`<stagebook-history .book=${this.book} .contactId=${this.contactId} readonly .entry=${this.entry} ?linked=${this.linked}></stagebook-history>` : this.empty("user", this.t("state.gone"))}`;
  }

  #banner(name: Parameters<typeof icon>[0], text: unknown, more: unknown = nothing): TemplateResult {
    return html`<div class="banner" part="banner">${icon(name)}<div class="grow">${text}</div>${more}</div>`;
  }

  /** @internal */
  go(stage: string): void {
    this.renderRoot.querySelector<StagebookStagePath>("stagebook-stage-path")?.go(stage);
  }

  /** @internal */
  settle(contactId: string, id: string): void {
    this.seen = [...this.seen, id];
    this.emit("stagebook-seen", { contactId, conflict: id });
    void this.updateComplete.then(() => this.keepFocus());
  }

  #restore(): Promise<void> {
    const contactId = this.contactId!;
    return this.attempt(() => this.act("restore", { contactId }, (book) => book.contacts.restore(contactId)));
  }

  // ── tabs

  #tabs({ workflow }: Contact): TemplateResult {
    const content = () => html`<stagebook-history .book=${this.book} .contactId=${this.contactId} ?readonly=${this.locked} .entry=${this.entry} ?linked=${this.linked}></stagebook-history>`;
    const history: Tab = { id: "history", label: this.t("tab.history"), content };
    const outer = workflow?.showLog ? [{ id: "workflow", label: this.t("tab.workflow"), content: () => this.#workflow() }, history] : [history];
    const chosen = workflow?.showLog && this.tab !== "history" ? "workflow" : "history";
    return html`<div @stagebook-print=${this.#print}>${tabs(this.t("tabs"), outer, chosen, this.#visited, (id) => this.#show(id === "workflow" ? "activities" : "history"))}</div>`;
  }

  #workflow(): TemplateResult {
    const still = this.locked || this.#contact?.status === "archived";
    const activities = () => html`<stagebook-activity-form .book=${this.book} .contactId=${this.contactId} ?readonly=${still}></stagebook-activity-form>
      <stagebook-activities .book=${this.book} .contactId=${this.contactId} ?readonly=${still} @stagebook-complete=${this.#completed}></stagebook-activities>`;
    const log = () => html`<stagebook-log .book=${this.book} .contactId=${this.contactId}></stagebook-log>`;
    const inner = [{ id: "activities", label: this.t("tab.activities"), content: activities }, { id: "log", label: this.t("tab.log"), content: log }];
    return tabs(this.t("tab.workflow"), inner, this.#inner, this.#visited, (id) => this.#show(id as "activities" | "log"));
  }

  /** Which of the inner two was open last. */
  get #inner(): string {
    if (this.tab === "log") return "log";
    return this.tab === "history" && this.#visited.has("log") && !this.#visited.has("activities") ? "log" : "activities";
  }

  #show(tab: "activities" | "log" | "history"): void {
    this.tab = tab;
    this.performUpdate();
  }

  /** On paper everything is there: what was not opened yet is made first. */
  #print = async (event: Event): Promise<void> => {
    event.stopPropagation();
    event.preventDefault();
    if (!this.emit("stagebook-print", { contactId: this.contactId }, true)) return;
    for (const id of ["workflow", "activities", "log", "history"]) this.#visited.add(id);
    this.requestUpdate();
    this.performUpdate();
    const shown = this.renderRoot.querySelectorAll<BookElement>("stagebook-activities, stagebook-log, stagebook-history");
    await Promise.all([...shown].map((one) => one.refresh().then(() => one.updateComplete)));
    window.print();
  };

  /** What follows is offered where it is planned. */
  #completed = ({ detail: { result } }: StagebookEventMap["stagebook-complete"]): void => {
    if ("suggestions" in result) this.renderRoot.querySelector<StagebookActivityForm>("stagebook-activity-form")?.offer(result.suggestions);
  };

  #begin = (type: string): void => {
    this.#show("activities");
    const form = this.renderRoot.querySelector<StagebookActivityForm>("stagebook-activity-form");
    void form?.updateComplete.then(() => form.begin(type));
  };
}
