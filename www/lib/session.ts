// What the Books of one openBook share, whoever their actor is: the calls under way, the listeners, and the end. It
// holds no rule of the domain and does not know what a call asks.

import type { Hooks, RawBook } from "#glue";
import { Calls } from "./calls.js";
import { Changes } from "./changes.js";
import { type Component, faultError, type Member } from "./component.js";
import { asError, lacking, StagebookError } from "./errors.js";
import { Events } from "./events.js";
import { say } from "./messages.js";
import type { Book, BookEvents, BookOptions, Issue, SyncStatus } from "./types.js";

type Reason = BookEvents["closed"]["reason"];
type Json = string | undefined;
/** `issues`: worded findings by the component's numbers of them. */
type Info = Pick<Book, "name" | "timeZone" | "locale"> & { store: string; issues?: Issue[] };

export class Session implements Member {
  readonly events = new Events();
  /** What the component says of the book; `configure` may change it. */
  info: Info;
  shares: string | undefined;
  /** Whoever operates, a book syncs once. */
  syncing: Pick<SyncStatus, "state" | "error"> = { state: "stopped" };
  signer: BookOptions["signer"];
  /** What the host gave for those who show the book. */
  host: Pick<BookOptions, "users" | "messages"> = {};
  readonly component: Component;
  readonly #calls = new Calls((thrown) => asError(thrown, this.locale));
  readonly #changes: Changes;
  #raw: RawBook | undefined;
  /** Takes no more calls. */
  #ended = false;
  /** "closed" was told. */
  #over = false;
  #closing: Promise<void> | undefined;

  constructor(component: Component, locale?: string) {
    this.component = component;
    this.info = { locale } as Info;
    const refresh = () => this.read<void>(() => this.#raw!.call("refresh", "[]"));
    this.#changes = new Changes(this.events, () => component.peers(this), refresh);
    component.join(this);
  }

  async open(options: string, clock?: Hooks["clock"]): Promise<RawBook> {
    const { exports } = this.component;
    const hooks: Hooks = {
      clock,
      turn,
      tell: (event, detail) => {
        if (event === "change") this.#changes.noted(detail.source, detail.contactIds);
        else this.#endedByItself(detail.reason);
      },
    };
    try {
      const raw = await this.#calls.run(() => this.#checked(() => exports.openBook(options, hooks)), (raw) => raw);
      const { name, store } = (this.info = JSON.parse(raw.ask("info", "[]")!));
      if (store !== "memory") this.shares = `${store}/${name}`;
      return (this.#raw = raw);
    } catch (error) {
      this.component.leave(this);
      throw asError(error, this.locale);
    }
  }

  get locale(): string | undefined {
    return this.info.locale;
  }

  /** For answers that are no JSON. */
  ask<T>(ask: () => Promise<T>): Promise<T> {
    return this.#calls.run(() => this.#checked(ask), (answer) => answer);
  }

  read<T>(ask: () => Promise<Json>): Promise<T> {
    return this.#calls.run(() => this.#checked(ask), parse<T>);
  }

  /** As read(), of an answer that is no JSON. */
  text(ask: () => Promise<Json>): Promise<string> {
    return this.#calls.run(() => this.#checked(ask), (text) => text ?? "");
  }

  /** As read(), and the page's other books of this data have seen what it wrote before it resolves. */
  write<T>(ask: () => Promise<Json>): Promise<T> {
    return this.#calls.run(() => this.#checked(ask), (json) => {
      const result = parse<T>(json);
      return this.#changes.peersTold?.then(() => result) ?? result;
    });
  }

  now<T>(ask: () => T): T {
    try {
      return this.#checked(ask);
    } catch (thrown) {
      throw asError(thrown, this.locale);
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  check(): void {
    if (this.#ended) throw new StagebookError("closed", say("closed", this.locale));
  }

  /** What plain JavaScript may pass in place of an id would reach the component as some other id. */
  id(value: string, path = "id"): string {
    if (typeof value === "string") return value;
    const message = say("id", this.locale);
    throw new StagebookError("invalid", message, { issues: [{ path, code: "required", severity: "error", message }] });
  }

  /** For what the contract has and this version lacks. */
  lacks(what: string): never {
    this.check();
    throw lacking(what, this.locale);
  }

  catchUp(contactIds: readonly string[]): Promise<void> {
    return this.#changes.catchUp(contactIds);
  }

  /** From here on every call is refused; those under way are waited for, and their changes told, before "closed" is. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  die(cause: unknown): void {
    this.#raw = undefined;
    this.#calls.rejectAll(faultError(cause, this.locale));
    this.#finish("internal");
  }

  #checked<R>(ask: () => R): R {
    this.check();
    return ask();
  }

  async #close(): Promise<void> {
    this.#ended = true;
    await this.#calls.idle();
    try {
      const raw = this.#raw;
      if (raw) await this.#calls.run(() => raw.call("close", "[]"), () => {});
    } finally {
      this.#finish("close");
      await this.#release();
    }
  }

  #endedByItself(reason: Reason): void {
    if (this.#closing) return;
    this.#finish(reason);
    this.#closing = this.#release();
  }

  #finish(reason: Reason): void {
    if (this.#over) return;
    this.#over = this.#ended = true;
    this.component.leave(this);
    queueMicrotask(() => {
      this.events.emit("closed", () => ({ reason }));
      this.events.clear();
    });
  }

  async #release(): Promise<void> {
    await this.#calls.idle();
    this.#raw?.free();
    this.#raw = undefined;
  }
}

function parse<T>(json: Json): T {
  return (json === undefined ? undefined : JSON.parse(json)) as T;
}

/** Calls back after whatever waits by now. Timers would wait themselves: a second in a hidden tab. */
function turn(resume: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resume();
  };
  port2.postMessage(0);
}
