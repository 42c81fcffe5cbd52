// The demo page: a small CRM that embeds stagebook as any host would. This module opens books, puts the parts on the page and
// tells them when the book changed; it holds no rule of a workflow. The open book is `window.stagebookDemo.book`, for a look
// from the console.
import { openBook, type Book } from "stagebook";
import { bar } from "./bar.js";
import { ANY, merged } from "./changes.js";
import { contactIn, contactLink, contactList, type ContactList } from "./contacts.js";
import { ContactPane, type OpenTabs } from "./contact.js";
import { button, h } from "./dom.js";
import { formats } from "./format.js";
import { ImportPanel } from "./import-panel.js";
import type { Page } from "./page.js";
import { problem } from "./problems.js";
import { definitionOf, DEMO_BOOK, loadSettings, saveSettings, USERS, userOf, type Language } from "./settings.js";
import { verifyPart } from "./verify.js";
import { en } from "./words-en.js";
import { it } from "./words-it.js";

declare global {
  interface Window {
    /** A debugging aid of the demo. */
    stagebookDemo?: { book: Book };
  }
}

const WORDS = { en, it };
const REST_MS = 100;
const REST_WHILE_IMPORTING_MS = 2_000;
const STATUS_MS = 8_000;

class Demo {
  readonly #settings = loadSettings();
  readonly #tabs: OpenTabs = {};
  #opened: Book | undefined;
  #page: Page | undefined;
  #list: ContactList | undefined;
  #pane: ContactPane | undefined;
  #shown: string | undefined;
  #imports: ImportPanel | undefined;
  #importing = false;
  #statusTimer = 0;

