// Request in, response out: who asks, which of the two endpoints, and how the answer is written. Rejects never.

import type { Glue } from "#glue";
import { loader } from "../component.js";
import type { Platform } from "../wasm-source.js";
import { bodyText } from "./body.js";
import { Books } from "./books.js";
import { pull } from "./pull.js";
import { bury, push } from "./push.js";
import { forbidden, Refusal, refusalOf } from "./refusal.js";
import type { Grant, RequestRecord, SyncHandler, SyncHandlerOptions } from "./types.js";

const MAX_BYTES = 32 << 20;
const MAX_LINES = 5_000;
const LINES = 500;
const WORTH_PACKING = 1_000;

type Answer = Pick<RequestRecord, "bytes" | "lines" | "voided"> & { value: object };

export function handlers(platform: Platform, createGlue: () => Glue): (options: SyncHandlerOptions) => SyncHandler {
  const load = loader(platform, createGlue);
  return (options) => {
    const books = new Books(() => load(options.wasm, "en"), options);
    const handler = new Handler(options, books);
    const erase: SyncHandler["erase"] = async (grant, contactId, by, reason) =>
      bury(options.store, await books.of(grant), grant.book, contactId, by, reason, handler.now);
    return Object.assign((request: Request) => handler.answer(request), { erase });
  };
}

class Handler {
  readonly #options: SyncHandlerOptions;
  readonly #books: Books;
  readonly now: () => number;

  constructor(options: SyncHandlerOptions, books: Books) {
    this.#options = options;
    this.#books = books;
    this.now = options.clock ?? Date.now;
  }

  async answer(request: Request): Promise<Response> {
    const begun = performance.now();
    const path = new URL(request.url).pathname;
    const name = (/\/(push|pull)$/.exec(path)?.[1] ?? "other") as RequestRecord["request"];
    const record: RequestRecord = { at: new Date(this.now()).toISOString(), request: name, status: 200, ms: 0 };
    let response: Response;
    try {
      const { value, ...counts } = await this.#run(name, request, record);
      Object.assign(record, counts);
      response = written(value, request);
    } catch (thrown) {
      const { refusal, cause } = refusalOf(thrown);
      [record.status, record.code] = [refusal.status, refusal.code];
      if (cause !== undefined) this.#tell(() => this.#options.onFault?.(cause));
      response = refused(refusal);
    }
    record.ms = Math.round(performance.now() - begun);
    this.#tell(() => this.#options.log?.(record));
    return response;
  }

  async #run(name: RequestRecord["request"], request: Request, record: RequestRecord): Promise<Answer> {
    if (name === "other") throw new Refusal(404, "not-found", "There are push and pull.");
    if (request.method !== (name === "push" ? "POST" : "GET")) throw new Refusal(405, "invalid", "POST push, GET pull.");
    const grant = await this.#grant(request);
    record.book = grant.book;
    const wait = await this.#options.rateLimit?.(request, grant);
    if (wait) throw new Refusal(429, "too-many", "Too many requests.", wait);
    return name === "push" ? this.#push(request, grant) : this.#pull(request, grant);
  }

  async #grant(request: Request): Promise<Grant> {
    let grant: Grant | null;
    try {
      grant = await this.#options.authorize(request);
    } catch (thrown) {
      throw forbidden(thrown);
    }
    if (!grant) throw new Refusal(401, "forbidden", "It is not known who asks.");
    return grant;
  }

  async #push(request: Request, grant: Grant): Promise<Answer> {
    const { text, bytes } = await bodyText(request, this.#options.limits?.maxBytes ?? MAX_BYTES);
    const value = await push(this.#options.store, await this.#books.of(grant), grant, text, this.now);
    return { value, bytes, lines: value.accepted, voided: value.rejected.length };
  }

  async #pull(request: Request, grant: Grant): Promise<Answer> {
    const query = new URL(request.url).searchParams;
    const limit = Number(query.get("limit") ?? LINES);
    if (!Number.isInteger(limit) || limit < 1) throw new Refusal(400, "invalid", "limit is a whole number from 1 on.");
    const most = Math.min(limit, this.#options.limits?.maxLines ?? MAX_LINES);
    const visible = await this.#books.visible(grant);
    const value = await pull(this.#options.store, grant.book, query.get("cursor"), most, visible);
    return { value, lines: value.batches.reduce((sum, { lines }) => sum + lines.length, 0) };
  }

  /** What the host does with it is its own affair. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch {
      // Nobody is left to tell.
    }
  }
}

const HEADERS = { "Content-Type": "application/json", "Cache-Control": "no-store", Vary: "Accept-Encoding" };

function written(value: object, request: Request): Response {
  const text = JSON.stringify(value);
  const packs = /\bgzip\b/.test(request.headers.get("Accept-Encoding") ?? "") && text.length > WORTH_PACKING;
  if (!packs || typeof CompressionStream === "undefined") return new Response(text, { headers: HEADERS });
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream, { headers: { ...HEADERS, "Content-Encoding": "gzip" } });
}

function refused({ status, code, message, retryAfterMs }: Refusal): Response {
  const headers: Record<string, string> = { ...HEADERS };
  if (retryAfterMs !== undefined) headers["Retry-After"] = `${Math.ceil(retryAfterMs / 1000)}`;
  if (status === 401) headers["WWW-Authenticate"] = "Bearer";
  return new Response(JSON.stringify({ code, message }), { status, headers });
}
