// One contact whole: where it stands and what leads on, the tab Workflow Log with Activities and Log where its workflow asks for
// it, and the History beside it. It composes the other elements and brings a blocker's button to the place that clears it.
import type { Book, Conflict, Contact } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { BookElement, styled } from "../element.js";
import type { StagebookEventMap } from "../public.js";
import { icon } from "../icons.js";
import { type Tab, tabs } from "../tabs.js";
import type { StagebookActivityForm } from "../activity-form/activity-form.js";
import own from "./panel.css";

/**
 * The contact panel. The tab Workflow Log (Activities and Log) is there only while a workflow is active that asks for it.
 *
 * @summary A contact's workflow, activities, log and history in one panel.
 * @tag stagebook-panel
 * @attr {string} contact-id - The contact that is shown.
 * @attr {"activities"|"log"|"history"} tab - Which tab is open.
 * @fires {CustomEvent} stagebook-fix - Cancelable: a blocker's button was pressed. Uncancelled, the panel leads to the fix.
 * @fires {CustomEvent} stagebook-before-restore - Cancelable: an archived contact is about to be restored. The acts of the elements in the panel are told through it, too.
 * @fires {CustomEvent} stagebook-restore - It was restored.
 * @slot header - Above all, beside the state of syncing: a name, buttons of the host.
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
  static override properties = { ...BookElement.properties, tab: { reflect: true } };
  static override styles = styled(own);

  /** Which tab is open. */
  declare tab: "activities" | "log" | "history" | undefined;
  #contact: Contact | undefined;
  #erased = false;
  #conflicts: readonly Conflict[] = [];
  readonly #dismissed = new Set<string>();
  #visited = new Set<string>();

  protected override reset(): void {
    super.reset();
    this.#visited = new Set();
  }

  protected async read(book: Book): Promise<() => void> {
    const id = this.contactId!;
    const contact = await book.contacts.get(id);
    const conflicts = await book.sync.conflicts({ contactId: id });
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
      <div class="top"><slot name="header"></slot><stagebook-sync-status .book=${this.book}></stagebook-sync-status></div>
      ${this.locked ? this.#banner("lock", this.t("state.readonly")) : nothing}
      ${archived ? this.#banner("box", this.t("state.archived"), this.locked ? nothing : html`<button type="button" @click=${() => this.#restore()}>${this.t("fix.restore")}</button>`) : nothing}
      ${this.#conflictBanner()}
      ${contact.workflow || !archived
        ? html`<stagebook-stage-path part="path" .book=${this.book} .contactId=${this.contactId} ?readonly=${this.locked} .begin=${this.#begin}></stagebook-stage-path>`
        : nothing}
      ${this.#tabs(contact)}
      <slot name="footer"></slot>`;
  }

  #gone(): TemplateResult {
    return html`<slot name="header"></slot>${this.empty(this.#erased ? "trash" : "user", this.t(this.#erased ? "state.erased" : "state.gone"))}
      ${this.#erased ? html`<stagebook-history .book=${this.book} .contactId=${this.contactId} readonly></stagebook-history>` : nothing}`;
  }

  #banner(name: Parameters<typeof icon>[0], text: unknown, more: unknown = nothing): TemplateResult {
    return html`<div class="banner" part="banner">${icon(name)}<div class="grow">${text}</div>${more}</div>`;
  }

  #conflictBanner(): unknown {
    const open = this.#conflicts.filter(({ id }) => !this.#dismissed.has(id));
    if (open.length === 0) return nothing;
    const dismiss = () => {
      for (const { id } of open) this.#dismissed.add(id);
      this.requestUpdate();
      void this.updateComplete.then(() => this.keepFocus());
    };
    const list = html`<strong>${this.t("conflict")}</strong><ul>${open.map(({ message, at }) => html`<li>${message} <span class="fine">${this.words.date(at)}</span></li>`)}</ul>`;
    return this.#banner("warning", list, html`<button type="button" @click=${dismiss}>${this.t("conflict.dismiss")}</button>`);
  }

  #restore(): Promise<void> {
    const contactId = this.contactId!;
    return this.attempt(() => this.act("restore", { contactId }, (book) => book.contacts.restore(contactId)));
  }

  // ── tabs

  #tabs({ workflow }: Contact): TemplateResult {
    const content = () => html`<stagebook-history .book=${this.book} .contactId=${this.contactId} ?readonly=${this.locked}></stagebook-history>`;
    const history: Tab = { id: "history", label: this.t("tab.history"), content };
    const outer = workflow?.showLog ? [{ id: "workflow", label: this.t("tab.workflow"), content: () => this.#workflow() }, history] : [history];
    const chosen = workflow?.showLog && this.tab !== "history" ? "workflow" : "history";
    return html`<div>${tabs(this.t("tabs"), outer, chosen, this.#visited, (id) => this.#show(id === "workflow" ? "activities" : "history"))}</div>`;
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
