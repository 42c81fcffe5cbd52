// A request's body as text, counted while it is read: what is too large is given up long before it is all there, packed or not.

import { Refusal } from "./refusal.js";

/** @returns the text and its bytes. */
export async function bodyText(request: Request, maxBytes: number): Promise<{ text: string; bytes: number }> {
  const tooLarge = () => new Refusal(413, "too-large", `A request has at most ${maxBytes} bytes.`);
  if (Number(request.headers.get("Content-Length")) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = unpacked(request).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      if (bytes > maxBytes) throw tooLarge();
      chunks.push(value);
    }
  } catch (cause) {
    // Not awaited: a sender that never ends must not keep the answer back.
    reader.cancel(cause).catch(() => {});
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(400, "invalid", "The body can't be read.");
  }
  return { text: decode(chunks, bytes), bytes };
}

function unpacked(request: Request): ReadableStream<Uint8Array> {
  const body = request.body ?? new Blob([]).stream();
  const encoding = request.headers.get("Content-Encoding")?.trim().toLowerCase() || "identity";
  if (encoding === "identity") return body;
  if (encoding !== "gzip") throw new Refusal(415, "invalid", "A body is plain or gzip.");
  return body.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
}

function decode(chunks: Uint8Array[], bytes: number): string {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(whole);
  } catch {
    throw new Refusal(400, "invalid", "The body is not UTF-8.");
  }
}
