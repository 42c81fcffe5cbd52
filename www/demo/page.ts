// What every part of the page is given: the open book, the words and formats of the reader's language, and a way to say
// that something worked or did not. Parts know this and not each other.
import type { Book, User, WorkflowDefinition } from "stagebook";
import type { Formats } from "./format.js";
import type { Sender } from "./sender.js";
import type { SenderMode } from "./settings.js";
import type { Words } from "./words-en.js";

export interface Page {
  /** The open book, for the person who works. */
  readonly book: Book;
  /** Its definitions, asked for once: a book opens with them and keeps them. */
  readonly definitions: readonly WorkflowDefinition[];
  readonly words: Words;
  readonly format: Formats;
  readonly users: readonly User[];
  readonly sender: Sender;
  /** Has the sender behave so, from now on. */
  send(mode: SenderMode): void;
  /** Tells the reader, politely, what was done. */
  say(text: string): void;
  /** Shows what went wrong. */
  fail(error: unknown): void;
  /** The conflicts of the book that were settled. */
  seen(): readonly string[];
  /** Has a conflict not be told any more. */
  settle(conflict: string): void;
  /** Shows a contact. */
  choose(contactId: string): void;
}

/** Part of the page that follows the book. `contactIds` empty: anything may have changed. */
export interface View {
  readonly element: HTMLElement;
  refresh(): Promise<void>;
}

/** Runs a command; what it throws is shown. Resolves to whether it went through. */
export async function attempt(page: Page, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    page.fail(error);
    return false;
  }
}
