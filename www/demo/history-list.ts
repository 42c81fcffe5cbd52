// What happened, newest first, of one contact or of all: filtered by the book over the whole history, never over a page.
import type { EntryKind, HistoryEntry, HistoryQuery, Page as Rows } from "stagebook";
import { h } from "./dom.js";
import { downloads } from "./download.js";
import { field, filledIn, options, type Field } from "./fields.js";
import { pager } from "./pager.js";
import { contactLink } from "./places.js";
import type { Page, View } from "./page.js";
import type { Words } from "./words-en.js";

export type KindGroup = "all" | "stages" | "activities" | "comments" | "data";
const GROUPS: Record<KindGroup, readonly EntryKind[]> = {
  all: [],
  stages: ["workflow.started", "workflow.transitioned", "workflow.reverted", "workflow.migrated", "workflow.refused"],
  activities: [
    "activity.logged", "activity.planned", "activity.changed", "activity.completed", "activity.reopened", "activity.cancelled", "task.created",
    "reminder.snoozed", "reminder.acknowledged",
  ],
  comments: ["contact.commented", "contact.messaged", "contact.invited", "contact.shared", "delivery.sent", "delivery.failed"],
  data: ["contact.created", "contact.changed", "contact.archived", "contact.restored", "contact.erased"],
};

export interface HistorySource {
  load(query: HistoryQuery): Promise<Rows<HistoryEntry>>;
  /** Of all contacts: each row names its own, and people and dates can be chosen. */
  across?: boolean;
  /** Of a contact that is there: what is shown can be taken along. */
  contactId?: string;
  loaded?(rows: number): void;
}

export function historyList(page: Page, source: HistorySource): View {
  const { words } = page;
  const filters = source.across ? new Map([...ofKindAndText(page), ...ofPersonAndDates(page)]) : ofKindAndText(page);
  const rows = pager<HistoryEntry>(page, {
    list: h("ol", { class: "rows", "data-testid": "history-rows", role: "list" }),
    empty: words.noHistory,
    testid: "history",
    load: (query) => source.load({ ...query, ...chosen(filters) }),
    row: (entry) => historyRow(page, entry, source.across),
    loaded: (_, shown) => source.loaded?.(shown),
  });
  rows.follow(filters.values());
  const bar = h("div", { class: "filters", role: "search" }, ...[...filters.values()].map(({ element }) => element));
  const there = source.across || source.contactId !== undefined;
  const files = there && downloads(page, () => chosen(filters), source.contactId);
  return { element: h("div", {}, bar, files, rows.element), refresh: rows.refresh };
}

function ofKindAndText({ words }: Page): Map<string, Field> {
  const groups = Object.keys(GROUPS) as KindGroup[];
  return new Map<string, Field>([
    ["kind", field(words.historyKind, h("select", { "data-testid": "history-kind" }, ...options(groups.map((value) => ({ value, label: words.kindGroup[value] })))))],
    ["text", field(words.historyText, h("input", { type: "search", "data-testid": "history-text", autocomplete: "off" }))],
  ]);
}

function ofPersonAndDates({ words, users }: Page): Map<string, Field> {
  const people = users.map(({ id, name }) => ({ value: id, label: name }));
  return new Map<string, Field>([
    ["by", field(words.person, h("select", { "data-testid": "history-by" }, ...options(people, words.anybody)))],
    ["from", field(words.from, h("input", { type: "date", "data-testid": "history-from" }))],
    ["to", field(words.to, h("input", { type: "date", "data-testid": "history-to" }))],
  ]);
}

function chosen(filters: ReadonlyMap<string, Field>): HistoryQuery {
  const { kind, ...query } = filledIn(filters);
  const kinds = GROUPS[kind as KindGroup];
  return { ...query, ...(kinds.length > 0 && { kinds }) };
}

function historyRow({ format, words }: Page, entry: HistoryEntry, across = false): HTMLElement {
  const at = h("time", { datetime: entry.occurredAt }, format.date(entry.occurredAt));
  const about = across && entry.contactName !== undefined && h("a", { href: contactLink(entry.contactId), "data-key": entry.id }, entry.contactName);
  return h("li", { class: "row", "data-testid": "history-row", "data-kind": entry.kind, "data-seq": entry.seq },
    about && h("p", {}, about),
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
