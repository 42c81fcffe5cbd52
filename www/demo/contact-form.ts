// The dialogs that make a contact and change its data.
import type { Contact, ContactChanges } from "stagebook";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field, type Field } from "./fields.js";
import type { Page } from "./page.js";

const STANDARD = ["name", "company", "email", "phone"] as const;
type Standard = (typeof STANDARD)[number];
type Inputs = Map<string, Field<HTMLInputElement>>;

export function newContact(page: Page): void {
  const inputs = standardInputs(page, {});
  ask(page, {
    title: page.words.newContact,
    testid: "new-contact-dialog",
    body: [...inputs.values()].map(({ element }) => element),
    fields: inputs,
    confirm: { label: page.words.create, testid: "new-contact-save" },
    submit: async () => {
      const { contact } = await page.book.contacts.create({ ...filled(inputs), name: value(inputs, "name") });
      page.say(page.words.contactCreated(contact.name));
      page.choose(contact.id);
    },
  });
}

/** `focus`: the field to begin with, added to the form where the contact has none of that name. */
export function editContact(page: Page, contact: Contact, focus = "name"): void {
  const inputs = standardInputs(page, contact);
  const extra = Object.keys(contact.fields);
  if (!inputs.has(focus) && !extra.includes(focus)) extra.push(focus);
  for (const name of extra) inputs.set(name, textField(name, name, String(contact.fields[name] ?? "")));
  const body = [...inputs.values()].map(({ element }) => element);
  ask(page, {
    title: page.words.editContact,
    testid: "edit-contact-dialog",
    body,
    fields: inputs,
    confirm: { label: page.words.save, testid: "edit-contact-save" },
    submit: async () => {
      await page.book.contacts.save(contact.id, { set: changed(inputs, contact) }, { expectedVersion: contact.version });
      page.say(page.words.saved);
    },
  });
  inputs.get(focus)?.input.focus();
}

function standardInputs(page: Page, contact: Partial<Contact>): Inputs {
  return new Map(STANDARD.map((name) => [name, textField(name, page.words.contactField[name], contact[name] ?? "")]));
}

function textField(name: string, label: string, text: string): Field<HTMLInputElement> {
  const type = name === "email" ? "email" : name === "phone" ? "tel" : "text";
  return field(label, h("input", { type, value: text, autocomplete: "off", "data-testid": `contact-${name}` }));
}

function value(inputs: Inputs, name: string): string {
  return inputs.get(name)?.input.value.trim() ?? "";
}

function filled(inputs: Inputs): Partial<Record<Standard, string>> {
  return Object.fromEntries(STANDARD.map((name) => [name, value(inputs, name)]).filter(([, text]) => text !== ""));
}

/** Only what was changed, so that a number or a truth value that nobody touched stays what it is. */
function changed(inputs: Inputs, contact: Contact): NonNullable<ContactChanges["set"]> {
  const set: Record<string, string | null> = {};
  const fields: Record<string, string | null> = {};
  for (const name of inputs.keys()) {
    const text = value(inputs, name);
    const standard = (STANDARD as readonly string[]).includes(name);
    const old = standard ? contact[name as Standard] : contact.fields[name];
    if (text === String(old ?? "")) continue;
    (standard ? set : fields)[name] = text === "" && name !== "name" ? null : text;
  }
  return Object.keys(fields).length > 0 ? { ...set, fields } : set;
}
