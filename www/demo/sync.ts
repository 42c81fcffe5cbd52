// Syncs the demo's book with the page's own origin, where the address asks for it (`?sync=sync`), and shows the conflicts with both
// sides and what can be done about them. How the book stands with its server, <stagebook-sync-status> says.
import type { Book, Conflict, HistoryEntry } from "stagebook";
import { httpSync } from "stagebook/sync/http";
import { button, h, keepFocus } from "./dom.js";
import { contactLink } from "./places.js";
import { attempt, type Page } from "./page.js";
import { DEMO_BOOK } from "./settings.js";

const INTERVAL_MS = 5_000;
const ROWS = 500;

/** Syncs a book for as long as it is open. The server has the demo's own book only. */
export function startSync(book: Book): void {
  const at = new URLSearchParams(location.search).get("sync");
  if (at === null || book.name !== DEMO_BOOK) return;
  book.sync.start(httpSync({ url: new URL(at, location.href), headers: { Authorization: "Bearer demo" } }), { intervalMs: INTERVAL_MS });
}

export async function showConflicts(page: Page, place: HTMLElement): Promise<void> {
  const conflicts = await page.book.sync.conflicts();
  const rows = await Promise.all(conflicts.map((conflict) => conflictRow(page, conflict)));
  keepFocus(place, () => {
    place.hidden = rows.length === 0;
    place.replaceChildren(
      h("summary", { "data-key": "conflicts" }, page.words.conflicts(page.format.number(rows.length))),
      h("ul", { class: "rows", role: "list", "data-testid": "conflicts" }, ...rows),
    );
  });
}

async function conflictRow(page: Page, conflict: Conflict): Promise<HTMLElement> {
  const { book, words } = page;
  const [{ items }, contact] = await Promise.all([book.history(conflict.contactId, { limit: ROWS }), book.contacts.get(conflict.contactId)]);
  const side = (id: string) => items.find((entry) => entry.id === id);
  const [winner, loser] = [side(conflict.winner), side(conflict.loser)];
  const what = (label: string, entry: HistoryEntry | undefined) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, entry === undefined ? words.nothing : `${entry.summary} (${entry.byName}, ${page.format.date(entry.occurredAt)})`));
  const to = conflict.kind === "transition" ? (loser?.data as { to?: { stage?: string } } | undefined)?.to?.stage : undefined;
  return h("li", { class: "row", "data-testid": "conflict" },
    h("p", {}, h("strong", {}, contact?.name ?? words.erasedContact), ` ${conflict.message}`),
    h("dl", { class: "sides" }, what(words.conflictWinner, winner), what(words.conflictLoser, loser)),
    contact && h("div", { class: "buttons" },
      h("a", { href: contactLink(contact.id, book.name), class: "button" }, words.conflictLook),
      to !== undefined && button(words.conflictAgain, { "data-testid": "conflict-again", "data-key": conflict.id }, () =>
        attempt(page, () => book.workflow.transition(contact.id, { to })))),
  );
}
