// The History tab: all that happened to the contact, newest first, filtered by the book over the whole history; and the box
// for a comment. Shows an erased contact's tombstone, too.
import type { EntryKind, HistoryEntry } from "stagebook";
import { h, once } from "./dom.js";
import { field, options } from "./fields.js";
import { pager } from "./pager.js";
import { attempt, type Page, type View } from "./page.js";
import type { Words } from "./words-en.js";

export type KindGroup = "all" | "stages" | "activities" | "comments" | "data";
const GROUPS: Record<KindGroup, readonly EntryKind[]> = {
  all: [],
  stages: ["workflow.started", "workflow.transitioned", "workflow.reverted", "workflow.migrated", "workflow.refused"],
  activities: ["activity.logged", "activity.planned", "activity.changed", "activity.completed", "activity.reopened", "activity.cancelled", "task.created"],
  comments: ["contact.commented", "contact.messaged", "contact.invited", "contact.shared"],
  data: ["contact.created", "contact.changed", "contact.archived", "contact.restored", "contact.erased"],
};

export function historyTab(page: Page, contactId: string): View {
  const rows = historyList(page, contactId);
  return { element: h("div", { class: "history" }, commentBox(page, contactId), rows.element), refresh: rows.refresh };
}

/** Without the box for comments: what is left of an erased contact takes none. */
export function historyList(page: Page, contactId: string, loaded?: (rows: number) => void): View {
  const { words } = page;
  const groups = Object.keys(GROUPS) as KindGroup[];
  const kind = field(words.historyKind, h("select", { "data-testid": "history-kind" }, ...options(groups.map((value) => ({ value, label: words.kindGroup[value] })))));
  const text = field(words.historyText, h("input", { type: "search", "data-testid": "history-text", autocomplete: "off" }));
  const rows = pager<HistoryEntry>(page, {
    list: h("ol", { class: "rows", "data-testid": "history-rows", role: "list" }),
    empty: words.noHistory,
    testid: "history",
    load: (query) => page.book.history(contactId, { ...query, ...filter(kind.input.value as KindGroup, text.input.value.trim()) }),
    row: (entry) => historyRow(page, entry),
    loaded: (_, shown) => loaded?.(shown),
  });
  kind.input.addEventListener("change", () => void rows.restart());
  text.input.addEventListener("input", () => void rows.restart());
  return { element: h("div", {}, h("div", { class: "filters", role: "search" }, kind.element, text.element), rows.element), refresh: rows.refresh };
}

function filter(group: KindGroup, text: string): { kinds?: readonly EntryKind[]; text?: string } {
  const kinds = GROUPS[group];
  return { ...(kinds.length > 0 && { kinds }), ...(text !== "" && { text }) };
}

function commentBox(page: Page, contactId: string): HTMLElement {
  const { words } = page;
  const text = field(words.comment, h("textarea", { rows: 2, "data-testid": "comment-text" }));
  const add = h("button", { type: "submit", "data-testid": "comment-add" }, words.addComment);
  const form = h("form", { class: "comment", novalidate: true }, text.element, h("div", { class: "actions" }, add));
  const send = () => attempt(page, async () => {
    await page.book.contacts.comment(contactId, { text: text.input.value });
    text.input.value = "";
    page.say(words.commentAdded);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void once(add, send);
  });
  return form;
}

function historyRow({ format, words }: Page, entry: HistoryEntry): HTMLElement {
  const at = h("time", { datetime: entry.occurredAt }, format.date(entry.occurredAt));
  return h("li", { class: "row", "data-testid": "history-row", "data-kind": entry.kind, "data-seq": entry.seq },
    h("p", {}, entry.summary),
    ...details(entry, words),
    h("p", { class: "fine" }, at, ` · ${entry.byName}`),
  );
}

/** What the one-line summary may have left out. */
function details(entry: HistoryEntry, { nothing, contactField }: Words): HTMLElement[] {
  switch (entry.kind) {
    case "contact.commented":
    case "contact.messaged":
      return entry.data?.text === undefined || entry.summary.includes(entry.data.text) ? [] : [h("blockquote", {}, entry.data.text)];
    case "contact.changed":
      return (entry.data?.changes ?? []).map((change) => {
        const name = (contactField as Record<string, string>)[change.field] ?? change.field;
        return h("p", { class: "fine" }, `${name}: ${change.old ?? nothing} → ${change.new ?? nothing}`);
      });
    default:
      return [];
  }
}
