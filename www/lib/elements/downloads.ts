// A history as a file in a format of others: made by the book as a stream, handed to the browser as a file.
import type { Book, HistoryQuery } from "stagebook";
import type { DownloadFormat } from "./public.js";

/** The browser has taken hold of it by then. */
const KEPT_MS = 60_000;
type Query = Omit<HistoryQuery, "limit" | "cursor" | "count"> & { contactId?: string };

/** Gives the file's name. */
export async function download(book: Book, format: DownloadFormat, query: Query): Promise<string> {
  const name = `${book.name}.${format}${format === "cloudevents" ? ".json" : ""}`;
  const url = URL.createObjectURL(await file(book, format, query));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  return name;
}

async function file({ activities, audit }: Book, format: DownloadFormat, query: Query): Promise<Blob> {
  if (format === "ics") return new Blob([await activities.calendar({ ...(query.contactId !== undefined && { contactId: query.contactId }) })], { type: "text/calendar" });
  const stream = format === "csv" ? audit.export("csv", { ...query, bom: true }) : format === "jsonl" ? audit.export("jsonl") : audit.export(format as "xes", query);
  // A browser may keep a large blob on disk.
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
}
