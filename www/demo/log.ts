// The Log tab: every stage change with starting stage, ending stage, operator and date, newest first.
import type { TransitionRecord } from "stagebook";
import { h } from "./dom.js";
import { pager } from "./pager.js";
import type { Page, View } from "./page.js";

export function logTab(page: Page, contactId: string): View {
  const { words } = page;
  const columns = [words.logFrom, words.logTo, words.logBy, words.logAt, words.logWhy];
  const body = h("tbody", { role: "rowgroup", "data-testid": "log-rows" });
  // The roles are written out because a narrow screen shows each row as a block, and a table laid out so loses them.
  const table = h("table", { role: "table", class: "log" },
    h("caption", {}, words.logCaption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...columns.map((column) => h("th", { role: "columnheader", scope: "col" }, column)))),
    body,
  );
  const rows = pager<TransitionRecord>(page, {
    list: body,
    frame: table,
    empty: words.noLog,
    testid: "log",
    load: (query) => page.book.workflow.log(contactId, query),
    row: (record) => logRow(page, record, columns),
  });
  return { element: rows.element, refresh: rows.refresh };
}

function logRow({ format }: Page, record: TransitionRecord, columns: readonly string[]): HTMLElement {
  const why = [record.reason, record.note].filter((text) => text !== undefined).join(": ");
  const cells = [record.fromLabel ?? "–", record.toLabel, record.byName, format.date(record.occurredAt), why];
  return h("tr", { role: "row", "data-testid": "log-row", "data-from": record.from ?? "", "data-to": record.to, "data-at": record.occurredAt },
    ...cells.map((text, at) => h("td", { role: "cell", "data-label": columns[at], class: text === "" ? "blank" : undefined }, text)));
}