  async start(): Promise<void> {
    window.addEventListener("hashchange", () => void this.#showContact(true));
    this.#showBar();
    await this.#reopen();
  }

  // ── the book

  /** The book before stays open until the new one is there: what can't be opened changes nothing. */
  async #open(name: string, definition = definitionOf(this.#settings, name)): Promise<void> {
    if (definition === undefined) return;
    const { language } = this.#settings;
    const opened = await openBook({ name, definitions: definition, actor: userOf(this.#settings), locale: language, users: USERS });
    const before = this.#opened;
    this.#opened = opened;
    this.#follow(opened);
    if (before !== undefined && before.name !== name) history.replaceState(null, "", location.pathname + location.search);
    this.#settings.book = name;
    if (name !== DEMO_BOOK) this.#settings.imported[name] = definition;
    saveSettings(this.#settings);
    this.#showBar();
    await this.#showBook(opened);
    await before?.close();
  }

  /** Opens, and says why when that fails. */
  async #reopen(name = this.#settings.book): Promise<void> {
    document.getElementById("problem")!.replaceChildren();
    try {
      await this.#open(name);
    } catch (error) {
      this.#showBar();
      this.#fail(error, button(this.#words.openAgain, { "data-testid": "open-again" }, () => this.#reopen()));
    }
  }

  #follow(opened: Book): void {
    const changed = merged((ids) => this.#refresh(opened, ids), () => (this.#importing ? REST_WHILE_IMPORTING_MS : REST_MS));
    opened.on("change", ({ contactIds }) => changed(contactIds));
    opened.on("closed", ({ reason }) => {
      if (reason === "close" || opened !== this.#opened) return;
      this.#opened = undefined;
      this.#fail(new Error(this.#words.closedFor[reason]), button(this.#words.openAgain, { "data-testid": "open-again" }, () => this.#reopen()));
    });
  }

  async #refresh(opened: Book, changed: ReadonlySet<string>): Promise<void> {
    if (opened !== this.#opened) return;
    const touched = changed.has(ANY) || (this.#shown !== undefined && changed.has(this.#shown));
    await Promise.all([this.#list?.refresh(), touched ? this.#pane?.refresh() : undefined, this.#showFoot(opened)]);
  }

  // ── the page

  get #words() {
    return WORDS[this.#settings.language];
  }

  #showBar(): void {
    document.documentElement.lang = this.#settings.language;
    document.title = this.#words.title;
    document.getElementById("bar")!.replaceChildren(...bar(this.#words, this.#settings, this.#importing, {
      book: (name) => void this.#reopen(name),
      user: (id) => this.#workAs(id),
      language: (language) => this.#speak(language),
    }));
  }

  #workAs(user: string): void {
    this.#settings.user = user;
    saveSettings(this.#settings);
    if (this.#opened) void this.#showBook(this.#opened);
  }

  /** A book speaks the language it was opened with. */
  #speak(language: Language): void {
    this.#settings.language = language;
    this.#imports = undefined;
    this.#say("");
    void this.#reopen();
  }

  async #showBook(opened: Book): Promise<void> {
    const book = opened.as(userOf(this.#settings));
    window.stagebookDemo = { book };
    const page: Page = {
      book,
      definitions: book.workflow.definitions(),
      words: this.#words,
      format: formats(book.locale, book.timeZone),
      users: USERS,
      say: (text) => this.#say(text),
      fail: (error) => void (page === this.#page && this.#fail(error)),
      choose: (id) => void (location.hash = id === undefined ? "" : contactLink(id)),
    };
    this.#page = page;
    this.#list = contactList(page);
    this.#showTools();
    document.getElementById("page")!.replaceChildren(this.#list.element);
    await Promise.all([this.#list.refresh(), this.#showContact(false), this.#showFoot(opened)]);
  }

  #showTools(): void {
    this.#imports ??= new ImportPanel({
      page: () => this.#page!,
      definition: (name) => definitionOf(this.#settings, name),
      open: (name, definition) => this.#open(name, definition),
      busy: (on) => {
        this.#importing = on;
        this.#showBar();
        if (!on && this.#opened) void this.#refresh(this.#opened, new Set([ANY]));
      },
    });
    const tools = document.getElementById("tools")!;
    tools.setAttribute("aria-label", this.#words.tools);
    tools.replaceChildren(this.#imports.element, verifyPart(this.#page!));
  }

  async #showContact(focus: boolean): Promise<void> {
    const page = this.#page;
    if (page === undefined || this.#list === undefined) return;
    const id = contactIn(location.hash);
    const pane = id === undefined ? undefined : new ContactPane(page, id, this.#tabs);
    this.#pane = pane;
    this.#list.mark(id);
    const before = this.#shown;
    this.#shown = id;
    const main = document.getElementById("page")!;
    main.classList.toggle("chosen", pane !== undefined);
    main.replaceChildren(this.#list.element, pane?.element ?? h("p", { class: "pane contact-pane empty" }, page.words.chooseContact));
    await pane?.refresh();
    if (!focus) return;
    if (pane) pane.focus();
    else if (before !== undefined) this.#list.focus(before);
  }

  /** Which store holds the book, how much is in it, and why it is not the first choice where it is not. */
  async #showFoot(opened: Book): Promise<void> {
    try {
      const { store, storeReason, entries } = await opened.diagnostics();
      if (opened !== this.#opened) return;
      const { words, format } = this.#page!;
      const info = h("p", { "data-testid": "book-info", "data-entries": entries, "data-store": store }, words.bookInfo(opened.name, words.storeName[store], format.number(entries)));
      document.getElementById("foot")!.replaceChildren(info, ...(storeReason === undefined ? [] : [h("p", { class: "notice", "data-testid": "store-reason" }, storeReason)]));
    } catch (error) {
      if (opened === this.#opened) this.#fail(error);
    }
  }

  #say(text: string): void {
    const status = document.getElementById("status")!;
    document.getElementById("problem")!.replaceChildren();
    status.textContent = text;
    clearTimeout(this.#statusTimer);
    this.#statusTimer = window.setTimeout(() => (status.textContent = ""), STATUS_MS);
  }

  #fail(error: unknown, remedy?: HTMLElement): void {
    const place = document.getElementById("problem")!;
    const shown = problem(error, this.#words, { dismiss: () => place.replaceChildren() });
    if (remedy) shown.append(remedy);
    document.getElementById("status")!.textContent = "";
    place.replaceChildren(shown);
  }
}

void new Demo().start();
