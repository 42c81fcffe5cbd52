// The sample books, one in each language: some months of a small sales team's history from a CSV file, moved so that it ends now,
// and what is going on today.
import type { Book, ImportRow } from "stagebook";
import { csvIncoming, type Incoming } from "./import-source.js";
import { happenToday } from "./sample-today.js";
import { SAMPLES, type SampleBook } from "./sample-books.js";

/** The day after the last row of the files. */
const FILES_END = Date.UTC(2026, 1, 24);
const WEEK_MS = 7 * 86_400_000;

export async function historyFor(book: Book): Promise<Incoming> {
  const name = `sample/contacts-${SAMPLES[book.name as SampleBook]}.csv`;
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const incoming = csvIncoming(new File([await answer.blob()], name), book.timeZone);
  const moved = Math.floor((Date.now() - FILES_END) / WEEK_MS) * WEEK_MS;
  return { ...incoming, rows: later(incoming.rows, moved) };
}

/** By whole weeks: what happened on a working day still does. */
async function* later(rows: AsyncIterable<ImportRow>, ms: number): AsyncGenerator<ImportRow> {
  const move = (date: string) => new Date(Date.parse(date) + ms).toISOString();
  for await (const row of rows) yield { ...row, at: move(row.at), ...(row.due !== undefined && { due: move(row.due).slice(0, 10) }) };
}

export async function liveIn(book: Book): Promise<void> {
  await happenToday(book, SAMPLES[book.name as SampleBook]);
}
