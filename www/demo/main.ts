// The demo page: a small CRM that embeds stagebook as any host would. This module opens books, puts the rooms on the page and
// tells them when the book changed; it holds no rule of a workflow. The open book is `window.stagebookDemo.book`, for a look
// from the console.
import { deleteBook, openBook, type Book } from "stagebook";
import "stagebook/elements/define";
import { Alarm } from "./alarm.js";
import { bar } from "./bar.js";
import { ANY, merged } from "./changes.js";
import type { Kept } from "./contact.js";
import { copyAddress } from "./contact-actions.js";
import { newContact, editContact } from "./contact-form.js";
import { ContactsRoom } from "./contacts-room.js";
import { button, h, keepFocus } from "./dom.js";
import { foot } from "./foot.js";
import { formats } from "./format.js";
import { ImportPanel } from "./import-panel.js";
import { listen, showKeys } from "./keys.js";
import { Nav } from "./nav.js";
import { clearProblem, fail, say } from "./notices.js";
import { keepForOffline } from "./offline.js";
import type { Page } from "./page.js";
import { personOf, USERS } from "./people.js";
import { addressOf, contactLink, entryLink, placeIn, roomLink, type RoomName } from "./places.js";
import { makeRoom, type KeptElements, type Room } from "./rooms.js";
import { isSample } from "./sample-books.js";
import { forgetSeen, SEEN_KEY, seenIn, settle } from "./seen.js";
import { Sender } from "./sender.js";
import { definitionOf, DEMO_BOOK, loadSettings, saveSettings, type Language, type SenderMode } from "./settings.js";
import { showConflicts, startSync } from "./sync.js";
import { Toolbox } from "./toolbox.js";
import { Verify } from "./verify.js";
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

/** An open book, with what goes on beside the page as long as it is open. */
interface Opened {
  book: Book;
  alarm: Alarm;
  sender: Sender;
}

/** What is on the page, for one person in one language. */
interface Shown {
  page: Page;
  nav: Nav;
  contacts: ContactsRoom;
  rooms: Map<RoomName, Room>;
  verify: Verify;
}

const part = (id: "bar" | "nav" | "state" | "conflicts" | "tools" | "page" | "foot" | "verified") => document.getElementById(id)!;

class Demo {
  readonly #settings = loadSettings();
  readonly #kept: Kept = { turned: () => this.#writeAddress() };
  readonly #elements: KeptElements = new Map();
  readonly #syncStatus = h("stagebook-sync-status");
  #opened: Opened | undefined;
  #shown: Shown | undefined;
  #room: Room | undefined;
  #imports: ImportPanel | undefined;
  #importing = false;
  readonly #toolbox = new Toolbox(part("tools"));

