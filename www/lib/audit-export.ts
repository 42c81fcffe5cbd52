// book.audit.export: the ledger's lines as they stand, with each log's head behind its last line, signed where the book
// has a signer.

import type { RawBook } from "#glue";
import type { Session } from "./session.js";
import type { Sign } from "./signing.js";
import { streamOf } from "./stream.js";
import type { Audit } from "./types.js";

export function exporting(session: Session, raw: RawBook, sign: Sign): Audit["export"] {
  return (format) => {
    session.check();
    return format === "jsonl" ? streamOf(ledger(session, raw, sign)) : session.lacks(`audit.export("${format}")`);
  };
}

/** The next part of the ledger each time. */
function ledger(session: Session, raw: RawBook, sign: Sign): () => Promise<Uint8Array | undefined> {
  let state: string | undefined;
  return async () => {
    const next = await session.ask(() => raw.exportLedger(state));
    if (!next) return undefined;
    const part = next[1];
    state = next[0];
    if (typeof part !== "string") return part;
    const { checkpoint, prev, isOwn } = JSON.parse(part);
    const line = { checkpoint: isOwn ? await sign(checkpoint) : checkpoint, prev };
    return new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  };
}
