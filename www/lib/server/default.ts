// `stagebook/server` for hosts without files: the component is fetched, or given as `wasm`.
import createGlue from "#glue";
import { handlers } from "./handler.js";
import type { SyncHandler, SyncHandlerOptions } from "./types.js";

export { memoryStore } from "./memory.js";
export { nodeListener, type NodeRequest, type NodeResponse } from "./node-listener.js";
export type * from "./types.js";

const make = /* @__PURE__ */ handlers({
  own: () => fetch(new URL("./stagebook.wasm", import.meta.url)),
  read: (where) => fetch(where),
}, createGlue);

/** Answers `POST …/push` and `GET …/pull` for all books that `authorize` names. What is malformed is refused and not stored; what is
 * sound but not permitted is stored together with an entry that voids it, which every device pulls.
 * @example
 * import { memoryStore, syncHandler } from "stagebook/server";
 *
 * const handler = syncHandler({ store: memoryStore(), authorize: () => null });
 * const response = await handler(new Request("https://crm.example/sync/pull"));
 * console.log(response.status); // 401
 */
export function syncHandler(options: SyncHandlerOptions): SyncHandler {
  return make(options);
}
