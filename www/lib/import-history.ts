// Streams rows into the book in chunks: while one chunk is stored the next is gathered, so converting and storing
// overlap, and never more than two chunks are held. The last one is stored as such, or an empty one behind it: then the
// contacts are as the rows say. It knows rows only as something JSON can carry.

import { aborted, StagebookError } from "./errors.js";
import { attempt } from "./events.js";
import { say } from "./messages.js";
import type { Audit, ImportRow } from "./types.js";

type Rows = AsyncIterable<ImportRow> | Iterable<ImportRow>;
type Options = NonNullable<Parameters<Audit["importHistory"]>[1]> & { locale?: string };
export type ImportReport = Awaited<ReturnType<Audit["importHistory"]>>;
export type Store = (rowsJson: string, firstRow: number, end: boolean) => Promise<ImportReport>;

/** Rows `first` to before `end`. A row that JSON can't carry ends its chunk, so that the others keep their numbers. */
interface Chunk { first: number; end: number; rows: string[]; unreadable: boolean; done: boolean }

export async function importHistory(store: Store, rows: Rows, options: Options = {}): Promise<ImportReport> {
  const { onProgress, signal, locale } = options;
  const report: ImportReport = { imported: 0, skipped: 0, rejected: [] };
  if (signal?.aborted) throw aborted(signal, locale, report);
  const source = iterate(rows);
  // Raised by an abort and by a chunk that failed, so that neither waits for a source that has stalled.
  let interrupt!: (error: unknown) => void;
  const interrupted = new Promise<never>((_, reject) => { interrupt = reject; });
  interrupted.catch(() => {});
  const onAbort = () => interrupt(aborted(signal!, locale, report));
  let storing = Promise.resolve();
  let open = false;
  const put = async (rows: string[], first: number, last: boolean) => {
    open = !last;
    add(report, await store(`[${rows.join()}]`, first, last));
  };

  const keep = async ({ first, end, rows, unreadable, done }: Chunk) => {
    if (rows.length > 0) await put(rows, first, done);
    else if (done && open) await put([], end, true);
    if (unreadable) report.rejected.push({ row: end - 1, code: "invalid", message: say("row", locale) });
    if (end > first) attempt(() => onProgress?.(end));
  };

  signal?.addEventListener("abort", onAbort);
  try {
    for (let row = 0, done = false; !done; ) {
      const chunk = await Promise.race([interrupted, gather(source, row)]);
      await Promise.race([interrupted, storing]);
      storing = keep(chunk);
      storing.catch(interrupt);
      ({ end: row, done } = chunk);
    }
    await storing;
    return report;
  } catch (error) {
    giveBack(source);
    // What is being stored counts: the report is complete when the caller sees it.
    await storing.catch(() => {});
    if (open) await put([], 0, true).catch(() => {});
    throw withReport(error, report);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

type Source = (AsyncIterator<ImportRow> | Iterator<ImportRow>) & { isOver?: () => boolean };

/** An iterator that answers at once can say whether it is over: a full chunk is known to be the last then. */
function iterate(rows: Rows): Source {
  if (Symbol.asyncIterator in rows) return rows[Symbol.asyncIterator]();
  const iterator = rows[Symbol.iterator]();
  let ahead: IteratorResult<ImportRow> | undefined;
  return {
    next() {
      const step = ahead ?? iterator.next();
      ahead = undefined;
      return step;
    },
    isOver: () => Boolean((ahead ??= iterator.next()).done),
    return: (value) => iterator.return?.(value) ?? { done: true, value },
  };
}


/** An iterator that answers at once is not waited for: a microtask a row is felt at a million rows. */
async function gather(source: Source, first: number): Promise<Chunk> {
  const chunk: Chunk = { first, end: first, rows: [], unreadable: false, done: false };
  for (let size = 0; chunk.rows.length < MOST_ROWS && size < MOST_CHARACTERS && !chunk.unreadable; ) {
    const step = source.next();
    const { done, value } = "then" in step ? await step : step;
    if (done) {
      chunk.done = true;
      break;
    }
    chunk.end += 1;
    const json = toJson(value);
    if (json === undefined) chunk.unreadable = true;
    else size += json.length;
    if (json !== undefined) chunk.rows.push(json);
  }
  if (!chunk.done && source.isOver?.()) chunk.done = true;
  return chunk;
}

/** undefined for what is no object, and for what JSON can't carry (a cycle, a BigInt). */
function toJson(row: unknown): string | undefined {
  try {
    return typeof row === "object" && row !== null ? JSON.stringify(row) : undefined;
  } catch {
    return undefined;
  }
}

function add(report: ImportReport, part: ImportReport): void {
  report.imported += part.imported;
  report.skipped += part.skipped;
  for (const rejected of part.rejected) report.rejected.push(rejected);
}

/** Lets the source release what it holds. It may be stalled, so it is not waited for; it may throw, which adds nothing. */
function giveBack(source: Source): void {
  void (async () => source.return?.())().catch(() => {});
}

/** A failure of the book tells what was imported before it; the source's own errors are the caller's, passed as they are. */
function withReport(error: unknown, report: ImportReport): unknown {
  if (!(error instanceof StagebookError) || error.code === "aborted") return error;
  const details = { ...report, ...error.details };
  return new StagebookError(error.code, error.message, { ...error, details, cause: error } as object);
}

const MOST_ROWS = 1_000;
const MOST_CHARACTERS = 1_000_000;
