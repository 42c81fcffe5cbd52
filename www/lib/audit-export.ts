// book.audit.export: which format comes from where. What a format looks like, the component knows.

import { streamOf } from "./export-stream.js";
import type { Handle } from "./handle.js";
import { plain } from "./plain.js";
import type { Session } from "./session.js";

export function exportLog(session: Session, handle: Handle, format: string, query?: object): ReadableStream<Uint8Array> {
  // The caller's own object may change while the stream is read.
  return streamOf(() => plain(query, session.locale), (copy, cursor) => {
    if (format === "jsonl") session.lacks("audit.export of jsonl");
    return piece(handle, format, copy, cursor);
  });
}

async function piece(handle: Handle, format: string, query: unknown, cursor: string | undefined) {
  const told = await handle.text("audit.export", format, query, cursor);
  const end = told.indexOf("\n");
  return { text: told.slice(end + 1), next: told.slice(0, end) || undefined };
}
