// The chosen contact: its name and data, what can be done with it as a whole, and the panel. The panel is one element for as long
// as the page is there: whoever works, and in whichever language, what is being entered in it stays.
import type { Contact } from "stagebook";
import type { StagebookPanel } from "stagebook/elements";
import { contactActions, copyLink } from "./contact-actions.js";
import { h, keepFocus } from "./dom.js";
import { attempt, type Page, type View } from "./page.js";
import { roomLink, type Place } from "./places.js";

/** What outlives the pane of one contact, of one person, in one language. */
export interface Kept {
  panel?: StagebookPanel;
  /** Told when another tab of the panel was opened. */
  turned(): void;
}

export class ContactPane implements View {
  readonly element = h("section", { class: "pane contact-pane", "data-testid": "contact-pane" });
  readonly #page: Page;
  readonly #id: string;
  readonly #title = h("h2", { tabindex: -1, "data-testid": "contact-name" });
  readonly #head = h("div", { class: "contact-head" });
  #turn = 0;

  constructor(page: Page, contactId: string, kept: Kept, at: Pick<Place, "tab" | "entry">) {
    this.#page = page;
    this.#id = contactId;
    const panel = (kept.panel ??= newPanel(kept));
    Object.assign(panel, { book: page.book, contactId, entry: undefined, seen: page.seen(), ...at });
    const back = h("a", { href: roomLink("contacts", page.book.name), class: "back" }, page.words.backToContacts);
    this.element.append(back, h("div", { class: "title-row" }, this.#title, copyLink(page)), this.#head, panel);
  }

  focus(): void {
    this.#title.focus();
  }

  /** The panel follows the book by itself. A read that a later one has overtaken shows nothing. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    await attempt(this.#page, async () => {
      const contact = await this.#page.book.contacts.get(this.#id);
      const erased = contact === undefined && (await this.#page.book.history(this.#id, { limit: 1 })).items.length > 0;
      if (mine !== this.#turn) return;
      const { words } = this.#page;
      this.#title.textContent = contact?.name ?? (erased ? words.erasedContact : words.noContact);
      keepFocus(this.#head, () => this.#head.replaceChildren(...(contact ? this.#headParts(contact) : [])));
    });
  }

  #headParts(contact: Contact): HTMLElement[] {
    const { words, format } = this.#page;
    const facts: [string, string | undefined][] = [
      [words.contactField.company, contact.company],
      [words.contactField.email, contact.email],
      [words.contactField.phone, contact.phone],
      ...Object.entries(contact.fields).map(([name, value]): [string, string] => [name, String(value ?? "")]),
      [words.contactStatus, words.statusOf[contact.status]],
      [words.contactSince, format.date(contact.createdAt)],
    ];
    const shown = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== "");
    return [
      h("dl", { class: "facts", "data-testid": "contact-facts" }, ...shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { class: value.length > 12 && "long" }, value)))),
      contactActions(this.#page, contact),
    ];
  }
}

/** How the book is synced stands above all rooms already. */
function newPanel(kept: Kept): StagebookPanel {
  const panel = h("stagebook-panel", { class: "panel", linked: true }, h("span", { slot: "status", hidden: true }));
  new MutationObserver(() => kept.turned()).observe(panel, { attributeFilter: ["tab"] });
  return panel;
}
