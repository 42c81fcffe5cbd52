// Which store holds the book, how much is in it, and why it is not the first choice where it is not.
import type { Diagnostics } from "stagebook";
import { h } from "./dom.js";
import type { Page } from "./page.js";

export function foot({ book, words, format }: Page, { store, storeReason, entries }: Diagnostics): HTMLElement[] {
  const info = h("p", { "data-testid": "book-info", "data-entries": entries, "data-store": store }, words.bookInfo(book.name, words.storeName[store], format.number(entries)));
  return storeReason === undefined ? [info] : [info, h("p", { class: "notice", "data-testid": "store-reason" }, storeReason)];
}
