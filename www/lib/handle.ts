// One actor's handle of the component: calls by name, with ids checked and all arguments made plain on their way in.

import type { RawBook } from "#glue";
import { json } from "./plain.js";
import type { Session } from "./session.js";

/** The ids that a call is given first, each under the path that its refusal names. */
type Ids = Record<string, string>;

export class Handle {
  readonly #session: Session;
  readonly #raw: RawBook;

  constructor(session: Session, raw: RawBook) {
    this.#session = session;
    this.#raw = raw;
  }

  read<T>(name: string, ids: Ids = {}, ...more: unknown[]): Promise<T> {
    return this.#session.read(() => this.#raw.call(name, this.#args(ids, more)));
  }

  text(name: string, ...more: unknown[]): Promise<string> {
    return this.#session.text(() => this.#raw.call(name, this.#args({}, more)));
  }

  write<T>(name: string, ids: Ids, ...more: unknown[]): Promise<T> {
    return this.#session.write(() => this.#raw.call(name, this.#args(ids, more)));
  }

  /** For what needs no store. */
  now<T>(name: string, ...more: unknown[]): T {
    return this.#session.now(() => {
      const answer = this.#raw.ask(name, this.#args({}, more));
      return answer && JSON.parse(answer);
    });
  }

  #args(ids: Ids, more: unknown[]): string {
    const checked = Object.entries(ids).map(([path, id]) => this.#session.id(id, path));
    const args = [...checked, ...more];
    // An absent argument is no null, which json() would have to look at.
    while (args.length > 0 && args.at(-1) === undefined) args.pop();
    return json(args, this.#session.locale);
  }
}
