// Asks for what an act still needs, in a modal dialog: the browser's own, which holds the focus and gives it back. A refusal
// stands beside the fields it names; the dialog closes when the act was done.
import type { Issue } from "stagebook";
import { html, nothing, type ReactiveController, type TemplateResult } from "lit";
import type { BookElement } from "../element.js";
import { values } from "../fields.js";
import { isStagebookError, problem } from "../problem.js";
import own from "./asking.css";

export interface Question {
  title: string;
  body(issues: readonly Issue[]): unknown;
  /** Without it the dialog only shows. */
  confirm?: string;
  /** Gives false where it was refused and that is shown. */
  submit?(values: Record<string, string>): Promise<unknown>;
  /** Found at every keystroke. */
  check?(values: Record<string, string>): readonly Issue[];
  /** A refusal names its fields as the call does; the dialog's may be called otherwise. */
  path?(path: string): string;
  wide?: boolean;
}

export class Dialog implements ReactiveController {
  readonly #host: BookElement;
  #question: Question | undefined;
  #issues: readonly Issue[] = [];
  #error: unknown;
  #busy = false;

  constructor(host: BookElement) {
    (this.#host = host).addController(this);
    host.adopt(own);
  }

  hostDisconnected(): void {
    this.close();
  }

  hostUpdated(): void {
    const element = this.#element;
    if (element && !element.open) element.showModal();
  }

  get #element(): HTMLDialogElement | null {
    return this.#host.renderRoot.querySelector("dialog");
  }

  open(question: Question): void {
    this.#question = question;
    this.#issues = [];
    this.#error = undefined;
    this.#host.requestUpdate();
  }

  close(): void {
    if (!this.#question) return;
    this.#question = undefined;
    this.#element?.close();
    this.#host.requestUpdate();
    void this.#host.updateComplete.then(() => this.#host.keepFocus());
  }

  template(): TemplateResult | typeof nothing {
    const question = this.#question;
    if (!question) return nothing;
    const { t } = this.#host.words;
    const errors = this.#issues.filter(({ path }) => path === "" || !this.#element?.querySelector(`[name="${CSS.escape(path)}"]`));
    return html`<dialog aria-labelledby="question" class=${question.wide ? "wide" : ""} part="dialog" @close=${() => this.close()}>
      <form novalidate @submit=${this.#submit} @input=${this.#check}>
        <header><h2 id="question">${question.title}</h2><button type="button" class="quiet icon-only" aria-label=${t("close")} @click=${() => this.close()}>×</button></header>
        <div class="dialog-body">${question.body(this.#issues)}</div>
        ${errors.map(({ message }) => html`<p class="error" role="alert">${message}</p>`)}
        ${this.#error === undefined ? nothing : problem(this.#error, this.#host.words)}
        ${question.confirm ? html`<footer class="buttons">
          <button type="submit" class="primary" ?disabled=${this.#busy}>${question.confirm}</button>
          <button type="button" @click=${() => this.close()}>${t("cancel")}</button>
        </footer>` : nothing}
      </form>
    </dialog>`;
  }

  #check = (event: Event): void => {
    const { check } = this.#question ?? {};
    if (check) this.#issues = check(values(event.currentTarget as HTMLFormElement));
    this.#host.requestUpdate();
  };

  #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const question = this.#question;
    if (!question?.submit || this.#busy) return;
    this.#busy = true;
    this.#error = undefined;
    try {
      const given = Object.entries(values(event.target as HTMLFormElement)).map(([name, text]) => [name, text.trim()]);
      const done = await question.submit(Object.fromEntries(given));
      if (done !== false && this.#question === question) this.close();
    } catch (error) {
      this.#refused(error, question);
    } finally {
      this.#busy = false;
      this.#host.requestUpdate();
    }
  };

  #refused(error: unknown, { path = (same) => same }: Question): void {
    const issues = isStagebookError(error) ? error.issues : [];
    this.#issues = issues.map((issue) => ({ ...issue, path: path(issue.path) }));
    if (issues.length === 0) this.#error = error;
  }
}

/** An element has one dialog: what was asked before is no longer. */
export function open(host: BookElement, question: Question): void {
  (host.dialog ??= new Dialog(host)).open(question);
}
