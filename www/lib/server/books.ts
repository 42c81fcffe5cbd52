// The component's books on this server: one a name and secret, made when it is first asked for, and again in a fresh instance
// after a fault.

import type { ServerBook } from "#glue";
import type { Component } from "../component.js";
import { asError } from "../errors.js";
import type { Grant, SyncHandlerOptions } from "./types.js";

/** Books kept before the oldest goes. */
const MOST = 500;
const LATE_MS = 24 * 60 * 60 * 1000;

export class Books {
  readonly #load: () => Promise<Component>;
  readonly #options: SyncHandlerOptions;
  #component: Component | undefined;
  #books = new Map<string, ServerBook>();
  /** Names of the contacts in a grant's list, for as long as the host keeps the list. */
  #names = new WeakMap<object, Map<ServerBook, Set<string>>>();

  constructor(load: () => Promise<Component>, options: SyncHandlerOptions) {
    this.#load = load;
    this.#options = options;
  }

  async of({ book, secret }: Pick<Grant, "book" | "secret">): Promise<ServerBook> {
    const component = await this.#load();
    if (component !== this.#component) [this.#component, this.#books] = [component, new Map()];
    const key = JSON.stringify([book, secret ?? ""]);
    const known = this.#books.get(key) ?? this.#make(component, book, secret);
    this.#books.delete(key);
    this.#books.set(key, known);
    return known;
  }

  #make(component: Component, book: string, secret: string | undefined): ServerBook {
    // Not freed here, where a request may still hold it: the glue frees what nobody holds.
    for (const key of this.#books.keys()) if (this.#books.size >= MOST) this.#books.delete(key);
    const { definitions = [], limits: { lateMs = LATE_MS } = {}, name = "Server" } = this.#options;
    const options = { book, secret, definitions: [definitions].flat(), lateMs, name };
    return asked(() => new component.exports.ServerBook(JSON.stringify(options)));
  }

  /** The ledger's names of the contacts that a reader may see; none: all. */
  async visible(grant: Grant): Promise<Set<string> | undefined> {
    const { contacts } = grant;
    if (contacts === undefined) return undefined;
    const book = await this.of(grant);
    const known = this.#names.get(contacts) ?? new Map<ServerBook, Set<string>>();
    const names = known.get(book) ?? new Set(contacts.map((id) => asked(() => book.nameOf(`${id}`))));
    this.#names.set(contacts, known.set(book, names));
    return names;
  }
}

/** Runs something in the component, whose errors are texts. */
export function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw asError(thrown);
  }
}