  async start(): Promise<void> {
    window.addEventListener("hashchange", () => void this.#arrive());
    window.addEventListener("stagebook-open", ({ detail }) => this.#shown?.page.choose(detail.contactId));
    window.addEventListener("stagebook-link", ({ detail: { contactId, entry } }) => this.#withPage((page) => void copyAddress(page, entryLink(contactId, entry, page.book.name))));
    window.addEventListener("stagebook-seen", ({ detail }) => this.#shown?.page.settle(detail.conflict));
    window.addEventListener("storage", ({ key }) => void (key === SEEN_KEY && this.#opened && this.#showState(this.#opened)));
    this.#listenToKeys();
    const { book } = placeIn(location.hash);
    const known = book === undefined || definitionOf(this.#settings, book) !== undefined;
    this.#showBar();
    await this.#reopen(known ? book : undefined);
    if (!known) fail(new Error(this.#words.noSuchBook(book)), this.#words);
  }

  // ── the book

  /** The book before stays open until the new one is there: what can't be opened changes nothing. */
  async #open(name: string, definition = definitionOf(this.#settings, name)): Promise<void> {
    if (definition === undefined) return;
    const { language, user } = this.#settings;
    const book = await openBook({ name, definitions: definition, actor: personOf(user), locale: language, users: USERS });
    const before = this.#opened;
    before?.alarm.stop();
    this.#settings.book = name;
    if (name !== DEMO_BOOK && !isSample(name)) this.#settings.imported[name] = definition;
    saveSettings(this.#settings);
    this.#enter(name, before?.book.name);
    this.#opened = this.#follow(book);
    this.#showBar();
    await this.#showBook(this.#opened);
    await before?.book.close();
  }

  /** A contact is one of its book's: in another book the address keeps the room alone. */
  #enter(name: string, before: string | undefined): void {
    const place = placeIn(location.hash);
    const same = (place.book ?? before ?? name) === name;
    history.replaceState(null, "", addressOf({ ...(same ? place : { room: place.room }), book: name }));
  }

  /** Opens, and says why when that fails. A sample book that is empty is filled. */
  async #reopen(name = this.#settings.book): Promise<void> {
    clearProblem();
    try {
      await this.#open(name);
      if (!isSample(name) || (await this.#opened?.book.diagnostics())?.contacts !== 0) return;
      await this.#imports?.sample(false);
      this.#toolbox.open = false;
    } catch (error) {
      this.#showBar();
      this.#failed(error);
    }
  }

  async #empty(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    opened.alarm.stop();
    this.#opened = undefined;
    await opened.book.close();
    await deleteBook(opened.book.name, { discardUnsynced: true });
    forgetSeen(opened.book.name);
    void this.#reopen();
  }

  #failed(error: unknown): void {
    fail(error, this.#words, button(this.#words.openAgain, { "data-testid": "open-again" }, () => this.#reopen()));
  }

  #follow(book: Book): Opened {
    const changed = merged((ids) => this.#refresh(opened, ids), () => (this.#importing ? REST_WHILE_IMPORTING_MS : REST_MS));
    const sender = new Sender(book, () => this.#words, () => changed([]));
    const opened: Opened = { book, sender, alarm: new Alarm(book, () => changed([])) };
    book.on("change", ({ contactIds }) => changed(contactIds));
    book.on("outbox", ({ item }) => changed([item.contactId]));
    book.on("conflict", ({ conflict }) => changed([conflict.contactId]));
    book.on("closed", ({ reason }) => {
      opened.alarm.stop();
      if (reason === "close" || opened !== this.#opened) return;
      this.#opened = undefined;
      this.#failed(new Error(this.#words.closedFor[reason]));
    });
    sender.mode = this.#settings.sender;
    startSync(book);
    return opened;
  }

  async #refresh(opened: Opened, changed: ReadonlySet<string>): Promise<void> {
    if (opened !== this.#opened) return;
    await Promise.all([this.#room === this.#shown?.contacts ? this.#shown?.contacts.refresh(changed) : this.#room?.refresh(), this.#showState(opened)]);
  }

  // ── the page

  get #words() {
    return WORDS[this.#settings.language];
  }

  #showBar(): void {
    document.documentElement.lang = this.#settings.language;
    document.title = this.#words.title;
    part("bar").replaceChildren(...bar(this.#words, this.#settings, this.#importing, {
      book: (name) => void this.#reopen(name),
      user: (id) => this.#workAs(id),
      language: (language) => this.#speak(language),
    }));
  }

  #workAs(user: string): void {
    this.#settings.user = user;
    saveSettings(this.#settings);
    this.#elements.clear();
    if (!this.#opened) return;
    clearProblem();
    void this.#showBook(this.#opened);
  }

  #send(opened: Opened, mode: SenderMode): void {
    opened.sender.mode = this.#settings.sender = mode;
    saveSettings(this.#settings);
  }

  /** The open book learns the language, and all that is shown is written anew; what is being entered stays. */
  #speak(language: Language): void {
    this.#settings.language = language;
    saveSettings(this.#settings);
    this.#imports = undefined;
    say("");
    this.#showBar();
    document.querySelector<HTMLElement>('[data-testid="language"]')?.focus();
    if (!this.#opened) return;
    this.#opened.book.configure({ locale: language });
    void this.#showBook(this.#opened);
  }

  async #showBook(opened: Opened): Promise<void> {
    const book = opened.book.as(personOf(this.#settings.user));
    window.stagebookDemo = { book };
    const page: Page = {
      book,
      definitions: book.workflow.definitions(),
      words: this.#words,
      format: formats(book.locale, book.timeZone),
      users: USERS,
      sender: opened.sender,
      send: (mode) => this.#send(opened, mode),
      say,
      fail: (error) => void (page === this.#shown?.page && fail(error, page.words)),
      seen: () => seenIn(book.name),
      settle: (conflict) => {
        settle(book.name, conflict);
        void this.#showState(opened);
      },
      choose: (id) => void (location.hash = contactLink(id, book.name)),
    };
    const verify = new Verify(page);
    this.#shown = { page, nav: new Nav(page.words, book.name), contacts: new ContactsRoom(page, this.#kept), rooms: new Map(), verify };
    this.#syncStatus.book = book;
    this.#showTools(page);
    part("nav").setAttribute("aria-label", page.words.rooms);
    part("nav").replaceChildren(this.#shown.nav.element);
    part("state").replaceChildren(this.#syncStatus, verify.badge, this.#toolbox.button);
    part("verified").replaceChildren(verify.result);
    await Promise.all([this.#showPlace(false), this.#showState(opened)]);
  }

  #showTools(page: Page): void {
    this.#imports ??= new ImportPanel({
      page: () => this.#shown!.page,
      language: () => this.#settings.language,
      definition: (name) => definitionOf(this.#settings, name),
      open: (name, definition) => this.#open(name, definition),
      empty: () => this.#empty(),
      busy: (on) => {
        this.#importing = on;
        if (on) this.#toolbox.open = true;
        this.#showBar();
        if (!on && this.#opened) void this.#refresh(this.#opened, new Set([ANY]));
      },
    });
    this.#imports.follow();
    part("tools").setAttribute("aria-label", page.words.tools);
    part("tools").replaceChildren(this.#imports.element);
    this.#toolbox.button.textContent = page.words.tools;
  }

  /** The reader followed a link, or went back. */
  async #arrive(): Promise<void> {
    const { book } = placeIn(location.hash);
    if (!this.#opened || book === undefined || book === this.#opened.book.name) {
      if (this.#opened) clearProblem();
      return this.#showPlace(true);
    }
    if (definitionOf(this.#settings, book)) return this.#reopen(book);
    fail(new Error(this.#words.noSuchBook(book)), this.#words);
    this.#enter(this.#opened.book.name, undefined);
    return this.#showPlace(false);
  }

  async #showPlace(focus: boolean): Promise<void> {
    if (this.#shown === undefined) return;
    const { page, nav, contacts, rooms } = this.#shown;
    const { room: name, contact, tab, entry } = placeIn(location.hash);
    const room = name === "contacts" ? contacts : (rooms.get(name) ?? makeRoom(page, name, this.#elements));
    rooms.set(name, room);
    contacts.show(contact, { ...(tab && { tab }), ...(entry !== undefined && { entry }) });
    this.#room = room;
    nav.mark(name);
    this.#writeAddress();
    part("page").replaceChildren(room.element);
    await room.refresh();
    if (focus && entry === undefined && room === this.#room) room.focus();
  }

  /** So that it can be shared: with the book, and the tab that is open. */
  #writeAddress(): void {
    const { room, contact, entry } = placeIn(location.hash);
    const { tab } = this.#kept.panel ?? {};
    const at = { ...(tab && { tab }), ...(tab === "history" && entry !== undefined && { entry }) };
    const address = addressOf({ room, ...(contact !== undefined && { contact, ...at }), ...(this.#opened && { book: this.#opened.book.name }) });
    if (address !== location.hash) history.replaceState(null, "", address);
  }

  /** What is known of the book as a whole, and the timer. */
  async #showState(opened: Opened): Promise<void> {
    if (this.#shown === undefined) return;
    const { page, nav, verify } = this.#shown;
    try {
      const [known, reminders] = await Promise.all([page.book.diagnostics(), page.book.activities.reminders({ assignee: page.book.actor.id }), opened.alarm.set()]);
      if (page !== this.#shown?.page) return;
      nav.show({ tasks: reminders.length, outbox: known.outboxWaiting }, page.format.number);
      document.title = reminders.length > 0 ? `(${page.format.number(reminders.length)}) ${page.words.title}` : page.words.title;
      keepFocus(part("foot"), () => part("foot").replaceChildren(...foot(page, known, () => this.#showKeys(page))));
      this.#toolbox.wanted = known.contacts === 0;
      if (!this.#importing) verify.soon(known.entries);
      this.#showSeen(page);
      await showConflicts(page, part("conflicts"));
    } catch (error) {
      if (opened === this.#opened) page.fail(error);
    }
  }

  /** The badges, the contact's panel and the list tell of the same conflicts. */
  #showSeen(page: Page): void {
    const seen = page.seen();
    if (seen.join() === this.#syncStatus.seen.join()) return;
    this.#syncStatus.seen = seen;
    if (this.#kept.panel) this.#kept.panel.seen = seen;
  }

  #withPage(act: (page: Page) => unknown): unknown {
    return this.#shown && act(this.#shown.page);
  }

  // ── the keyboard

  #listenToKeys(): void {
    const withPage = (act: (page: Page) => unknown) => () => this.#withPage(act);
    listen({
      on: () => this.#settings.keys && this.#opened !== undefined,
      go: (room) => void (location.hash = roomLink(room, this.#settings.book)),
      acts: {
        "/": () => void this.#search(),
        "?": withPage((page) => this.#showKeys(page)),
        n: withPage(newContact),
        e: withPage((page) => this.#edit(page)),
        j: withPage((page) => this.#step(page, 1)),
        k: withPage((page) => this.#step(page, -1)),
      },
    });
  }

  #showKeys(page: Page): void {
    showKeys(page, this.#settings.keys, (on) => {
      this.#settings.keys = on;
      saveSettings(this.#settings);
    });
  }

  async #search(): Promise<void> {
    if (this.#room?.search?.() || !this.#opened) return;
    history.pushState(null, "", roomLink("contacts", this.#opened.book.name));
    await this.#showPlace(false);
    this.#shown?.contacts.search();
  }

  async #edit(page: Page): Promise<void> {
    const { contact: id } = placeIn(location.hash);
    const contact = id === undefined ? undefined : await page.book.contacts.get(id);
    if (contact) editContact(page, contact);
  }

  #step(page: Page, step: number): void {
    const next = this.#shown?.contacts.beside(step);
    if (next !== undefined) page.choose(next);
  }
}

void new Demo().start();
addEventListener("load", () => void keepForOffline());
