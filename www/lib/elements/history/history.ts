// All that happened to a contact: filters over the whole of it, months, pages that come as the reader scrolls, and files to take
// along. Without a contact: of all contacts.
import type { Book, EntryKind, HistoryEntry, HistoryQuery, Page } from "stagebook";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { BookElement, styled } from "../element.js";
import type { DownloadFormat } from "../public.js";
import { field, type Option, values } from "../fields.js";
import { icon, type Icon } from "../icons.js";
import { Pages } from "../pages.js";
import { Seal } from "../seal.js";
import type { Key } from "../words.js";
import { rove, walk } from "./feed.js";
import own from "./history.css";

const KINDS: Record<"stages" | "activities" | "messages" | "data", readonly EntryKind[]> = {
  stages: ["workflow.started", "workflow.transitioned", "workflow.reverted", "workflow.migrated", "workflow.refused"],
  activities: ["activity.logged", "activity.planned", "activity.changed", "activity.completed", "activity.reopened", "activity.cancelled", "reminder.snoozed", "reminder.acknowledged", "task.created"],
  messages: ["contact.commented", "contact.invited", "contact.messaged", "contact.shared", "delivery.sent", "delivery.failed"],
  data: ["contact.created", "contact.changed", "contact.archived", "contact.restored", "contact.erased"],
};
const ICONS: Record<string, Icon> = {
  "contact.created": "plus", "contact.changed": "pencil", "contact.archived": "box", "contact.restored": "back", "contact.erased": "trash", "contact.commented": "note",
  "contact.invited": "mail", "contact.messaged": "mail", "contact.shared": "mail", "delivery.sent": "check", "delivery.failed": "warning", "workflow.refused": "lock",
  "activity.completed": "check", "activity.logged": "check", "activity.planned": "clock", "activity.cancelled": "cross", "task.created": "tasks",
  workflow: "swap", activity: "pencil", reminder: "bell",
};
const FORMATS: readonly DownloadFormat[] = ["csv", "jsonl", "xes", "cloudevents", "ics"];
const DAY_MS = 86_400_000;
/** So far back an entry is looked for. */
const FAR = 5_000;
const TYPING_MS = 250;
/** Days that a period reaches back; today is one of them. */
const PERIODS = { today: 0, week: 6, month: 29 };

interface Filters {
  kind: string;
  person: string;
  when: string;
  from: string;
  to: string;
  text: string;
}
const NONE: Filters = { kind: "", person: "", when: "", from: "", to: "", text: "" };

/**
 * A contact's history; without `contact-id`, of all contacts.
 *
 * @summary Everything that happened, with filters over the whole history.
 * @tag stagebook-history
 * @attr {string} contact-id - The contact that is shown; absent: all.
 * @attr {boolean} readonly - Offers no comment.
 * @attr {"newest"|"oldest"} order - Which comes first. Default newest.
 * @attr {boolean} exact - Times as dates, not as "2 hours ago".
 * @attr {string} entry - The id of an entry that is looked up, shown and given the focus.
 * @attr {boolean} linked - Offers a link at each entry.
 * @fires {CustomEvent} stagebook-before-comment - Cancelable: a comment is about to be added.
 * @fires {CustomEvent} stagebook-comment - It was.
 * @fires {CustomEvent} stagebook-before-download - Cancelable: a file is about to be made; `detail.format` says of which kind.
 * @fires {CustomEvent} stagebook-download - It was handed to the browser.
 * @fires {CustomEvent} stagebook-open - A contact's name was chosen.
 * @fires {CustomEvent} stagebook-link - An entry's link was pressed: the page makes an address of it.
 * @fires {CustomEvent} stagebook-print - Cancelable: "Print" was chosen.
 * @slot nothing - In place of the words where nothing happened yet.
 * @slot toolbar - Further controls beside the filters.
 * @csspart filters - The filters.
 * @csspart feed - The list.
 * @csspart entry - One entry.
 * @csspart verify - The button that verifies the log.
 * @csspart month - The name of a month.
 * @csspart more - The button under a long list.
 */
export class StagebookHistory extends BookElement {
  static override properties = { ...BookElement.properties, order: { reflect: true }, exact: { type: Boolean, reflect: true }, entry: {}, linked: { type: Boolean } };
  static override styles = styled(own);

  /** Which comes first. */
  declare order: "newest" | "oldest";
  /** Times as dates, not as "2 hours ago". */
  declare exact: boolean;
  /** The id of an entry that is looked up, shown and given the focus. */
  declare entry: string | undefined;
  /** Offers a link at each entry. */
  declare linked: boolean;
  readonly #seal = new Seal(this);
  readonly #rows = new Pages<HistoryEntry>(this, (query) => this.#load(query));
  #filters: Filters = NONE;
  #people = new Map<string, string>();
  #typing = 0;
  #total: number | undefined;
  #counting = 0;
  #erased = false;
  #looked: string | undefined;
  #open = false;

