// How the book stands with its server: in step or offline, what waits, and the conflicts with both sides and what can be done about
// them. The server is the page's own origin, where the address asks for it (`?sync=sync`); without it nothing of this shows.
import type { Book, Conflict, HistoryEntry, SyncStatus } from "stagebook";
import { httpSync } from "stagebook/sync/http";
import { button, h, keepFocus } from "./dom.js";
import { contactLink } from "./places.js";
import { attempt, type Page } from "./page.js";

const INTERVAL_MS = 5_000;
const ROWS = 500;

/** Syncs a book for as long as it is open, if the address asks for it. */
export function startSync(book: Book, changed: () => void): boolean {
  const at = new URLSearchParams(location.search).get("sync");
  if (at === null) return false;
  book.on("sync", changed);
  book.on("conflict", changed);
  for (const event of ["online", "offline"]) window.addEventListener(event, changed);
  book.sync.start(httpSync({ url: new URL(at, location.href), headers: { Authorization: "Bearer demo" } }), { intervalMs: INTERVAL_MS });
  return true;
}

/** Shows it in `place`. */
export async function showSync(page: Page, place: HTMLElement): Promise<void> {
  const [status, conflicts] = [page.book.sync.status(), await page.book.sync.conflicts()];
  const rows = await Promise.all(conflicts.map((conflict) => conflictRow(page, conflict)));
  keepFocus(place, () => {
    place.hidden = false;
    place.replaceChildren(statusLine(page, status), h("ul", { class: "rows", role: "list", "data-testid": "conflicts", hidden: rows.length === 0 }, ...rows));
  });
}

function statusLine({ words, format }: Page, status: SyncStatus): HTMLElement {
  const state = navigator.onLine ? status.state : "offline";
  const parts = [
    status.lastSyncedAt && words.syncedAt(format.date(status.lastSyncedAt)),
    status.waiting > 0 && words.syncWaiting(format.number(status.waiting)),
    status.conflicts > 0 && words.syncConflicts(format.number(status.conflicts)),
    state === "error" && status.error?.message,
  ].filter(Boolean);
  const badge = h("span", { class: "badge", "data-testid": "sync-state", "data-state": state }, words.syncState[state]);
  return h("p", { "data-testid": "sync-status", "data-waiting": status.waiting, role: "status" }, badge, ` ${parts.join(" · ")}`);
}

async function conflictRow(page: Page, conflict: Conflict): Promise<HTMLElement> {
  const { book, words } = page;
  const [{ items }, contact] = await Promise.all([book.history(conflict.contactId, { limit: ROWS }), book.contacts.get(conflict.contactId)]);
  const side = (id: string) => items.find((entry) => entry.id === id);
  const [winner, loser] = [side(conflict.winner), side(conflict.loser)];
  const what = (label: string, entry: HistoryEntry | undefined) =>
    h("p", {}, `${label}: `, entry === undefined ? words.nothing : `${entry.summary} (${entry.byName}, ${page.format.date(entry.occurredAt)})`);
  const to = conflict.kind === "transition" ? (loser?.data as { to?: { stage?: string } } | undefined)?.to?.stage : undefined;
  return h("li", { "data-testid": "conflict" },
    h("p", {}, h("strong", {}, contact?.name ?? words.erasedContact), ` ${conflict.message}`),
    what(words.conflictWinner, winner),
    what(words.conflictLoser, loser),
    contact && h("a", { href: contactLink(contact.id) }, words.conflictLook),
    contact && to !== undefined && button(words.conflictAgain, { "data-testid": "conflict-again", "data-key": conflict.id }, () =>
      attempt(page, () => book.workflow.transition(contact.id, { to }))),
  );
}
