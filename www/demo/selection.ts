// Several contacts of the list, chosen by checkbox, and what is done with them.
import type { Contact } from "stagebook";
import { button, h } from "./dom.js";
import { moveMany } from "./move-many.js";
import type { Page } from "./page.js";

export class Selection {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #list: HTMLElement;
  /** Names by id: what was chosen stays so when another filter hides it. */
  readonly #chosen = new Map<string, string>();
  readonly #start: HTMLButtonElement;
  readonly #bar: HTMLElement;
  readonly #move: HTMLButtonElement;
  readonly #results = h("div", { role: "status", class: "results", "data-testid": "bulk-results" });

  constructor(page: Page, list: HTMLElement) {
    const { words } = page;
    this.#page = page;
    this.#list = list;
    this.#start = button(words.selectSeveral, { class: "quiet", "data-testid": "select-several" }, () => this.#choosing(true));
    this.#move = button("", { class: "quiet", "data-testid": "bulk-move" }, () => this.#moveChosen());
    this.#bar = h("div", { class: "buttons", role: "group", "aria-label": words.selectSeveral, hidden: true },
      this.#move,
      button(words.selectShown, { class: "quiet", "data-testid": "select-shown" }, () => this.#chooseShown()),
      button(words.selectEnd, { class: "quiet", "data-testid": "select-end" }, () => this.#choosing(false)),
    );
    this.element = h("div", { class: "selection" }, this.#start, this.#bar, this.#results);
    this.#count();
  }

  /** The checkbox of a row. */
  box({ id, name }: Contact): HTMLElement {
    const input = h("input", { type: "checkbox", class: "pick", "data-testid": "pick", "data-key": `${id} pick`, "data-contact-id": id, "data-name": name, "aria-label": this.#page.words.select(name) });
    input.checked = this.#chosen.has(id);
    input.addEventListener("change", () => this.#set(input));
    return input;
  }

  #set({ checked, dataset: { contactId = "", name = "" } }: HTMLInputElement): void {
    if (checked) this.#chosen.set(contactId, name);
    else this.#chosen.delete(contactId);
    this.#count();
  }

  #chooseShown(): void {
    for (const input of this.#boxes()) {
      input.checked = true;
      this.#set(input);
    }
  }

  #choosing(on: boolean): void {
    this.#start.hidden = on;
    this.#bar.hidden = !on;
    this.#list.classList.toggle("choosing", on);
    if (!on) this.#clear();
    (on ? this.#boxes()[0] : this.#start)?.focus();
  }

  #clear(): void {
    this.#chosen.clear();
    for (const input of this.#boxes()) input.checked = false;
    this.#count();
  }

  #count(): void {
    const { words, format } = this.#page;
    this.#move.textContent = words.moveMany(format.number(this.#chosen.size));
  }

  #moveChosen(): void {
    const { words, say } = this.#page;
    if (this.#chosen.size === 0) return say(words.nothingSelected);
    moveMany(this.#page, this.#chosen, (results) => {
      this.#results.replaceChildren(...results, button(words.dismiss, { class: "quiet", "data-testid": "bulk-dismiss" }, () => this.#results.replaceChildren()));
      this.#choosing(false);
    });
  }

  #boxes(): HTMLInputElement[] {
    return [...this.#list.querySelectorAll<HTMLInputElement>("input.pick")];
  }
}
