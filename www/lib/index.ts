// The package's functions, over the one thing in which its entries differ: where the component's bytes come from.
// Making them does nothing; the first call that needs the component loads it.

import createGlue from "#glue";
import { book } from "./book.js";
import { loader } from "./component.js";
import { asError, lacking } from "./errors.js";
import { plain } from "./plain.js";
import { Session } from "./session.js";
import type * as contract from "./types.js";
import type { Platform } from "./wasm-source.js";

export { StagebookError } from "./errors.js";
export { crmContact } from "./preset.js";

type Functions = Pick<typeof contract,
  "openBook" | "deleteBook" | "checkDefinition" | "simulate" | "verifyInclusion" | "verifyConsistency" | "verifyLog">;

export function facade(platform: Platform): Functions {
  const load = loader(platform, createGlue);

  return {
    async openBook(given) {
      const { wasm, signer, definitions, ...options } = given ?? {};
      if (signer) throw lacking("the option signer", options.locale);
      const session = new Session(await load(wasm, options.locale), options.locale);
      const { clock, ...data } = options;
      const asked = { ...(plain(data, options.locale) as object), clock, definitions: [definitions].flat() };
      return book(session, await session.open(asked));
    },

    async checkDefinition(definition, { wasm, ...options } = {}) {
      const { exports } = await load(wasm, options.locale);
      try {
        return JSON.parse(exports.checkDefinition(definition, options));
      } catch (thrown) {
        throw asError(thrown, options.locale);
      }
    },

    deleteBook: async () => { throw lacking("deleteBook"); },
    simulate: async () => { throw lacking("simulate"); },
    verifyInclusion: async () => { throw lacking("verifyInclusion"); },
    verifyConsistency: async () => { throw lacking("verifyConsistency"); },
    verifyLog: async () => { throw lacking("verifyLog"); },
  };
}
