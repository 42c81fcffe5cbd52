// Lines go out from a position on, cut into batches: consecutive lines of one replica, with the head that the last was stored with.
// The cursor names the position and the root there, so that one of a server that was set back is known.

import type { SyncBatch } from "../types.js";
import type { PlacedLine, ServerStore } from "./types.js";

export interface Pulled { batches: SyncBatch[]; cursor: string; more: boolean; server: { id: string; replica: string } }

/** Characters of lines in an answer, roughly, and lines that are read at once: what is in memory. */
const MOST_CHARS = 8 << 20;
const TOGETHER = 500;
/** Characters of a root that tell it from others. */
const ROOT_CHARS = 16;

export async function pull(
  store: ServerStore, book: string, cursor: string | null, limit: number, visible: Set<string> | undefined,
): Promise<Pulled> {
  const [, position = "0", root = ""] = /^(\d{1,15})~(\S*)$/.exec(cursor ?? "") ?? [];
  let after = Number(position);
  // The line before comes along: is it still the one that the cursor was made of?
  let { replica, lines } = await store.read(book, Math.max(after, 1), Math.min(limit, TOGETHER) + 1);
  if (after > 0) {
    const last = lines.shift();
    if (last?.position !== after || !last.root.startsWith(root)) {
      after = 0;
      ({ replica, lines } = await store.read(book, 1, TOGETHER));
    }
  }
  const cut = new Cut(book, limit, visible);
  while (lines.length > 0 && lines.every((line) => cut.add(line))) {
    ({ lines } = await store.read(book, cut.last!.position + 1, Math.min(limit - cut.count, TOGETHER) + 1));
  }
  const { batches, last } = cut;
  const next = last ? `${last.position}~${last.root.slice(0, ROOT_CHARS)}` : after > 0 ? cursor! : "0~";
  return { batches, cursor: next, more: lines.length > 0, server: { id: replica, replica } };
}

/** Batches in the making. */
class Cut {
  readonly batches: SyncBatch[] = [];
  count = 0;
  last: PlacedLine | undefined;
  #chars = 0;

  constructor(readonly book: string, readonly limit: number, readonly visible: Set<string> | undefined) {}

  /** Whether there was room for it. */
  add(line: PlacedLine): boolean {
    if (this.#chars > MOST_CHARS || this.count === this.limit) return false;
    const { replica, seq, root, contact } = line;
    let batch = this.batches.at(-1);
    if (batch?.replica !== replica || batch.from + batch.lines.length !== seq) {
      batch = { book: this.book, replica, from: seq, lines: [], checkpoint: "" };
      this.batches.push(batch);
    }
    const text = lineText(line, contact === undefined || !this.visible || this.visible.has(contact));
    batch.lines.push(text);
    batch.checkpoint = `stagebook/${this.book}/${replica}\n${seq + 1}\n${root}\n`;
    this.#chars += text.length;
    this.count += 1;
    this.last = line;
    return true;
  }
}

/** The line as it stood, or what is left of it. */
function lineText({ header, body, salt }: PlacedLine, isVisible: boolean): string {
  return isVisible && body !== undefined ? `{"body":${body},"header":${header},"salt":"${salt}"}` : `{"header":${header}}`;
}
