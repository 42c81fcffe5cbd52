// What all elements have in common: a book and a contact by property, words in the book's language, one reading of the book at a
// time that follows its changes, acts that the host may veto, a notice with a way back, and the states in which there is nothing
// to show. It decides nothing: what is allowed, due or wrong comes from the book.
import type { Book, BookEvents } from "stagebook";
import { css, type CSSResult, html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, unsafeCSS } from "lit";
import base from "./base.css";
import type { Dialog } from "./asking/dialog.js";
import type { Act, Acts, StagebookEventMap } from "./public.js";
import { icon } from "./icons.js";
import type { Picking } from "./picking.js";
import { problem } from "./problem.js";
import { type Key, type Language, language, loadLanguage } from "./words.js";

/** How long a notice stays, unless the pointer or the focus is on it. */
const NOTICE_MS = 12_000;

type Asking = typeof import("./asking/index.js");

interface Notice {
  text: string;
  undo?: (() => unknown) | undefined;
}

/**
 * @attr {boolean} readonly - Shows, offers nothing that changes.
 * @fires {CustomEvent} stagebook-error - What went wrong, and is shown.
 * @fires {CustomEvent} stagebook-retry - "Try again" where `failure` is shown.
 * @slot loading - In place of the skeleton.
 * @csspart root - All of it.
 * @csspart notice - What was done, with Undo.
 * @csspart problem - What went wrong.
 * @csspart empty - Where there is nothing to show.
 * @csspart dialog - The dialog that asks for what an act still needs.
 * @csspart field - A field, its label and what is wrong with it.
 */
export abstract class BookElement extends LitElement {
  static override properties: PropertyDeclarations = {
    book: { attribute: false },
    contactId: { attribute: "contact-id" },
    readonly: { type: Boolean, reflect: true },
    failure: { attribute: false },
  };
  static override styles = sheet(base);

  /** The open book. */
  declare book: Book | undefined;
  /** The contact that is shown. Attribute: contact-id. */
  declare contactId: string | undefined;
  /** Shows, offers nothing that changes. */
  declare readonly: boolean;
  /** What openBook() rejected with: explained in place of the element, with a button to try again. */
  declare failure: unknown;

  /** @internal */
  words: Language = language(undefined, "en");
  /** @internal */
  dialog: Dialog | undefined;
  protected ready = false;
  #problem: unknown;
  #notice: Notice | undefined;
  #noticeTimer = 0;
  #closed: BookEvents["closed"]["reason"] | undefined;
  #turn = 0;
  #spoken: Book["messages"] | undefined;
  #zone: string | undefined;
  #stops: (() => void)[] = [];
  /** Grows every minute: what says "2 minutes ago" says it anew. */
  protected minute = 0;
  #clock = 0;
  #followed: Book | undefined;

  constructor() {
    super();
    this.readonly = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = window.setInterval(() => {
      this.minute += 1;
      this.requestUpdate();
    }, 60_000);
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    this.#unfollow();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("book")) this.#follow();
    const before = changed.get("book") as Book | undefined;
    if (this.hasUpdated && (changed.has("contactId") || (before && before.name !== this.book?.name))) this.reset();
    if (changed.has("contactId") || (changed.has("book") && !this.hasUpdated)) void this.refresh();
    if (!this.book) void this.#speak();
  }

  /** Reads the book, and gives what shows what was read: called unless a later reading has begun meanwhile. */
  protected abstract read(book: Book): Promise<() => void>;
  protected abstract view(): unknown;
  /** False: a change of these contacts does not matter. None means any. */
  protected concerns(contactIds: readonly string[]): boolean {
    return contactIds.length === 0 || this.contactId === undefined || contactIds.includes(this.contactId);
  }

  /** Another contact, or another book: what was shown of the one before goes. */
  protected reset(): void {
    this.ready = false;
    this.#problem = undefined;
    this.#notice = undefined;
    this.dialog?.close();
  }

