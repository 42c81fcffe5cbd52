// The package's functions, over the one thing in which its entries differ: where the component's bytes come from.
// Making them does nothing; the first call that needs the component loads it.

import createGlue from "#glue";
import { book } from "./book.js";
import { type Component, loader } from "./component.js";
import { asError, StagebookError } from "./errors.js";
import { say } from "./messages.js";
import { json } from "./plain.js";
import { Session } from "./session.js";
import { checkSigner } from "./signing.js";
import type * as contract from "./types.js";
import type { Platform } from "./wasm-source.js";

export { StagebookError } from "./errors.js";
export { crmContact } from "./preset.js";

type Functions = Pick<typeof contract,
  "openBook" | "deleteBook" | "checkDefinition" | "simulate" | "openSimulation" | "verifyInclusion" | "verifyConsistency" | "verifyLog">;

export function facade(platform: Platform): Functions {
  const load = loader(platform, createGlue);

  return {
    async openBook(given) {
      const { wasm, signer, clock, definitions, ...options } = given ?? {};
      const { locale } = options;
      checkSigner(signer, locale);
      const component = await load(wasm, locale);
      const asked = one({ ...options, definitions: [definitions].flat() }, locale);
      const session = new Session(component, locale);
      session.signer = signer;
      session.host = { users: options.users, messages: options.messages };
      return book(session, await session.open(asked, clock && (() => +clock())));
    },

    async checkDefinition(definition, { wasm, ...options } = {}) {
      const { exports } = await load(wasm, options.locale);
      try {
        return JSON.parse(exports.checkDefinition(one(definition, options.locale), one(options, options.locale)));
      } catch (thrown) {
        throw asError(thrown, options.locale);
      }
    },

    async deleteBook(name, { discardUnsynced = false } = {}) {
      const component = await load();
      if (component.holds(name)) throw new StagebookError("conflict", say("open", undefined, name));
      try {
        await component.exports.deleteBook(name, discardUnsynced);
      } catch (thrown) {
        throw asError(thrown);
      }
    },
    async simulate(definition, steps, { wasm, ...options } = {}) {
      const { exports } = await load(wasm);
      try {
        return JSON.parse(exports.simulate(one(definition), one(steps), one(options)));
      } catch (thrown) {
        throw asError(thrown);
      }
    },
    verifyInclusion: async (proof, checkpoint) => proves(await load(), proof, undefined, checkpoint),
    verifyConsistency: async (proof, from, to) => proves(await load(), proof, `${from}`, to),
    async verifyLog(lines, { wasm, ...options } = {}) {
      const { verifyLog } = await import("./verify-log.js");
      return verifyLog((await load(wasm)).exports, lines, options);
    },
    async openSimulation(definition, { wasm, ...options } = {}) {
      const { exports } = await load(wasm);
      try {
        const plain = one(definition);
        const { simulation } = await import("./simulation.js");
        return simulation(exports.openTrial(plain, one(options)), JSON.parse(plain), options.locale);
      } catch (thrown) {
        throw asError(thrown, options.locale);
      }
    },
  };
}

/** What can't even be read proves nothing. */
function proves({ exports }: Component, proof: object, from: string | undefined, to: string): boolean {
  try {
    return exports.verifyProof(one(proof), from, `${to}`);
  } catch {
    return false;
  }
}

/** The JSON of one argument. */
const one = (value: unknown, locale?: string) => json([value], locale).slice(1, -1);
