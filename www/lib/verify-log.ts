// verifyLog: lines from wherever they come, handed to the component in pieces of bounded size. It knows how a source is
// read and given back, never what a line is.

import type { Exports } from "#glue";
import { aborted, asError } from "./errors.js";
import { attempt } from "./events.js";
import { json } from "./plain.js";
import { giveBack, iterate, pieces, type Lines, type Source } from "./line-source.js";
import type * as contract from "./types.js";

type Options = Omit<NonNullable<Parameters<typeof contract.verifyLog>[1]>, "wasm">;
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
