// A batch comes in: what becomes of it the component says, under the book's lock, and the store keeps it. Here is only the order
// of the steps.

import type { ServerBook } from "#glue";
import { asked } from "./books.js";
import type { Grant, LogHead, OwnLog, ServerStore, ServerTransaction, StoredLine } from "./types.js";

/** What the component says of a batch. */
interface Verdict {
  accepted: number;
  expected?: number;
  rejected: { seq: number; reason: string }[];
  lines: StoredLine[];
  log: LogHead;
  own: OwnLog;
  contacts: Record<string, object>;
  erased: string[];
}

export type Pushed = Pick<Verdict, "accepted" | "expected" | "rejected">;

export async function push(store: ServerStore, book: ServerBook, grant: Grant, text: string, now: () => number): Promise<Pushed> {
  const batch = asked(() => book.read(text));
  try {
    const { contacts, end, replica } = JSON.parse(batch.summary()) as { contacts: string[]; end: number; replica: string };
    const any = (list: readonly string[] | "any" = []) => list === "any" ? undefined : list;
    const sender = JSON.stringify({ actors: any(grant.actors), roles: any(grant.roles) });
    return await store.transact(grant.book, async (transaction) => {
      const [log, own, marks] = [await transaction.log(replica), await transaction.own(), await transaction.marks(contacts)];
      const header = log && log.edge.size > end && end > 0 ? await transaction.header(replica, end - 1) : undefined;
      const known = JSON.stringify({ contacts: marks, header, log, now: now(), own });
      const verdict = JSON.parse(asked(() => batch.judge(known, sender))) as Verdict;
      if (verdict.lines.length > 0) {
        await keep(transaction, verdict);
        await transaction.saveLog(replica, verdict.log);
      }
      const { accepted, expected, rejected } = verdict;
      return { accepted, ...(expected !== undefined && { expected }), rejected };
    });
  } finally {
    batch.free();
  }
}

/** The host's own erasure. */
export function bury(
  store: ServerStore, book: ServerBook, name: string, contactId: string,
  by: { id: string; name?: string }, reason: string | undefined, now: () => number,
): Promise<{ entries: number }> {
  const contact = asked(() => book.nameOf(contactId));
  return store.transact(name, async (transaction) => {
    const mark = (await transaction.marks([contact]))[contact] as { erased?: boolean } | undefined;
    if (mark?.erased) return { entries: 0 };
    const [own, entries] = [await transaction.own(), await transaction.erase(contact)];
    const burial = { contact, entries, by: by.id, byName: by.name, now: now(), own, reason };
    await keep(transaction, JSON.parse(asked(() => book.bury(JSON.stringify(burial)))) as Verdict);
    return { entries };
  });
}

async function keep(transaction: ServerTransaction, { lines, own, contacts, erased }: Verdict): Promise<void> {
  await transaction.append(lines);
  if (lines.some(({ replica }) => replica === own.replica)) await transaction.saveOwn(own);
  if (Object.keys(contacts).length > 0) await transaction.saveMarks(contacts);
  for (const contact of erased) await transaction.erase(contact);
}
