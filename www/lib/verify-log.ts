// verifyLog: lines from wherever they come, handed to the component in pieces of bounded size. It knows how a source is
// read and given back, never what a line is.

import type { Exports } from "#glue";
import { aborted, asError, StagebookError } from "./errors.js";
import { attempt } from "./events.js";
import { say } from "./messages.js";
import { json } from "./plain.js";
import type * as contract from "./types.js";

type Lines = Parameters<typeof contract.verifyLog>[0];
type Options = Omit<NonNullable<Parameters<typeof contract.verifyLog>[1]>, "wasm">;
type Source = AsyncIterator<string | Uint8Array> | Iterator<string | Uint8Array>;

/** Bytes that the component is given at once. */
const PIECE = 256 * 1024;
/** Milliseconds after which a page that is busy here gets its turn. */
const TURN = 30;

export async function verifyLog(exports: Exports, lines: Lines, options: Options = {}): Promise<contract.VerifyReport> {
  const { checkpoints = [], onProgress, signal } = options;
  if (signal?.aborted) throw aborted(signal);
  const check = asked(() => new exports.LedgerCheck(json(checkpoints)));
  let interrupt!: (error: unknown) => void;
  const interrupted = new Promise<never>((_, reject) => { interrupt = reject; });
  interrupted.catch(() => {});
  const onAbort = () => interrupt(aborted(signal!));
  signal?.addEventListener("abort", onAbort);
  let source: Source | undefined;
  let report: string | undefined;
  try {
    source = iterate(lines);
    let turn = Date.now();
    for await (const piece of pieces(source, interrupted)) {
      const done = asked(() => check.push(piece));
      attempt(() => onProgress?.(done));
      if (Date.now() - turn > TURN) {
        await Promise.race([interrupted, new Promise((resolve) => { setTimeout(resolve); })]);
        turn = Date.now();
      }
    }
    report = asked(() => check.finish());
    return JSON.parse(report);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    // finish() has freed it.
    if (report === undefined) check.free();
    if (source) giveBack(source);
  }
}

function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw asError(thrown);
  }
}

/** Chunks of bytes are cut anywhere; strings are gathered, each of them whole lines, up to a piece. */
async function* pieces(source: Source, interrupted: Promise<never>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  let blank = "";
  for (;;) {
    const step = source.next();
    const { done, value: given } = "then" in step ? await Promise.race([interrupted, step]) : step;
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

function iterate(lines: Lines): Source {
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
function giveBack(source: Source): void {
  void (async () => source.return?.())().catch(() => {});
}
