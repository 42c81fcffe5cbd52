// The first room: the contact list, and beside it the contact that the address names.
import { ANY } from "./changes.js";
import { contactList, type ContactList } from "./contacts.js";
import { ContactPane, type Kept } from "./contact.js";
import { h } from "./dom.js";
import type { Page } from "./page.js";
import type { Place } from "./places.js";
import type { Room } from "./rooms.js";

export class ContactsRoom implements Room {
  readonly element = h("div", { class: "contacts-room" });
  readonly #page: Page;
  readonly #kept: Kept;
  readonly #list: ContactList;
  #pane: ContactPane | undefined;
  #shown: string | undefined;
  #before: string | undefined;

  constructor(page: Page, kept: Kept) {
    this.#page = page;
    this.#kept = kept;
    this.#list = contactList(page);
    this.#lay();
  }

  /** Where no tab is named the one that is open stays. */
  show(contact: string | undefined, at: Pick<Place, "tab" | "entry"> = {}): void {
    if (contact === this.#shown) {
      if (this.#kept.panel) Object.assign(this.#kept.panel, at);
      return;
    }
    this.#before = this.#shown;
    this.#shown = contact;
    this.#pane = contact === undefined ? undefined : new ContactPane(this.#page, contact, this.#kept, at);
    this.#list.mark(contact);
    this.#lay();
  }

  async refresh(changed: ReadonlySet<string> = new Set([ANY])): Promise<void> {
    const touched = changed.has(ANY) || (this.#shown !== undefined && changed.has(this.#shown));
    await Promise.all([this.#list.refresh(), touched ? this.#pane?.refresh() : undefined]);
  }

  focus(): void {
    if (this.#pane) this.#pane.focus();
    else this.#list.focus(this.#before);
  }

  /** Puts the focus into the search, if it is to be seen. */
  search(): boolean {
    return this.#list.search();
  }

  /** The contact so many places behind the shown one; before any is shown, the first. */
  beside(step: number): string | undefined {
    return this.#list.beside(this.#shown, step);
  }

  #lay(): void {
    this.element.classList.toggle("chosen", this.#pane !== undefined);
    this.element.replaceChildren(this.#list.element, this.#pane?.element ?? h("p", { class: "pane contact-pane empty" }, this.#page.words.chooseContact));
  }
}
