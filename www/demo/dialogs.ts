// A small question in a modal <dialog>: a form, what is wrong with it, and two buttons. Errors are shown inside, for the page
// behind is out of reach while the dialog is open.
import { h, newId, once, type Child } from "./dom.js";
import { placeIssues, type Field } from "./fields.js";
import type { Page } from "./page.js";
import { isStagebookError, problem } from "./problems.js";

export interface Question {
  title: string;
  testid: string;
  /** Default: the fields. */
  body?: Child[];
  /** By path in the command, for the book's issues. */
  fields?: ReadonlyMap<string, Field>;
  confirm: { label: string; testid: string; danger?: boolean };
  /** The dialog closes when this resolves, and stays with the error when it rejects. */
  submit(): unknown;
  /** After it closed. */
  done?(): void;
  cancelled?(): void;
}

export function ask(page: Page, question: Question): HTMLDialogElement {
  const { words } = page;
  const fields = question.fields ?? new Map<string, Field>();
  const body = question.body ?? [...fields.values()].map(({ element }) => element);
  const titleId = newId("dialog");
  const trouble = h("div", { role: "alert", class: "problem" });
  const cancel = h("button", { type: "button", "data-testid": "dialog-cancel" }, words.cancel);
  const confirm = h("button", { type: "submit", class: question.confirm.danger ? "danger" : "primary", "data-testid": question.confirm.testid }, question.confirm.label);
  const form = h("form", { novalidate: true }, h("h2", { id: titleId }, question.title), ...body, trouble, h("div", { class: "actions" }, confirm, cancel));
  const dialog = h("dialog", { "aria-labelledby": titleId, "data-testid": question.testid }, form);
  let done = false;
  const submit = async () => {
    trouble.replaceChildren();
    try {
      await question.submit();
      done = true;
      dialog.close();
    } catch (error) {
      const rest = isStagebookError(error) ? placeIssues(fields, error.issues) : [];
      trouble.replaceChildren(problem(error, words, { issues: rest }));
      form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once(confirm, submit);
  });
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (done) question.done?.();
    else question.cancelled?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
