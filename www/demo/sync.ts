// Syncs the demo's book with the page's own origin, where the address asks for it (`?sync=sync`), and shows the conflicts with both
// sides and what can be done about them. How the book stands with its server, <stagebook-sync-status> says.
import type { Book, Conflict, Contact, HistoryEntry } from "stagebook";
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
  const seen = page.seen();
  const conflicts = (await page.book.sync.conflicts()).filter(({ id }) => !seen.includes(id));
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
  const again = async () => (await moveTo(page, contact!, to!)) && page.settle(conflict.id);
  return h("li", { class: "row", "data-testid": "conflict" },
    h("p", {}, h("strong", {}, contact?.name ?? words.erasedContact), ` ${conflict.message}`),
    h("dl", { class: "sides" }, what(words.conflictWinner, winner), what(words.conflictLoser, loser)),
    h("div", { class: "buttons" },
      contact && h("a", { href: contactLink(contact.id, book.name), class: "button" }, words.conflictLook),
      contact && to !== undefined && contact.workflow?.stage !== to && button(words.conflictAgain, { "data-testid": "conflict-again", "data-key": conflict.id }, () => attempt(page, again)),
      button(words.conflictKeep, { "data-testid": "conflict-keep", "data-key": `${conflict.id} keep` }, () => page.settle(conflict.id))),
  );
}

/** Step by step, if nothing stands in the way: true then. Else the contact's panel says what does. */
async function moveTo(page: Page, { id, name }: Contact, to: string): Promise<boolean> {
  const { book, words } = page;
  const steps = (await book.workflow.path(id, to)) ?? [];
  if (steps.length === 0 || steps.some(({ blockers }) => blockers.length > 0)) {
    page.choose(id);
    return false;
  }
  for (const { transition } of steps) await book.workflow.transition(id, { transition });
  page.say(words.moved(name, (await book.contacts.get(id))?.workflow?.stageLabel ?? to));
  return true;
}
