// A pretend mail server behind the outbox. Its user says how it behaves, so that what becomes of an item can be seen.
import type { Book, OutboxItem } from "stagebook";
import type { SenderMode } from "./settings.js";
import type { Words } from "./words-en.js";

/** Long enough to be seen. */
const TAKES_MS = 400;
export const MOST_ATTEMPTS = 4;

export class Sender {
  /** Tries of what still waits, by item. */
  readonly tries = new Map<string, { count: number; error: string }>();
  readonly #book: Book;
  readonly #words: () => Words;
  readonly #tried: () => void;
  #mode: SenderMode = "stopped";
  #stop: (() => void) | undefined;

  /** `tried` is told of each try that failed for now: the outbox itself hears of what is settled only. */
  constructor(book: Book, words: () => Words, tried: () => void) {
    this.#book = book.as({ id: "mail-sender", name: words().senderName, kind: "system" });
    this.#words = words;
    this.#tried = tried;
  }

  get mode(): SenderMode {
    return this.#mode;
  }

  set mode(mode: SenderMode) {
    this.#mode = mode;
    if (mode === "stopped") {
      this.#stop?.();
      this.#stop = undefined;
    } else {
      this.#stop ??= this.#book.outbox.deliver((item, { signal }) => this.#send(item, signal), { maxAttempts: MOST_ATTEMPTS });
    }
  }

  async #send(item: OutboxItem, signal: AbortSignal): Promise<{ ref: string } | { failed: string }> {
    await new Promise((resolve) => setTimeout(resolve, TAKES_MS));
    signal.throwIfAborted();
    const words = this.#words();
    if (item.to === undefined) return { failed: words.senderNoAddress };
    if (this.#mode === "refuses") return { failed: words.senderRefused };
    if (this.#mode === "fails") {
      this.tries.set(item.id, { count: item.attempts + 1, error: words.senderBusy });
      this.#tried();
      throw new Error(words.senderBusy);
    }
    this.tries.delete(item.id);
    return { ref: `<${item.id}@mail.example>` };
  }
}
