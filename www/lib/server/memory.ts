// A ServerStore in memory, for tests and examples: what is in it ends with the process.

import type { LogHead, OwnLog, PlacedLine, ServerStore, ServerTransaction, StoredLine } from "./types.js";

interface Book {
  own: OwnLog;
  lines: PlacedLine[];
  logs: Map<string, LogHead>;
  marks: Map<string, object>;
  turn: Promise<unknown>;
}

/** A store in memory, for tests and examples: what is in it ends with the process.
 * @example
 * import { memoryStore, syncHandler } from "stagebook/server";
 * import { httpSync } from "stagebook/sync/http";
 *
 * const handler = syncHandler({ store: memoryStore(), authorize: () => ({ book: "stagebook", actors: ["ada"] }) });
 * await book.sync.now(httpSync({ url: "http://localhost/", fetch: handler }));
 * console.log(book.sync.status().waiting); // 0
 */
export function memoryStore(): ServerStore {
  const books = new Map<string, Book>();
  const open = (name: string): Book => {
    const known = books.get(name);
    if (known) return known;
    const made = { own: { replica: crypto.randomUUID() }, lines: [], logs: new Map(), marks: new Map(), turn: Promise.resolve() };
    books.set(name, made);
    return made;
  };
  return {
    transact(name, work) {
      const book = open(name);
      const done = book.turn.then(async () => {
        const draft = new Draft(book);
        const result = await work(draft);
        draft.commit();
        return result;
      });
      book.turn = done.catch(() => {});
      return done;
    },
    async read(name, from, limit) {
      const { own, lines } = open(name);
      return { replica: own.replica, lines: structuredClone(lines.slice(from - 1, from - 1 + limit)) };
    },
  };
}

/** What a transaction has changed, until it is committed. */
class Draft implements ServerTransaction {
  readonly #book: Book;
  readonly #added: StoredLine[] = [];
  readonly #erased = new Set<string>();
  readonly #logs = new Map<string, LogHead>();
  readonly #marks = new Map<string, object>();
  #own: OwnLog;

  constructor(book: Book) {
    this.#book = book;
    this.#own = book.own;
  }

  own = async () => this.#own;
  log = async (replica: string) => this.#logs.get(replica) ?? this.#book.logs.get(replica);
  header = async (replica: string, seq: number) =>
    this.#book.lines.find((line) => line.replica === replica && line.seq === seq)?.header;
  marks = async (contacts: readonly string[]) => Object.fromEntries(contacts.flatMap((contact) => {
    const mark = this.#marks.get(contact) ?? this.#book.marks.get(contact);
    return mark ? [[contact, mark]] : [];
  }));
  append = async (lines: readonly StoredLine[]) => { this.#added.push(...structuredClone(lines)); };
  saveOwn = async (own: OwnLog) => { this.#own = own; };
  saveLog = async (replica: string, head: LogHead) => { this.#logs.set(replica, head); };
  saveMarks = async (marks: Record<string, object>) => {
    for (const [contact, mark] of Object.entries(marks)) this.#marks.set(contact, mark);
  };
  erase = async (contact: string) => {
    const bodies = [...this.#book.lines, ...this.#added].filter((line) => has(line, contact)).length;
    this.#erased.add(contact);
    return bodies;
  };

  commit(): void {
    const { lines, logs, marks } = this.#book;
    for (const line of this.#added) lines.push({ ...line, position: lines.length + 1 });
    for (const line of lines) if (this.#erased.has(line.contact ?? "") && has(line, line.contact!)) [line.body, line.salt] = [undefined, undefined];
    for (const [replica, head] of this.#logs) logs.set(replica, head);
    for (const [contact, mark] of this.#marks) marks.set(contact, mark);
    this.#book.own = this.#own;
  }
}

const has = ({ contact, body, kind }: StoredLine, of: string) => contact === of && body !== undefined && kind !== "contact.erased";
