// Node's HTTP server in front of a handler of web-standard requests. Node's own types are not named: the package is used without
// them, too.

import type { SyncHandler } from "./types.js";

/** What is used of `http.IncomingMessage`. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  complete: boolean;
  destroy(): unknown;
}
/** What is used of `http.ServerResponse`. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: "drain" | "close", listener: () => void): unknown;
  readonly destroyed: boolean;
}

/** How long what a sender still sends is read and dropped after the answer, so that the answer is not lost with the connection. */
const LINGER_MS = 500;

/** A listener for `http.createServer`. A body that the handler did not read to its end is given up. */
export function nodeListener(handler: SyncHandler | ((request: Request) => Promise<Response>)): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => void answer(handler, request, response).catch(() => request.destroy());
}

async function answer(handler: (request: Request) => Promise<Response>, incoming: NodeRequest, outgoing: NodeResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  const chunks = incoming[Symbol.asyncIterator]();
  const body = method === "GET" || method === "HEAD" ? undefined : stream(chunks);
  const init = { method, headers, body, duplex: "half", signal: gone.signal };
  const response = await handler(new Request(new URL(incoming.url ?? "/", "http://localhost"), init as RequestInit));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await new Promise<void>((go) => { outgoing.once("drain", go); outgoing.once("close", go); });
  }
  outgoing.end();
  if (!incoming.complete) await drop(incoming, chunks);
}

async function drop(incoming: NodeRequest, chunks: AsyncIterator<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => incoming.destroy(), LINGER_MS);
  while (!(await chunks.next()).done);
  clearTimeout(timer);
}

function stream(chunks: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
}
