// One timer for all that time alone changes: reminders that begin and end, activities that become due or overdue at midnight.
// When that is next, the book says; it is asked again after every reading.
import type { Book } from "stagebook";
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** The longest that setTimeout can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm implements ReactiveController {
  readonly #ring: () => void;
  #timer = 0;
  #turn = 0;

  constructor(host: ReactiveControllerHost, ring: () => void) {
    host.addController(this);
    this.#ring = ring;
  }

  /** A question that a later one has overtaken sets nothing. */
  async set(book: Book): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    const at = await book.activities.nextReminderAt().catch(() => undefined);
    if (mine !== this.#turn) return;
    clearTimeout(this.#timer);
    if (at !== undefined) this.#timer = window.setTimeout(this.#ring, Math.min(Math.max(Date.parse(at) - Date.now(), 0), LONGEST_MS));
  }

  hostDisconnected(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }
}