  constructor() {
    super();
    this.order = "newest";
    this.exact = false;
    this.linked = false;
  }

  protected override get needsContact(): boolean {
    return false;
  }

  protected override reset(): void {
    super.reset();
    this.#rows.clear();
    this.#filters = NONE;
    this.#people = new Map();
    this.#total = undefined;
  }

  protected async read(book: Book): Promise<() => void> {
    const gone = this.contactId !== undefined && !(await book.contacts.get(this.contactId));
    // What is gone from the book goes from the page, however long the list.
    if (gone) this.#rows.clear();
    const show = await this.#rows.again();
    await pause();
    return () => {
      this.#erased = gone;
      this.#seal.clear();
      show();
      void this.#count();
      for (const { by, byName } of this.#rows.pages.flat()) this.#people.set(by, byName);
    };
  }

  /** Counting goes through the whole history: what was found is shown before. */
  async #count(): Promise<void> {
    this.#counting += 1;
    const mine = this.#counting;
    await pause();
    if (mine !== this.#counting || !this.book) return;
    const { total } = await this.#load({ limit: 1, count: true }).catch(() => ({ total: undefined }));
    if (mine !== this.#counting || total === this.#total) return;
    this.#total = total;
    this.requestUpdate();
  }

  #load(query: HistoryQuery): Promise<Page<HistoryEntry>> {
    const whole: HistoryQuery = { ...query, ...this.#query(), order: this.order };
    return this.contactId === undefined ? this.book!.historyAll(whole) : this.book!.history(this.contactId, whole);
  }

  #query(): HistoryQuery {
    const { kind, person, when, from, to, text } = this.#filters;
    const days = PERIODS[when as keyof typeof PERIODS];
    const since = days === undefined ? from : this.words.inputDay(new Date(Date.now() - days * DAY_MS).toISOString());
    return {
      ...(kind && { kinds: KINDS[kind as keyof typeof KINDS] }),
      ...(person && { by: person }),
      ...(since && { from: since }),
      ...(when === "range" && to && { to }),
      ...(text && { text }),
    };
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("entry")) this.#looked = undefined;
    if (this.ready && this.entry && this.#looked !== this.entry) void this.#find(this.#looked = this.entry);
  }

  /** Reads on until the entry is there. */
  async #find(entry: string): Promise<void> {
    const found = () => this.renderRoot.querySelector<HTMLElement>(`[data-id="${CSS.escape(entry)}"]`);
    while (!found() && this.#rows.count < FAR && entry === this.entry && await this.#rows.more()) {
      await this.updateComplete;
      await pause();
    }
    const article = found();
    article?.classList.add("found");
    article?.scrollIntoView({ block: "center" });
    article?.focus();
  }

