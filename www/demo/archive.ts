// The dialog that archives a contact.
import type { Contact } from "stagebook";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field, filledIn } from "./fields.js";
import type { Page } from "./page.js";

export function archiveContact(page: Page, contact: Contact): void {
  const { words } = page;
  const fields = new Map([["reason", field(words.reason, h("input", { type: "text", autocomplete: "off", "data-testid": "archive-reason" }))]]);
  ask(page, {
    title: words.archiveTitle(contact.name),
    testid: "archive-dialog",
    body: [h("p", {}, words.archiveExplained), ...[...fields.values()].map(({ element }) => element)],
    fields,
    confirm: { label: words.archiveIt, testid: "archive-confirm" },
    submit: async () => {
      await page.book.contacts.archive(contact.id, filledIn(fields));
      page.say(words.archived(contact.name));
    },
  });
}
