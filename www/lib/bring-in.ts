// A whole export on its way into a book. It knows how lines are read, never what one says.

import type { RawBook } from "#glue";
import { giveBack, iterate, pieces, wholeLines, type Lines } from "./line-source.js";
import type { Session } from "./session.js";
import type { Audit, Conflict } from "./types.js";

/** Bytes that become durable together: each contact's record is written once for all of its lines among them. */
const TOGETHER = 16 * 1024 * 1024;

interface Brought { applied: number; duplicates: number; conflicts: Conflict[] }

/** A piece at a time, each of them durable before the next is read. */
export async function bringIn(session: Session, raw: RawBook, lines: Lines): ReturnType<Audit["import"]> {
  const source = iterate(lines);
  const report = { entries: 0, duplicates: 0 };
  try {
    for await (const piece of wholeLines(pieces(source), TOGETHER)) {
      const { applied, duplicates, conflicts } = await session.write<Brought>(() => raw.importLedger(piece));
      report.entries += applied;
      report.duplicates += duplicates;
      for (const conflict of conflicts) session.events.emit("conflict", () => ({ conflict: { ...conflict } }));
    }
  } finally {
    giveBack(source);
  }
  return report;
}
