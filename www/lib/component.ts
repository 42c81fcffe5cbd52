// One instance of the component: made once per page, shared by all its books, and dead for good after a fault. It knows
// the books only as members to tell of that, never what they do.

import type { Exports, Glue } from "#glue";
import type { Peer } from "./changes.js";
import { describe, StagebookError } from "./errors.js";
import { writer } from "./form.js";
import { say } from "./messages.js";
import type { WasmSource } from "./types.js";
import { compile, loadError, type Platform } from "./wasm-source.js";

/** An open book of this instance. */
export interface Member extends Peer {
  /** Books with the same key have their data in common; undefined: nobody shares it. */
  readonly shares: string | undefined;
  /** The instance is dead: settle every call, and say that the book ended. */
  die(cause: unknown): void;
}

export class Component {
  readonly write: ReturnType<typeof writer>;
  readonly #members = new Set<Member>();
  readonly #onFault: () => void;
  #fault: { cause: unknown } | undefined;

  constructor(readonly exports: Exports, onFault: () => void) {
    this.#onFault = onFault;
    this.write = writer(exports);
  }

  get dead(): boolean {
    return this.#fault !== undefined;
  }

  join(member: Member): void {
    this.#members.add(member);
    if (this.#fault) member.die(this.#fault.cause);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Whether a book of that name is open here. */
  holds(name: string): boolean {
    return [...this.#members].some(({ shares }) => shares?.endsWith(`/${name}`));
  }

  peers(of: Member): Peer[] {
    if (of.shares === undefined || this.#members.size < 2) return [];
    return [...this.#members].filter((member) => member !== of && member.shares === of.shares);
  }

  fail(cause: unknown): void {
    if (this.#fault) return;
    this.#fault = { cause };
    this.#onFault();
    for (const member of [...this.#members]) member.die(cause);
  }
}

export function faultError(cause: unknown, locale?: string): StagebookError {
  return new StagebookError("internal", say("fault", locale, describe(cause)), { cause });
}

/** The loader of one entry: compiles once, instantiates once, and again only after a failure or a fault. */
export function loader(platform: Platform, createGlue: () => Glue) {
  let compiled: WebAssembly.Module | undefined;
  let running: Promise<Component> | undefined;

  async function start(source: WasmSource | undefined): Promise<Component> {
    compiled ??= await compile(source ?? platform.own(), platform.read);
    return instantiate(compiled, createGlue(), () => { running = undefined; });
  }

  return async (source?: WasmSource, locale?: string): Promise<Component> => {
    // A response that turns out not to be needed must not surface as an unhandled rejection.
    if (source instanceof Promise) source.catch(() => {});
    const current = (running ??= start(source));
    try {
      return await current;
    } catch (cause) {
      if (running === current) running = undefined;
      throw loadError(cause, locale);
    }
  };
}

async function instantiate(module: WebAssembly.Module, glue: Glue, onFault: () => void): Promise<Component> {
  const component = new Component(glue.exports, onFault);
  const instance = await WebAssembly.instantiate(module, glue.imports);
  glue.init(guarded(instance, component));
  return component;
}

/** The component's errors are return values, so an exception that leaves one of its exports, in a call or in a callback
 * that nobody awaits, is a trap or has skipped its destructors: what it holds can no longer be trusted. From then on
 * nothing of it runs, neither timers and storage callbacks under way nor the finalizers of its handles. */
function guarded(instance: WebAssembly.Instance, component: Component): WebAssembly.Instance {
  const exports: WebAssembly.Exports = {};
  for (const [name, value] of Object.entries(instance.exports)) {
    exports[name] = typeof value !== "function" ? value : (...args: unknown[]) => {
      if (component.dead) return undefined;
      try {
        return value(...args);
      } catch (error) {
        component.fail(error);
        throw error;
      }
    };
  }
  return { exports };
}
