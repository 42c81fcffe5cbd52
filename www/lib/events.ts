// What a book tells its listeners, and how changes that come close together become one. It calls host code, so nothing
// thrown there may get out of here.

import type { BookEvents } from "./types.js";

export type Source = BookEvents["change"]["source"];
type Listener = (detail: never) => void;

export class Events {
  readonly #listeners = new Map<keyof BookEvents, Set<{ listener: Listener }>>();

  on(event: keyof BookEvents, listener: Listener): () => void {
    const entry = { listener };
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(entry));
    return () => void all.delete(entry);
  }

  /** `detail` is made anew for each listener: none can spoil another's copy. */
  emit<K extends keyof BookEvents>(event: K, detail: () => BookEvents[K]): void {
    for (const { listener } of [...(this.#listeners.get(event) ?? [])]) {
      attempt(() => (listener as (detail: BookEvents[K]) => void)(detail()));
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Runs host code. What it throws is reported as the page reports any uncaught error, and stops nothing. */
export function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    else setTimeout(() => { throw error; });
  }
}

/** The contacts of one or more changes. No ids stands for "reload", and stays so whatever is added. */
export class ChangeSet {
  readonly #ids = new Set<string>();
  #reload = false;

  add(contactIds: readonly string[]): void {
    for (const id of contactIds) this.#ids.add(id);
    if (contactIds.length === 0 || this.#ids.size > MOST_IDS) this.#reload = true;
  }

  /** What `contactIds` has told need not be told again. */
  forget(contactIds: readonly string[]): void {
    for (const id of contactIds) this.#ids.delete(id);
    if (contactIds.length === 0) this.take();
  }

  /** Empties the set: undefined where there was nothing. */
  take(): string[] | undefined {
    const ids = this.#reload ? [] : [...this.#ids];
    const something = this.#reload || ids.length > 0;
    this.#reload = false;
    this.#ids.clear();
    return something ? ids : undefined;
  }
}

const MOST_IDS = 1_000;
