// The pieces of book.audit.export: which format comes from where. What a format looks like, the component knows; of the ledger it gives
// the lines as they stand, with each log's head behind its last line, signed where the book has a signer.

import type { RawBook } from "#glue";
import type { Piece } from "./export-stream.js";
import type { Handle } from "./handle.js";
import type { Session } from "./session.js";
import type { Sign } from "./signing.js";

/** One piece of the ledger or of what `format` makes of it; without `place` the first. */
export function pieceOf(
  { session, handle, raw, sign }: { session: Session; handle: Handle; raw: RawBook; sign: Sign }, format: string, query: unknown, place?: string,
): Promise<Piece> {
  return format === "jsonl" ? part(session, raw, sign, place) : piece(handle, format, query, place);
}

async function piece(handle: Handle, format: string, query: unknown, cursor: string | undefined) {
  const told = await handle.text("audit.export", format, query, cursor);
  const end = told.indexOf("\n");
  return { data: told.slice(end + 1), next: told.slice(0, end) || undefined };
}

/** A part of the ledger. */
async function part(session: Session, raw: RawBook, sign: Sign, state: string | undefined) {
  const next = await session.ask(() => raw.exportLedger(state));
  if (!next) return { data: "", next: undefined };
  const [behind, part] = next;
  if (typeof part !== "string") return { data: part, next: behind };
  const { checkpoint, prev, isOwn } = JSON.parse(part);
  const line = { checkpoint: isOwn ? await sign(checkpoint) : checkpoint, prev };
  return { data: `${JSON.stringify(line)}\n`, next: behind };
}
