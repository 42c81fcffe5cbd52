// The History tab of a contact: all that happened to it, and the box for a comment.
import { h, once } from "./dom.js";
import { field, placeIssues } from "./fields.js";
import { historyList } from "./history-list.js";
import type { Page, View } from "./page.js";
import { isStagebookError } from "./problems.js";

export function historyTab(page: Page, contactId: string): View {
  const rows = historyList(page, { contactId, load: (query) => page.book.history(contactId, query) });
  return { element: h("div", { class: "history" }, commentBox(page, contactId), rows.element), refresh: rows.refresh };
}

function commentBox(page: Page, contactId: string): HTMLElement {
  const { words } = page;
  const text = field(words.comment, h("textarea", { rows: 2, "data-testid": "comment-text" }));
  const add = h("button", { type: "submit", "data-testid": "comment-add" }, words.addComment);
  const form = h("form", { class: "comment", novalidate: true }, text.element, h("div", { class: "actions" }, add));
  const send = async () => {
    try {
      await page.book.contacts.comment(contactId, { text: text.input.value });
      text.input.value = "";
      text.show([]);
      page.say(words.commentAdded);
    } catch (error) {
      page.fail(error);
      if (isStagebookError(error)) placeIssues(new Map([["text", text]]), error.issues);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once(add, send);
  });
  return form;
}
