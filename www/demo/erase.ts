// The dialog that deletes a contact for good. The id must be typed again; whether it fits is for the book to say.
import type { Contact } from "stagebook";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./fields.js";
import type { Page } from "./page.js";

export function eraseContact(page: Page, contact: Contact): void {
  const { words } = page;
  const input = (testid: string) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", "data-testid": testid });
  const confirm = field(words.deleteTypeId, input("delete-confirm-id"));
  const reason = field(words.deleteReason, input("delete-reason"));
  ask(page, {
    title: words.deleteTitle(contact.name),
    testid: "delete-dialog",
    body: [h("p", {}, words.deleteExplained), h("p", {}, words.deleteId, " ", h("code", { "data-testid": "delete-id" }, contact.id)), confirm.element, reason.element],
    fields: new Map([["confirm", confirm], ["reason", reason]]),
    confirm: { label: words.deleteForGood, testid: "delete-confirm", danger: true },
    submit: async () => {
      await page.book.contacts.erase(contact.id, { confirm: confirm.input.value.trim(), ...(reason.input.value.trim() && { reason: reason.input.value.trim() }) });
      page.say(words.deleted);
    },
  });
}
