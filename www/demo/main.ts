// The demo page: a small CRM that embeds stagebook as any host would. This module opens books, puts the rooms on the page and
// tells them when the book changed; it holds no rule of a workflow. The open book is `window.stagebookDemo.book`, for a look
// from the console.
import { openBook, type Book } from "stagebook";
import "stagebook/elements/define";
import { Alarm } from "./alarm.js";
import { bar } from "./bar.js";
import { ANY, merged } from "./changes.js";
import type { Kept } from "./contact.js";
import { ContactsRoom } from "./contacts-room.js";
import { button } from "./dom.js";
import { foot } from "./foot.js";
import { formats } from "./format.js";
import { ImportPanel } from "./import-panel.js";
import { Nav } from "./nav.js";
import { clearProblem, fail, say } from "./notices.js";
import { keepForOffline } from "./offline.js";
import type { Page } from "./page.js";
import { personOf, USERS } from "./people.js";
import { contactLink, placeIn, type RoomName } from "./places.js";
import { makeRoom, type Room } from "./rooms.js";
import { Sender } from "./sender.js";
import { definitionOf, DEMO_BOOK, loadSettings, saveSettings, type Language, type SenderMode } from "./settings.js";
import { showSync, startSync } from "./sync.js";
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

/** An open book, with what goes on beside the page as long as it is open. */
interface Opened {
  book: Book;
  alarm: Alarm;
  sender: Sender;
  /** Whether it syncs with a server. */
  syncs: boolean;
}

/** What is on the page, for one person in one language. */
interface Shown {
  page: Page;
  nav: Nav;
  contacts: ContactsRoom;
  rooms: Map<RoomName, Room>;
}

const part = (id: "sync" | "bar" | "nav" | "tools" | "page" | "foot") => document.getElementById(id)!;

class Demo {
  readonly #settings = loadSettings();
  readonly #kept: Kept = {};
  #opened: Opened | undefined;
  #shown: Shown | undefined;
  #room: Room | undefined;
  #imports: ImportPanel | undefined;
  #importing = false;

  async start(): Promise<void> {
    window.addEventListener("hashchange", () => {
      if (this.#opened) clearProblem();
      void this.#showPlace(true);
    });
    this.#showBar();
    await this.#reopen();
  }

  // ── the book

  /** The book before stays open until the new one is there: what can't be opened changes nothing. */
  async #open(name: string, definition = definitionOf(this.#settings, name)): Promise<void> {
    if (definition === undefined) return;
    const { language, user } = this.#settings;
    const book = await openBook({ name, definitions: definition, actor: personOf(user), locale: language, users: USERS });
    const before = this.#opened;
    before?.alarm.stop();
    if (before !== undefined && before.book.name !== name) history.replaceState(null, "", location.pathname + location.search);
    this.#settings.book = name;
    if (name !== DEMO_BOOK) this.#settings.imported[name] = definition;
    saveSettings(this.#settings);
    this.#opened = this.#follow(book);
    this.#showBar();
    await this.#showBook(this.#opened);
    await before?.book.close();
  }

  /** Opens, and says why when that fails. */
  async #reopen(name = this.#settings.book): Promise<void> {
    clearProblem();
    try {
      await this.#open(name);
    } catch (error) {
      this.#showBar();
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    fail(error, this.#words, button(this.#words.openAgain, { "data-testid": "open-again" }, () => this.#reopen()));
  }

  #follow(book: Book): Opened {
    const changed = merged((ids) => this.#refresh(opened, ids), () => (this.#importing ? REST_WHILE_IMPORTING_MS : REST_MS));
    const sender = new Sender(book, () => this.#words, () => changed([]));
    const opened: Opened = { book, sender, alarm: new Alarm(book, () => changed([])), syncs: false };
    book.on("change", ({ contactIds }) => changed(contactIds));
    book.on("outbox", ({ item }) => changed([item.contactId]));
    book.on("closed", ({ reason }) => {
      opened.alarm.stop();
      if (reason === "close" || opened !== this.#opened) return;
      this.#opened = undefined;
      this.#failed(new Error(this.#words.closedFor[reason]));
    });
    sender.mode = this.#settings.sender;
    opened.syncs = startSync(book, () => void this.#showState(opened));
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
      choose: (id) => void (location.hash = id === undefined ? "" : contactLink(id)),
    };
    this.#shown = { page, nav: new Nav(page.words), contacts: new ContactsRoom(page, this.#kept), rooms: new Map() };
    this.#showTools(page);
    part("nav").setAttribute("aria-label", page.words.rooms);
    part("nav").replaceChildren(this.#shown.nav.element);
    await Promise.all([this.#showPlace(false), this.#showState(opened)]);
  }

  #showTools(page: Page): void {
    this.#imports ??= new ImportPanel({
      page: () => this.#shown!.page,
      definition: (name) => definitionOf(this.#settings, name),
      open: (name, definition) => this.#open(name, definition),
      busy: (on) => {
        this.#importing = on;
        this.#showBar();
        if (!on && this.#opened) void this.#refresh(this.#opened, new Set([ANY]));
      },
    });
    part("tools").setAttribute("aria-label", page.words.tools);
    part("tools").replaceChildren(this.#imports.element, verifyPart(page));
  }

  async #showPlace(focus: boolean): Promise<void> {
    if (this.#shown === undefined) return;
    const { page, nav, contacts, rooms } = this.#shown;
    const { room: name, contact } = placeIn(location.hash);
    const room = name === "contacts" ? contacts : (rooms.get(name) ?? makeRoom(page, name));
    rooms.set(name, room);
    contacts.show(contact);
    this.#room = room;
    nav.mark(name);
    part("tools").hidden = name !== "contacts" && !this.#importing;
    part("page").replaceChildren(room.element);
    await room.refresh();
    if (focus && room === this.#room) room.focus();
  }

  /** What is known of the book as a whole, and the timer. */
  async #showState(opened: Opened): Promise<void> {
    if (this.#shown === undefined) return;
    const { page, nav } = this.#shown;
    try {
      const [known, reminders] = await Promise.all([page.book.diagnostics(), page.book.activities.reminders({ assignee: page.book.actor.id }), opened.alarm.set()]);
      if (page !== this.#shown?.page) return;
      nav.show({ reminders: reminders.length, outbox: known.outboxWaiting }, page.format.number);
      document.title = reminders.length > 0 ? `(${page.format.number(reminders.length)}) ${page.words.title}` : page.words.title;
      part("foot").replaceChildren(...foot(page, known));
      if (opened.syncs) await showSync(page, part("sync"));
    } catch (error) {
      if (opened === this.#opened) page.fail(error);
    }
  }
}

void new Demo().start();
addEventListener("load", () => void keepForOffline());
