// What can be done with a contact as a whole. Who may, and when, is for the book to say: a refusal is shown where it was asked.
import type { Contact } from "stagebook";
import { archiveContact } from "./archive.js";
import { editContact } from "./contact-form.js";
import { button, h } from "./dom.js";
import { eraseContact } from "./erase.js";
import { inviteContact, messageContact, shareContact } from "./outreach.js";
import { attempt, type Page } from "./page.js";

export function contactActions(page: Page, contact: Contact): HTMLElement {
  const { words } = page;
  const action = (name: keyof typeof words.contactAction, act: () => unknown, more = {}) =>
    button(words.contactAction[name], { "data-testid": name, "data-key": name, ...more }, act);
  return h("div", { class: "buttons contact-actions", role: "group", "aria-label": words.contactActions },
    action("edit", () => editContact(page, contact)),
    action("invite", () => inviteContact(page, contact)),
    action("message", () => messageContact(page, contact)),
    action("share", () => shareContact(page, contact)),
    contact.status === "archived" ? action("restore", () => restoreContact(page, contact)) : action("archive", () => archiveContact(page, contact)),
    action("delete", () => eraseContact(page, contact), { class: "danger" }),
  );
}

export async function restoreContact(page: Page, { id, name }: Contact): Promise<void> {
  if (await attempt(page, () => page.book.contacts.restore(id))) page.say(page.words.restored(name));
}

/** The address names the contact, the tab that is open, and the book. */
export function copyLink(page: Page): HTMLElement {
  return button(page.words.copyLink, { class: "quiet", "data-testid": "copy-link" }, () => copyAddress(page, location.hash));
}

export async function copyAddress(page: Page, hash: string): Promise<void> {
  const { href } = new URL(hash, location.href);
  if (await attempt(page, () => navigator.clipboard.writeText(href))) page.say(page.words.linkCopied);
}
