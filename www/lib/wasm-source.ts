// From whatever names or holds the component to a compiled module. It compiles and does not instantiate; how a URL is
// read is the entry's knowledge (a browser fetches, Node also reads files).

import { describe, StagebookError } from "./errors.js";
import { say } from "./messages.js";
import type { WasmSource } from "./types.js";

export type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** What an entry knows of its platform. */
export interface Platform {
  /** The component that came with this entry. */
  own(): WasmSource | Promise<Bytes>;
  read(where: URL | string): Promise<Response | Bytes>;
}

export async function compile(source: WasmSource | Promise<Bytes>, read: Platform["read"]): Promise<WebAssembly.Module> {
  // WebAssembly.Module has no members that a type could tell it by: hence `unknown`.
  const given: unknown = await source;
  if (given instanceof WebAssembly.Module) return given;
  const found = typeof given === "string" || given instanceof URL ? await read(given) : (given as Response | Bytes);
  if (!isResponse(found)) return WebAssembly.compile(found);
  if (!found.ok) throw new Error(`${found.url || "the response"} answered ${found.status}`);
  // Streaming wants exactly this type, without parameters; a server that sends another still gets its bytes compiled.
  const streams = /^application\/wasm$/i.test(found.headers.get("content-type") ?? "");
  return streams ? WebAssembly.compileStreaming(found) : WebAssembly.compile(await found.arrayBuffer());
}

/** By shape, not by class: a Response may come from a polyfill or another realm. */
function isResponse(found: object): found is Response {
  return "arrayBuffer" in found && "headers" in found;
}

/** Engines agree on no error class for a policy that forbids WebAssembly, but all name the policy or its token. */
export function loadError(cause: unknown, locale?: string): StagebookError {
  const reason = describe(cause);
  const code = /unsafe-eval|wasm-eval|content.security.policy|blocked by CSP/i.test(reason) ? "wasm-blocked" : "wasm-load";
  return new StagebookError(code, say(code, locale, reason), { cause });
}
