// One actor's handle of the component: calls by name, with ids checked and all arguments made plain on their way in.

import type { RawBook } from "#glue";
import { json } from "./plain.js";
import type { Session } from "./session.js";
import type { Issue } from "./types.js";

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

  /** What is wrong with a form, where it can be asked for without JSON. */
  check(boxes: object, place?: object): Issue[] | undefined {
    const session = this.#session, raw = this.#raw;
    return session.now(() => {
      const size = session.component.write(boxes, place);
      if (!size) return undefined;
      let found = raw.check(size);
      const read = (number: number) => JSON.parse(raw.found(number) ?? "0");
      if (found < 0) return read(0) || undefined;
      const issues: Issue[] = [], known = (session.info.issues ??= []);
      for (; found; found = Math.floor(found / 256)) {
        const issue: Issue = { ...(known[found % 256] ??= read(found % 256)[0]) };
        if (issue.params) issue.params = { ...issue.params };
        issues.push(issue);
      }
      return issues;
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
