// The contact list: newest first, searched by the book, "load more" by cursor, and the way to a new contact.
import type { Contact } from "stagebook";
import { button, h, newId } from "./dom.js";
import { newContact } from "./contact-form.js";
import { pager } from "./pager.js";
import type { Page, View } from "./page.js";
import { stageColor, stageOf } from "./stages.js";

export interface ContactList extends View {
  /** Marks the contact that is shown beside the list. */
  mark(contactId: string | undefined): void;
  /** Where the reader came from, when the contact is left. */
  focus(contactId: string): void;
}

const HASH = "#contact=";

/** The page's address with a contact in it. */
export function contactLink(contactId: string): string {
  return HASH + encodeURIComponent(contactId);
}

export function contactIn(hash: string): string | undefined {
  if (!hash.startsWith(HASH)) return undefined;
  try {
    return decodeURIComponent(hash.slice(HASH.length));
  } catch {
    return undefined;
  }
}

export function contactList(page: Page): ContactList {
  const { words } = page;
  const count = h("span", { class: "count", "data-testid": "contact-count" });
  const search = h("input", { type: "search", "data-testid": "contact-search", "aria-label": words.searchContacts, placeholder: words.searchContacts, autocomplete: "off" });
  const list = h("ul", { class: "contacts", "data-testid": "contact-list", role: "list" });
  let chosen: string | undefined;

  const rows = pager<Contact>(page, {
    list,
    empty: words.noContacts,
    testid: "contacts",
    load: (query) => page.book.contacts.list({ ...query, ...(search.value.trim() && { text: search.value.trim() }) }),
    row: (contact) => h("li", {}, item(page, contact, chosen)),
    loaded: (got, shown) => void countRows(got.total, shown, got.next !== undefined),
  });
  search.addEventListener("input", () => void rows.restart());

  async function countRows(total: number | undefined, shown: number, more: boolean): Promise<void> {
    const all = total ?? (more && search.value === "" ? (await page.book.diagnostics()).contacts : shown);
    count.textContent = more && total === undefined && search.value !== "" ? `${page.format.number(all)}+` : page.format.number(all);
  }

  const heading = newId("contacts");
  const element = h("section", { class: "pane list-pane", "aria-labelledby": heading },
    h("div", { class: "pane-head" },
      h("h2", { id: heading }, words.contacts, " "), count,
      button(words.newContact, { class: "primary", "data-testid": "new-contact" }, () => newContact(page)),
    ),
    search,
    rows.element,
  );
  const mark = (contactId: string | undefined) => {
    chosen = contactId;
    for (const link of list.querySelectorAll("a")) setCurrent(link, link.dataset["contactId"] === contactId);
  };
  const focus = (contactId: string) => [...list.querySelectorAll("a")].find((link) => link.dataset["contactId"] === contactId)?.focus();
  return { element, refresh: rows.refresh, mark, focus };
}

function item(page: Page, contact: Contact, chosen: string | undefined): HTMLElement {
  const { workflow } = contact;
  const dot = h("span", { class: "dot" });
  stageColor(dot, stageOf(page, contact));
  const link = h("a", { href: contactLink(contact.id), class: "contact", "data-testid": "contact-item", "data-contact-id": contact.id, "data-key": contact.id },
    h("span", { class: "name" }, contact.name),
    contact.company !== undefined && h("span", { class: "company" }, contact.company),
    h("span", { class: "stage" }, dot, workflow?.stageLabel ?? page.words.noWorkflow),
  );
  setCurrent(link, contact.id === chosen);
  return link;
}

function setCurrent(link: HTMLElement, current: boolean): void {
  if (current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}
