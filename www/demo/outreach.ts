// The dialogs of what goes out to people: an invitation, a message, a contact's details. What is sent waits in the outbox.
import type { Contact } from "stagebook";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field, filledIn, type Field } from "./fields.js";
import type { Page } from "./page.js";

const STANDARD = ["name", "company", "email", "phone"] as const;

export function inviteContact(page: Page, contact: Contact): void {
  const { words } = page;
  const fields = new Map<string, Field>([
    ["email", emailField(page, contact.email)],
    ["message", textField(words.inviteMessage, "invite-message")],
  ]);
  const given = () => ({ email: "", ...filledIn(fields) });
  askToSend(page, "invite", words.inviteTitle(contact.name), fields, () => page.book.contacts.invite(contact.id, given()));
}

export function messageContact(page: Page, contact: Contact): void {
  const { words } = page;
  const fields = new Map<string, Field>([
    ["subject", field(words.subject, h("input", { type: "text", autocomplete: "off", "data-testid": "message-subject" }))],
    ["text", textField(words.text, "message-text")],
  ]);
  const given = () => ({ text: "", ...filledIn(fields) });
  askToSend(page, "message", words.messageTitle(contact.name), fields, () => page.book.contacts.message(contact.id, given()));
}

export function shareContact(page: Page, contact: Contact): void {
  const { words } = page;
  const fields = new Map<string, Field>([["email", emailField(page)], ["note", textField(words.note, "share-note")]]);
  const boxes = shareable(page, contact).map(({ name, label }) => {
    const input = h("input", { type: "checkbox", value: name, checked: true, "data-testid": `share-field-${name}` });
    return { name, input, element: field(label, input).element };
  });
  const details = h("fieldset", { class: "choices" }, h("legend", {}, words.shareFields), ...boxes.map(({ element }) => element));
  const chosen = () => boxes.filter(({ input }) => input.checked).map(({ name }) => name);
  const given = () => ({ email: "", ...filledIn(fields), fields: chosen() });
  const [email, note] = [...fields.values()].map(({ element }) => element);
  askToSend(page, "share", words.shareTitle(contact.name), fields, () => page.book.contacts.share(contact.id, given()), [email, details, note]);
}

/** The details there are. */
function shareable({ words }: Page, contact: Contact): { name: string; label: string }[] {
  const standard = STANDARD.filter((name) => contact[name] !== undefined).map((name) => ({ name, label: words.contactField[name] }));
  return [...standard, ...Object.keys(contact.fields).map((name) => ({ name, label: name }))];
}

function askToSend(page: Page, action: "invite" | "message" | "share", title: string, fields: Map<string, Field>, send: () => Promise<unknown>, body?: (HTMLElement | undefined)[]): void {
  ask(page, {
    title,
    testid: `${action}-dialog`,
    fields,
    ...(body && { body }),
    confirm: { label: page.words.send, testid: `${action}-confirm` },
    submit: async () => {
      await send();
      page.say(page.words.inOutbox);
    },
  });
}

function emailField({ words }: Page, value = ""): Field {
  return field(words.contactField.email, h("input", { type: "email", autocomplete: "off", value, required: true, "data-testid": "send-email" }));
}

function textField(label: string, testid: string): Field {
  return field(label, h("textarea", { rows: 3, "data-testid": testid }));
}
