// Lines from wherever they come, as pieces of bytes of bounded size. It knows how a source is read and given back, never
// what a line is.

import { StagebookError } from "./errors.js";
import { say } from "./messages.js";
import type * as contract from "./types.js";

export type Lines = Parameters<typeof contract.verifyLog>[0];
export type Source = AsyncIterator<string | Uint8Array> | Iterator<string | Uint8Array>;

/** Bytes that the component is given at once. */
const PIECE = 256 * 1024;
const LINE_BREAK = 10;

/**
 * What pieces hold, in parts of at least `size` bytes that end with a line; what follows the last line break is one, too. A
 * part is given as the pieces that it consists of.
 */
export async function* wholeLines(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array[]> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const end = length + piece.length < size ? 0 : piece.lastIndexOf(LINE_BREAK) + 1;
    held.push(end ? piece.subarray(0, end) : piece);
    length += piece.length;
    if (!end) continue;
    yield held;
    [held, length] = [[piece.subarray(end)], piece.length - end];
  }
  if (length) yield held;
}

/** Chunks of bytes are cut anywhere; strings are gathered, each of them whole lines, up to a piece. */
export async function* pieces(source: Source, interrupted?: Promise<never>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  let blank = "";
  for (;;) {
    const step = source.next();
    const { done, value: given } = "then" in step ? await (interrupted ? Promise.race([interrupted, step]) : step) : step;
    // What is neither a line nor bytes is a line that does not fit.
    const value = given instanceof Uint8Array ? given : `${given}`;
    if (done || typeof value !== "string" || text.length > PIECE) {
      if (text) yield encoder.encode(text);
      text = "";
    }
    if (done) return;
    if (typeof value === "string") {
      // What splitting at line breaks leaves behind the last one is no line, unless something follows.
      if (value === "") blank += "\n";
      else [text, blank] = [text + blank + value + (value.endsWith("\n") ? "" : "\n"), ""];
    } else {
      for (let at = 0; at < value.length; at += PIECE) yield value.subarray(at, at + PIECE);
    }
  }
}

export function iterate(lines: Lines): Source {
  const given = Object(typeof lines === "string" ? undefined : lines);
  if (given.getReader) return fromReader(given.getReader());
  const iterator = given[Symbol.asyncIterator] ?? given[Symbol.iterator];
  if (iterator) return iterator.call(given);
  const message = say("lines", undefined);
  throw new StagebookError("invalid", message, { issues: [{ path: "lines", code: "not-allowed", severity: "error", message }] });
}

/** Not every browser can iterate over a stream. */
function fromReader(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** Lets the source release what it holds. It may be stalled, so it is not waited for; it may throw, which adds nothing. */
export function giveBack(source: Source): void {
  void (async () => source.return?.())().catch(() => {});
}
