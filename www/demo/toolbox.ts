// What is needed once in a while (importing, the sample) behind a button; open by itself while the book is empty.
import { button } from "./dom.js";

export class Toolbox {
  readonly button: HTMLButtonElement;
  readonly #place: HTMLElement;
  #open = false;
  #wanted = false;

  constructor(place: HTMLElement) {
    this.#place = place;
    this.button = button("", { class: "state-button", "data-testid": "tools", "aria-controls": place.id }, () => {
      const open = !this.#shown;
      this.#wanted = false;
      this.open = open;
    });
    this.#show();
  }

  set open(open: boolean) {
    this.#open = open;
    this.#show();
  }

  /** Whether a reader who did not ask needs it. */
  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    this.#show();
  }

  get #shown(): boolean {
    return this.#open || this.#wanted;
  }

  #show(): void {
    this.#place.hidden = !this.#shown;
    this.button.setAttribute("aria-expanded", String(this.#shown));
  }
}