  /** Reads the book again. */
  async refresh(): Promise<void> {
    const { book } = this;
    this.#turn += 1;
    const mine = this.#turn;
    await this.#speak();
    if (mine !== this.#turn) return;
    if (!book || this.#closed || (this.needsContact && !this.contactId)) return this.requestUpdate();
    try {
      const show = await this.read(book);
      if (mine !== this.#turn) return;
      show();
      this.ready = true;
    } catch (error) {
      if (mine !== this.#turn) return;
      this.fail(error);
    }
    this.requestUpdate();
    this.afterRefresh();
  }

  async #speak(): Promise<void> {
    const { book } = this;
    const near = this.closest("[lang]")?.getAttribute("lang") ?? "";
    await loadLanguage(book?.locale ?? near);
    if (book !== this.book || (this.#spoken === book?.messages && this.words.tag === (book?.locale ?? (near || "en")) && this.#zone === book?.timeZone)) return;
    this.#spoken = book?.messages;
    this.#zone = book?.timeZone;
    this.words = language(book, near);
    this.requestUpdate();
  }

  protected get needsContact(): boolean {
    return true;
  }

  protected afterRefresh(): void {}

  /** @internal */
  t(key: Key, params?: Record<string, string | number>): string {
    return this.words.t(key, params);
  }

  protected get locked(): boolean {
    return this.readonly || this.#closed !== undefined;
  }

  /** @internal Does one act unless the host forbids it: undefined then. */
  async act<K extends Act>(name: K, detail: Acts[K][0], run: (book: Book) => Promise<Acts[K][1]>): Promise<Acts[K][1] | undefined> {
    const { book } = this;
    if (!book || !this.emit(`stagebook-before-${name}` as keyof StagebookEventMap, detail, true)) return undefined;
    const result = await run(book);
    this.emit(`stagebook-${name}` as keyof StagebookEventMap, { ...detail, result });
    return result;
  }

  /** @internal For event handlers: what goes wrong is shown. */
  async attempt(work: () => unknown): Promise<void> {
    this.#problem = undefined;
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
    this.requestUpdate();
  }

  /** What can be asked is loaded when something is first asked; by then it may be about another contact. */
  protected ask(open: (asking: Asking) => unknown): Promise<void> {
    const { book, contactId } = this;
    return this.attempt(async () => {
      const asking = await import("./asking/index.js");
      if (this.isConnected && book === this.book && contactId === this.contactId) await open(asking);
    });
  }

  /** A button with which several of a list are chosen; what they are chosen with is loaded then. */
  protected several(choose: (picking: Picking | undefined) => void): unknown {
    const leave = () => {
      choose(undefined);
      this.requestUpdate();
      void this.updateComplete.then(() => this.keepFocus());
    };
    const begin = async () => {
      const { Picking } = await import("./picking.js");
      choose(new Picking(this, leave));
      this.requestUpdate();
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".picking button:last-child")?.focus();
    };
    return html`<button type="button" class="quiet pick-several" @click=${() => this.attempt(begin)}>${icon("check")}${this.t("pick")}</button>`;
  }

  protected fail(error: unknown): void {
    this.#problem = error;
    this.emit("stagebook-error", { error });
    this.requestUpdate();
  }

  protected emit(name: keyof StagebookEventMap, detail: object, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  }

  /** @internal Tells what was done, also to those who do not see it, and offers the way back. */
  say(text: string, undo?: () => unknown): void {
    this.#notice = { text, undo };
    this.#wait();
    this.requestUpdate();
  }

  /** @internal Styles of what is loaded later. */
  adopt(text: string): void {
    const [{ styleSheet }] = sheet(text) as [CSSResult];
    (this.renderRoot as ShadowRoot).adoptedStyleSheets.push(styleSheet!);
  }

  /** @internal Where the focused control is gone, the focus goes to the element and not to the page's beginning. */
  keepFocus(): void {
    if (this.isConnected && document.activeElement === document.body) this.renderRoot.querySelector<HTMLElement>(".root")?.focus();
  }

  protected override render(): unknown {
    const { t, tag, dir } = this.words;
    return html`<div class="root" part="root" tabindex="-1" lang=${tag} dir=${dir}>
      ${this.#body()}
      <div class="notice" part="notice" role="status" @pointerenter=${this.#hold} @focusin=${this.#hold} @pointerleave=${this.#wait}>${this.#notice
        ? html`<span class="grow">${this.#notice.text}</span>${this.#notice.undo ? html`<button type="button" @click=${this.#undo}>${t("undo")}</button>` : nothing}
          <button type="button" class="icon-only" aria-label=${t("close")} @click=${() => this.#quiet()}>${icon("cross")}</button>`
        : nothing}</div>
      ${this.dialog?.template()}
    </div>`;
  }

  #body(): unknown {
    const { t } = this.words;
    if (this.failure !== undefined) return problem(this.failure, this.words, { retry: () => this.emit("stagebook-retry", {}) });
    if (!this.book) return this.skeleton();
    if (this.#closed) return this.empty("lock", t(`state.closed${this.#closed === "close" ? "" : `.${this.#closed}`}` as Key));
    if (this.needsContact && !this.contactId) return html`<slot name="empty">${this.empty("user", t("state.choose"))}</slot>`;
    const wrong = this.#problem === undefined ? nothing : problem(this.#problem, this.words, {
      retry: this.ready ? undefined : () => this.attempt(() => this.refresh()),
      dismiss: this.ready ? () => this.attempt(() => {}) : undefined,
    } as Parameters<typeof problem>[2]);
    if (!this.ready) return this.#problem === undefined ? this.skeleton() : wrong;
    return [wrong, this.view()];
  }

  protected skeleton(): unknown {
    return html`<slot name="loading"><div class="skeleton" aria-busy="true"><span class="unseen">${this.t("loading")}</span><i></i><i></i><i></i></div></slot>`;
  }

  protected empty(name: Parameters<typeof icon>[0], text: string, hint?: unknown): unknown {
    return html`<div class="empty" part="empty">${icon(name)}<p>${text}</p>${hint ? html`<div class="hint">${hint}</div>` : nothing}</div>`;
  }

  #undo = async (): Promise<void> => {
    const undo = this.#notice?.undo;
    this.#quiet();
    if (undo) await this.attempt(undo);
    this.keepFocus();
  };

  #quiet(): void {
    this.#notice = undefined;
    this.requestUpdate();
  }

  #hold = (): void => clearTimeout(this.#noticeTimer);

  #wait = (): void => {
    this.#hold();
    this.#noticeTimer = window.setTimeout(() => this.#quiet(), NOTICE_MS);
  };

  #follow(): void {
    const { book } = this;
    if (!this.isConnected || book === this.#followed) return;
    this.#unfollow();
    this.#followed = book;
    this.#closed = undefined;
    this.#problem = undefined;
    if (!book) return;
    const change = ({ contactIds }: BookEvents["change"]) => {
      if (this.concerns(contactIds)) void this.refresh();
    };
    const closed = ({ reason }: BookEvents["closed"]) => {
      this.#closed = reason;
      this.requestUpdate();
    };
    try {
      this.#stops = [book.on("change", change), book.on("closed", closed), ...this.listen(book)];
    } catch {
      this.#closed = "close";
    }
    if (this.hasUpdated) void this.refresh();
  }

  /** Further events of the book; gives their unsubscribers. */
  protected listen(_book: Book): (() => void)[] {
    return [];
  }

  #unfollow(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#followed = undefined;
    clearTimeout(this.#noticeTimer);
  }
}

/** An element's own styles after those that all have. */
export function sheet(...texts: string[]) {
  return texts.map((text) => css`${unsafeCSS(text)}`);
}
export const styled = (own: string) => [...sheet(base), ...sheet(own)];
