// A whole export on its way into a book. It knows how lines are read, never what one says.

import type { RawBook } from "#glue";
import { giveBack, iterate, pieces, wholeLines, type Lines } from "./line-source.js";
import type { Session } from "./session.js";
import type { Audit, Conflict } from "./types.js";

/** Bytes that become durable together. */
const TOGETHER = 4 * 1024 * 1024;

interface Brought { applied: number; duplicates: number; conflicts: Conflict[] }

/**
 * A piece at a time, each of them durable in the log before the next but one is read: while the store is at work for one,
 * the component looks at the next. The contacts have them all when the last call is answered, however the reading ends.
 */
export async function bringIn(session: Session, raw: RawBook, lines: Lines): ReturnType<Audit["import"]> {
  const source = iterate(lines);
  const report = { entries: 0, duplicates: 0 };
  const take = async (part: Uint8Array[], end = false) => {
    const { applied, duplicates, conflicts } = await session.write<Brought>(() => raw.importLedger(part, end));
    report.entries += applied;
    report.duplicates += duplicates;
    for (const conflict of conflicts) session.events.emit("conflict", () => ({ conflict: { ...conflict } }));
  };
  let taken = Promise.resolve();
  try {
    for await (const part of wholeLines(pieces(source), TOGETHER)) {
      const next = Promise.all([taken, take(part)]).then(() => {});
      next.catch(() => {});
      await taken;
      taken = next;
    }
    await taken;
  } finally {
    giveBack(source);
    await taken.catch(() => {});
    await take([], true);
  }
  return report;
}
