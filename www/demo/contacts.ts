// The contact list: newest first, filtered by the book, "load more" by cursor, and the ways to a new contact and to moving many.
import type { Contact, Contacts } from "stagebook";
import { restoreContact } from "./contact-actions.js";
import { newContact } from "./contact-form.js";
import { button, h, newId } from "./dom.js";
import { field, options, type Field } from "./fields.js";
import { Selection } from "./selection.js";
import { pager } from "./pager.js";
import { contactLink } from "./places.js";
import type { Page, View } from "./page.js";
import { stageColor, stageOf, stages } from "./stages.js";

export interface ContactList extends View {
  /** Marks the contact that is shown beside the list. */
  mark(contactId: string | undefined): void;
  /** On the contact that was left, or the list's own heading. */
  focus(contactId: string | undefined): void;
  /** Puts the focus into the search, if it is to be seen. */
  search(): boolean;
  /** The id of the contact so many places behind this one; of the first where this one is not in the list. */
  beside(contactId: string | undefined, step: number): string | undefined;
}
type ContactQuery = NonNullable<Parameters<Contacts["list"]>[0]>;

export function contactList(page: Page): ContactList {
  const { words, format } = page;
  const count = h("span", { class: "count", "data-testid": "contact-count" });
  const filters = filterFields(page);
  const list = h("ul", { class: "contacts", "data-testid": "contact-list", role: "list" });
  const selection = new Selection(page, list);
  let chosen: string | undefined;

  const rows = pager<Contact>(page, {
    list,
    empty: words.noContacts,
    testid: "contacts",
    load: (query) => page.book.contacts.list({ ...query, ...filter(filters) }),
    row: (contact) => h("li", { class: "contact-row" }, selection.box(contact), item(page, contact, chosen), contact.status === "archived" && restoreButton(page, contact)),
    loaded: (got, shown) => void showCount(shown, got.next !== undefined),
  });

  /** The book counts all its contacts, and no others. */
  async function showCount(shown: number, more: boolean): Promise<void> {
    const filtered = Object.values(filters).some(({ input }) => input.value !== "" && input.value !== "active");
    const archived = more && !filtered ? await page.book.contacts.list({ status: "archived", limit: 500 }) : undefined;
    if (archived !== undefined && archived.next === undefined) {
      const { contacts } = await page.book.diagnostics();
      count.textContent = format.number(contacts - archived.items.length);
    } else {
      count.textContent = more ? `${format.number(shown)}+` : format.number(shown);
    }
  }
  rows.follow(Object.values(filters));

  const id = newId("contacts");
  const heading = h("h2", { id, tabindex: -1 }, words.contacts, " ");
  const element = h("section", { class: "pane list-pane", "aria-labelledby": id },
    h("div", { class: "pane-head" }, heading, count, button(words.newContact, { class: "primary", "data-testid": "new-contact" }, () => newContact(page))),
    h("div", { class: "filters", role: "search" }, ...Object.values(filters).map(({ element }) => element)),
    selection.element,
    rows.element,
  );
  const mark = (contactId: string | undefined) => {
    chosen = contactId;
    for (const link of list.querySelectorAll("a")) setCurrent(link, link.dataset["contactId"] === contactId);
  };
  const focus = (contactId: string | undefined) => {
    const link = [...list.querySelectorAll("a")].find(({ dataset }) => dataset["contactId"] === contactId);
    (link ?? heading).focus();
  };
  const search = () => {
    const { input } = filters.text;
    const seen = input.checkVisibility();
    if (seen) input.focus();
    return seen;
  };
  const beside = (contactId: string | undefined, step: number) => {
    const ids = [...list.querySelectorAll("a")].map(({ dataset }) => dataset["contactId"]);
    const at = ids.indexOf(contactId);
    return at < 0 ? ids[0] : ids[at + step];
  };
  return { element, refresh: rows.refresh, mark, focus, search, beside };
}

function filterFields(page: Page): Record<"text" | "stage" | "status", Field> {
  const { words } = page;
  const statuses = (["active", "archived"] as const).map((value) => ({ value, label: words.contactsOf[value] }));
  return {
    text: field(words.searchContacts, h("input", { type: "search", "data-testid": "contact-search", autocomplete: "off" })),
    stage: field(words.stage, h("select", { "data-testid": "contact-stage" }, ...options(stages(page), words.everyStage))),
    status: field(words.show, h("select", { "data-testid": "contact-status" }, ...options(statuses))),
  };
}

function filter({ text, stage, status }: Record<"text" | "stage" | "status", Field>): ContactQuery {
  const searched = text.input.value.trim();
  return {
    status: status.input.value as Contact["status"],
    ...(searched !== "" && { text: searched }),
    ...(stage.input.value !== "" && { stage: stage.input.value }),
  };
}

function item(page: Page, contact: Contact, chosen: string | undefined): HTMLElement {
  const { workflow } = contact;
  const dot = h("span", { class: "dot" });
  stageColor(dot, stageOf(page, contact));
  const link = h("a", { href: contactLink(contact.id, page.book.name), class: "contact", "data-testid": "contact-item", "data-contact-id": contact.id, "data-key": contact.id },
    h("span", { class: "name" }, contact.name),
    contact.company !== undefined && h("span", { class: "company" }, contact.company),
    h("span", { class: "stage" }, dot, workflow?.stageLabel ?? page.words.noWorkflow),
  );
  setCurrent(link, contact.id === chosen);
  return link;
}

function restoreButton(page: Page, contact: Contact): HTMLElement {
  const label = page.words.contactAction.restore;
  return button(label, { class: "quiet", "data-testid": "restore-listed", "data-key": `${contact.id} restore`, "aria-label": `${label}: ${contact.name}` }, () => restoreContact(page, contact));
}

function setCurrent(link: HTMLElement, current: boolean): void {
  if (current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}
