// One timer for all that time alone changes: reminders that begin and end, activities that become due or overdue. When that
// is next, the book says; it is asked again after every change and when the timer rings.
import type { Book } from "stagebook";

/** The longest that setTimeout can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm {
  readonly #book: Book;
  readonly #ring: () => void;
  #timer = 0;
  #turn = 0;

  constructor(book: Book, ring: () => void) {
    this.#book = book;
    this.#ring = ring;
  }

  /** A question that a later one has overtaken sets nothing. */
  async set(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    const at = await this.#book.activities.nextReminderAt();
    if (mine !== this.#turn) return;
    clearTimeout(this.#timer);
    if (at !== undefined) this.#timer = window.setTimeout(this.#ring, Math.min(Date.parse(at) - Date.now(), LONGEST_MS));
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }
}
