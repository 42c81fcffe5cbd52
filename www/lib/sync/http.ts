/**
 * `stagebook/sync/http`: the two hooks of `book.sync` over two endpoints, as `stagebook/server` answers them. It carries
 * batches and knows nothing of what is in them; when to try again, `book.sync.start` decides.
 */
import type { SyncHooks } from "../types.js";

export interface HttpSyncOptions {
  /** Where the server is: `push` and `pull` are asked for below it. */
  url: string | URL;
  /** Sent with every request, such as `Authorization`. A function is asked each time. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** Default: the host's fetch. */
  fetch?: (request: Request) => Promise<Response>;
  /** Most lines in an answer, where `book.sync` would take more. */
  batchSize?: number;
  /** Milliseconds after which a request is given up. Default 60 000. */
  timeoutMs?: number;
  /** Whether what is sent is packed (gzip), where the host can. Default true. */
  compress?: boolean;
}

/** What a request came to that did not go well. `retry: false`: asking again helps nothing before something is changed. */
export class HttpSyncError extends Error {
  override readonly name = "HttpSyncError";
  /** The server's code ("batch", "fork", "forbidden" …); "network" or "timeout" without an answer; "http" without a code. */
  readonly code: string;
  readonly status?: number;
  readonly retry?: false;
  readonly retryAfterMs?: number;

  constructor(code: string, message: string, data: { status?: number; retry?: false; retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, "cause" in data ? { cause: data.cause } : undefined);
    this.code = code;
    if (data.status !== undefined) this.status = data.status;
    if (data.retry === false) this.retry = false;
    if (data.retryAfterMs !== undefined) this.retryAfterMs = data.retryAfterMs;
  }
}

const TIMEOUT_MS = 60_000;
/** Below it packing makes nothing smaller. */
const WORTH_PACKING = 1_000;
/** Statuses from 400 to 499 that pass: timeouts, logs that went on, too many requests. */
const PASSING = new Set([408, 409, 421, 423, 425, 429]);

/** The hooks for `book.sync.start` and `book.sync.now`. Nothing is kept here: the cursor is in the book, so that a tab that
 * was closed goes on where it was.
 * @example
 * import { httpSync } from "stagebook/sync/http";
 *
 * const hooks = httpSync({ url: "https://crm.example/sync", headers: () => ({ Authorization: "Bearer …" }) });
 * const stop = book.sync.start(hooks, { intervalMs: 30_000 });
 * stop();
 * console.log(book.sync.status().state); // "stopped"
 */
export function httpSync(options: HttpSyncOptions): SyncHooks {
  const base = `${options.url}`.replace(/\/*$/, "/");
  const ask = async <T>(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<T> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]);
    const headers = new Headers(typeof options.headers === "function" ? await options.headers() : options.headers);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const request = new Request(new URL(path, new URL(base, globalThis.location?.href)), { ...init, headers, signal: within });
    try {
      const response = await (options.fetch ?? globalThis.fetch)(request);
      if (!response.ok) throw await refusal(response);
      return await response.json() as T;
    } catch (cause) {
      if (signal.aborted || cause instanceof HttpSyncError) throw cause;
      const code = within.aborted ? "timeout" : "network";
      throw new HttpSyncError(code, `The server did not answer (${code}).`, { cause });
    }
  };
  return {
    async push(batch, { signal }) {
      const { body, headers } = await packed(JSON.stringify(batch), options.compress ?? true);
      return ask("push", signal, { method: "POST", body, headers });
    },
    pull(cursor, { signal, limit }) {
      const query = new URLSearchParams({ limit: `${Math.min(limit, options.batchSize ?? limit)}` });
      if (cursor !== null) query.set("cursor", cursor);
      return ask(`pull?${query}`, signal);
    },
  };
}

async function packed(text: string, compress: boolean): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = { "Content-Type": "application/json" };
  if (!compress || text.length < WORTH_PACKING || typeof CompressionStream === "undefined") return { body: text, headers };
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).arrayBuffer(), headers: { ...headers, "Content-Encoding": "gzip" } };
}

async function refusal(response: Response): Promise<HttpSyncError> {
  const { status } = response;
  const said = await response.json().catch(() => undefined) as { code?: unknown; message?: unknown } | undefined;
  const code = typeof said?.code === "string" ? said.code : "http";
  const message = typeof said?.message === "string" ? said.message : `The server answered ${status}.`;
  const retryAfterMs = wait(response.headers.get("Retry-After"));
  const isFinal = status >= 400 && status < 500 && !PASSING.has(status);
  return new HttpSyncError(code, message, { status, ...(isFinal && { retry: false }), ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** Seconds, or a date. */
function wait(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
