// The history of all contacts.
import { historyList } from "./history-list.js";
import type { Page, View } from "./page.js";

export function allHistoryRoom(page: Page): View {
  return historyList(page, { load: (query) => page.book.historyAll(query), across: true });
}
