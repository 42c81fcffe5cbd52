// Lines go out from a position on, cut into batches: consecutive lines of one replica, with the head that the last was stored with.
// The cursor names the position and the root there, so that one of a server that was set back is known.

import type { SyncBatch } from "../types.js";
import type { PlacedLine, ServerStore } from "./types.js";

export interface Pulled { batches: SyncBatch[]; cursor: string; more: boolean; server: { id: string; replica: string } }

/** Characters of lines in an answer, roughly: what is in memory at once. */
const MOST_CHARS = 8 << 20;
/** Characters of a root that tell it from others. */
const ROOT_CHARS = 16;

export async function pull(
  store: ServerStore, book: string, cursor: string | null, limit: number, visible: Set<string> | undefined,
): Promise<Pulled> {
  const [, position = "0", root = ""] = /^(\d{1,15})~(\S*)$/.exec(cursor ?? "") ?? [];
  let after = Number(position);
  // The line before comes along: is it still the one that the cursor was made of?
  let { replica, lines } = await store.read(book, Math.max(after, 1), limit + 2);
  if (after > 0) {
    const last = lines.shift();
    if (last?.position !== after || !last.root.startsWith(root)) {
      after = 0;
      ({ replica, lines } = await store.read(book, 1, limit + 1));
    }
  }
  const { batches, count } = cut(book, lines.slice(0, limit), visible);
  const last = lines[count - 1];
  const next = last ? `${last.position}~${last.root.slice(0, ROOT_CHARS)}` : after > 0 ? cursor! : "0~";
  return { batches, cursor: next, more: count < lines.length, server: { id: replica, replica } };
}

function cut(book: string, lines: PlacedLine[], visible: Set<string> | undefined): { batches: SyncBatch[]; count: number } {
  const batches: SyncBatch[] = [];
  let [count, chars] = [0, 0];
  for (const line of lines) {
    if (chars > MOST_CHARS) break;
    const { replica, seq, root, contact } = line;
    let batch = batches.at(-1);
    if (batch?.replica !== replica || batch.from + batch.lines.length !== seq) {
      batch = { book, replica, from: seq, lines: [], checkpoint: "" };
      batches.push(batch);
    }
    const text = lineText(line, contact === undefined || !visible || visible.has(contact));
    batch.lines.push(text);
    batch.checkpoint = `stagebook/${book}/${replica}\n${seq + 1}\n${root}\n`;
    [count, chars] = [count + 1, chars + text.length];
  }
  return { batches, count };
}

/** The line as it stood, or what is left of it. */
function lineText({ header, body, salt }: PlacedLine, isVisible: boolean): string {
  return isVisible && body !== undefined ? `{"body":${body},"header":${header},"salt":"${salt}"}` : `{"header":${header}}`;
}