  protected view(): unknown {
    const total = this.#total;
    const filtered = Object.values(this.#filters).some(Boolean);
    return html`
      ${this.#erased ? html`<p class="banner">${icon("trash")}<span>${this.t("history.erased")}</span></p>` : this.#comment()}
      <form class="filters" part="filters" role="search" aria-label=${this.t("history.filters")} @submit=${(event: Event) => event.preventDefault()} @input=${this.#filter}>
        <div class="bar"><div class="search">${field({ path: "text", label: this.t("history.text"), kind: "search", value: this.#filters.text })}</div>
          <button type="button" aria-expanded=${this.#open ? "true" : "false"} aria-controls="more-filters" @click=${() => this.#toggle()}>${icon("filter")}${this.t("history.filters")}</button>
          ${this.#downloads()}<slot name="toolbar"></slot></div>
        <div class="pair" id="more-filters" ?hidden=${!this.#open}>${this.#choices()}</div>
      </form>
      <div class="tally"><span role="status">${total === undefined ? "" : this.t("history.count", { count: total })}</span>
        ${filtered ? html`<button type="button" class="quiet" @click=${() => this.#choose(NONE)}>${this.t("history.clear")}</button>` : nothing}
        ${this.#seal.badge()}<span class="grow"></span>
        <label><span class="tick"><input type="checkbox" .checked=${this.exact} @change=${() => { this.exact = !this.exact; }} /></span>${this.t("history.exact")}</label>
        <button type="button" @click=${() => this.#turn()}>${icon("swap")}${this.t(`history.${this.order}`)}</button></div>
      ${this.#rows.stale ? html`<button type="button" class="primary new" @click=${() => this.#again()}>${this.t("history.new")}</button>` : nothing}
      ${this.#rows.count ? this.#feed() : filtered ? this.empty("filter", this.t("history.nomatch"), html`<button type="button" @click=${() => this.#choose(NONE)}>${this.t("history.clear")}</button>`)
        : html`<slot name="nothing">${this.empty("clock", this.t("history.empty"), this.t("history.empty.hint"))}</slot>`}`;
  }

  // ── filters

  #choices(): unknown {
    const { kind, person, when, from, to } = this.#filters;
    const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((value): Option => ({ value, label: this.t(`kind.${value}`) }));
    const whens = ([...Object.keys(PERIODS), "range"] as ("today" | "week" | "month" | "range")[]).map((value): Option => ({ value, label: this.t(`when.${value}`) }));
    const everybody = new Map([...this.#people, ...this.book!.users.map(({ id, name }): [string, string] => [id, name])]);
    const people = [...everybody].map(([value, label]): Option => ({ value, label: value === this.book!.actor.id ? this.t("me", { name: label }) : label }));
    return [
      field({ path: "kind", label: this.t("history.kind"), kind: "select", options: kinds, empty: this.t("kind.all"), value: kind }),
      field({ path: "person", label: this.t("history.person"), kind: "select", options: people, empty: this.t("everybody"), value: person }),
      field({ path: "when", label: this.t("history.when"), kind: "select", options: whens, empty: this.t("when.all"), value: when }),
      when === "range" ? [field({ path: "from", label: this.t("history.from"), kind: "date", value: from }), field({ path: "to", label: this.t("history.to"), kind: "date", value: to })] : nothing,
    ];
  }

  #filter = (event: Event): void => {
    const given = { ...NONE, ...values(event.currentTarget as HTMLFormElement) };
    clearTimeout(this.#typing);
    const wait = (event.target as HTMLInputElement).name === "text" ? TYPING_MS : 0;
    this.#filters = { ...given, ...(given.when !== "range" && { from: "", to: "" }) };
    this.requestUpdate();
    this.#typing = window.setTimeout(() => this.#again(), wait);
  };

  #choose(filters: Filters): void {
    this.#filters = filters;
    this.#again();
    void this.search();
  }

  /** Puts the focus into the search. */
  async search(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[name="text"]')?.focus();
  }

  /** What is chosen shows at once: a filter chosen next is read beside it. What is found follows. */
  #again(): void {
    clearTimeout(this.#typing);
    this.#rows.anew();
    this.#total = undefined;
    this.requestUpdate();
    void this.refresh();
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.requestUpdate();
  }

  #turn(): void {
    this.order = this.order === "newest" ? "oldest" : "newest";
    this.#again();
  }

  #downloads(): TemplateResult {
    return html`<details class="menu" @keydown=${closeOnEscape}><summary>${icon("down")}${this.t("download")}</summary><div>
      ${FORMATS.map((format) => html`<button type="button" @click=${(event: Event) => this.attempt(() => this.#download(event, format))}>${this.t(`download.${format}`)}</button>`)}
      <button type="button" @click=${this.#print}>${this.t("print")}</button></div></details>`;
  }

  async #download(event: Event, format: DownloadFormat): Promise<void> {
    (event.target as Element).closest("details")?.removeAttribute("open");
    const { contactId } = this;
    const which = contactId === undefined ? {} : { contactId };
    const done = await this.act("download", { ...which, format }, async (book) => ({ name: await (await import("../downloads.js")).download(book, format, { ...this.#query(), order: this.order, ...which }) }));
    if (done) this.say(this.t("downloaded", { file: done.name }));
  }

  #print = (event: Event): void => {
    (event.target as Element).closest("details")?.removeAttribute("open");
    if (this.emit("stagebook-print", { contactId: this.contactId }, true)) window.print();
  };

  // ── the comment

  #comment(): unknown {
    const { contactId } = this;
    if (this.locked || contactId === undefined) return nothing;
    return html`<form class="comment" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.attempt(() => this.#say(event.target as HTMLFormElement)); }}>
      ${field({ path: "comment", label: this.t("history.comment"), kind: "area", value: "" })}
      <div class="buttons"><button type="submit">${icon("note")}${this.t("comment")}</button></div></form>`;
  }

  async #say(form: HTMLFormElement): Promise<void> {
    const contactId = this.contactId!;
    const box = form.querySelector("textarea")!;
    const text = box.value.trim();
    const done = await this.act("comment", { contactId, text }, (book) => book.contacts.comment(contactId, { text }));
    if (!done) return;
    box.value = "";
    box.focus();
    this.say(this.t("history.commented"));
  }

  // ── the list

  #feed(): TemplateResult {
    let before = "";
    let first = 1;
    const pages = this.#rows.pages.map((page, nth) => {
      const [month, from] = [before, first];
      before = this.words.month(page.at(-1)!.occurredAt);
      first += page.length;
      const fresh = nth < 2 ? this.minute : 0;
      return guard([page, this.words, month, this.exact, this.#total, this.linked, fresh], () => this.#page(page, month, from));
    });
    return html`<div role="feed" part="feed" aria-label=${this.t("tab.history")} aria-busy="false" @keydown=${walk} @focusin=${rove}>${pages}</div>
      ${this.#rows.complete ? html`<p class="fine end">${this.t("history.end")}</p>` : this.#rows.end(this.t("more"))}`;
  }

  #page(page: readonly HistoryEntry[], monthBefore: string, first: number): TemplateResult[] {
    let before = monthBefore;
    return page.map((entry, nth) => {
      const month = this.words.month(entry.occurredAt);
      const heading = month === before ? nothing : html`<h3 class="month" part="month">${month}</h3>`;
      before = month;
      const at = first + nth;
      return html`<article part="entry" data-id=${entry.id} tabindex=${at === 1 ? "0" : "-1"} aria-posinset=${at} aria-setsize=${this.#total ?? -1}
        aria-label=${entry.summary}>${heading}${this.#entry(entry)}</article>`;
    });
  }

  #entry(entry: HistoryEntry): TemplateResult {
    const { id, kind, summary, byName, occurredAt, synced, voided, supersededBy, contactId, contactName } = entry;
    const [area = ""] = kind.split(".");
    const exact = this.words.date(occurredAt);
    return html`<div class="entry ${voided || supersededBy ? "gone" : ""}"><span class="dot ${area} ${kind.replace(".", "-")}">${icon(ICONS[kind] ?? ICONS[area] ?? "pencil")}</span><div>
      <p class="said text">${summary}</p>
      ${this.#detail(entry)}
      <p class="who fine"><time datetime=${occurredAt} title=${exact}>${this.exact ? exact : this.words.relative(occurredAt)}</time>
        <span>${byName}</span>
        ${this.contactId === undefined && contactName ? html`<button type="button" class="quiet" @click=${() => this.emit("stagebook-open", { contactId })}>${contactName}</button>` : nothing}
        ${this.linked ? html`<button type="button" class="quiet icon-only" aria-label=${`${this.t("history.link")}: ${summary}`} @click=${() => this.emit("stagebook-link", { contactId, entry: id })}>${icon("link")}</button>` : nothing}
        ${synced || !this.#syncs ? nothing : html`<span class="chip">${icon("cloud")}${this.t("history.waiting")}</span>`}
        ${voided ? html`<span class="chip overdue">${this.t("log.voided", { reason: voided.reason })}</span>` : nothing}
        ${supersededBy ? html`<span class="chip today">${this.t("log.superseded")}</span>` : nothing}</p>
    </div></div>`;
  }

  #field(name: string): string {
    const label = this.t(`field.${name}` as Key);
    return label.startsWith("field.") ? name : label;
  }

  /** Where nothing is synced, that something is not says nothing. */
  get #syncs(): boolean {
    return this.book?.sync.status().state !== "stopped";
  }

  /** What was said and the summary leaves out or cuts, and what a field was before. */
  #detail(entry: HistoryEntry): unknown {
    const data: Record<string, unknown> = entry.data ?? {};
    const said = ["text", "subject", "reason", "note", "description", "outcome", "message"].map((name) => data[name]).filter((text) => typeof text === "string" && !entry.summary.includes(text));
    const quote = said.length ? html`<blockquote class="text">${said.join("\n")}</blockquote>` : nothing;
    if (entry.kind !== "contact.changed" || !Array.isArray(entry.data.changes)) return quote;
    const shown = (value: unknown) => (value === null || value === undefined || value === "" ? this.t("history.nothing") : String(value));
    return html`<dl class="diff">${entry.data.changes.map((change) => html`<dt>${this.#field(change.field)}</dt>
      <dd class="text">${this.t("history.was", { old: shown(change.old), new: shown(change.new) })}</dd>`)}</dl>`;
  }
}

/** Lets the page breathe: what is long is done in pieces. A message, because a timer waits longer. */
const pause = (): Promise<void> => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    done();
  };
  port2.postMessage(0);
});

const closeOnEscape = (event: KeyboardEvent): void => {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key !== "Escape" || !menu.open) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary")?.focus();
};
