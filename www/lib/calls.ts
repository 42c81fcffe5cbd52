// The calls of a session that are under way. Each is settled exactly once: by the component's answer, or by the death of
// the instance that would have answered.

import type { StagebookError } from "./errors.js";

type Reject = (error: StagebookError) => void;

export class Calls {
  /** Not a race against one long-lived promise, which would keep every call's memory as long as the book is open. */
  readonly #pending = new Set<Reject>();
  readonly #translate: (thrown: unknown) => StagebookError;
  #whenIdle: (() => void) | undefined;

  constructor(translate: (thrown: unknown) => StagebookError) {
    this.#translate = translate;
  }

  /** One promise between the component's and the caller's: a durable save is measured in fractions of a millisecond. */
  run<R, T>(ask: () => Promise<R>, finish: (answer: R) => T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const fail = (thrown: unknown) => {
        this.#settled(reject);
        reject(this.#translate(thrown));
      };
      try {
        ask().then((answer) => {
          const result = finish(answer);
          this.#settled(reject);
          resolve(result);
        }).catch(fail);
      } catch (thrown) {
        fail(thrown);
      }
    });
  }

  async idle(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => { this.#whenIdle = resolve; });
  }

  rejectAll(error: StagebookError): void {
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
    this.#whenIdle?.();
  }

  #settled(reject: Reject): void {
    this.#pending.delete(reject);
    if (this.#pending.size === 0) this.#whenIdle?.();
  }
}
