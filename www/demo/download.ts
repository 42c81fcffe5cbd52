// "Download": what is chosen in a history as a file in a format of others, and what is to be done as a calendar.
import type { HistoryQuery } from "stagebook";
import { button, h } from "./dom.js";
import { attempt, type Page } from "./page.js";

const ENDINGS = { csv: "csv", xes: "xes", cloudevents: "json", calendar: "ics" };
type Download = keyof typeof ENDINGS;

/** `chosen` gives the filters as they stand. Without a contact: of all. */
export function downloads(page: Page, chosen: () => HistoryQuery, contactId?: string): HTMLElement {
  const { words } = page;
  const choice = (format: Download) => button(words.downloadAs[format], { "data-testid": `download-${format}` }, async () => {
    const done = await attempt(page, async () => save(await fileOf(page, format, { ...chosen(), ...(contactId !== undefined && { contactId }) }), nameOf(page, format)));
    if (done) page.say(words.downloaded(nameOf(page, format)));
  });
  const choices = (Object.keys(ENDINGS) as Download[]).map(choice);
  return h("details", { class: "downloads", "data-testid": "downloads" }, h("summary", {}, words.download), h("div", { class: "buttons" }, ...choices));
}

async function fileOf({ book }: Page, format: Download, query: HistoryQuery & { contactId?: string }): Promise<Blob> {
  if (format === "calendar") return new Blob([await book.activities.calendar(query)], { type: "text/calendar" });
  const stream = format === "csv" ? book.audit.export(format, { ...query, bom: true }) : book.audit.export(format, query);
  // A browser may keep a large blob on disk.
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
}

const nameOf = ({ book }: Page, format: Download) => `${book.name}-${format}.${ENDINGS[format]}`;

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  h("a", { href: url, download: name }).click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

const KEPT_MS = 60_000;
