// The foot of the page: the way to the keyboard shortcuts, which store holds the book, how much is in it, and why it is not the first choice
// where it is not.
import type { Diagnostics } from "stagebook";
import { button, h } from "./dom.js";
import type { Page } from "./page.js";

export function foot({ book, words, format }: Page, { store, storeReason, entries }: Diagnostics, keys: () => void): HTMLElement[] {
  const info = h("p", { "data-testid": "book-info", "data-entries": entries, "data-store": store }, words.bookInfo(book.name, words.storeName[store], format.number(entries)));
  const about = h("div", { class: "foot-row" }, info, button(words.keys, { class: "quiet", "data-testid": "keys", "data-key": "keys" }, keys));
  return storeReason === undefined ? [about] : [about, h("p", { class: "notice", "data-testid": "store-reason" }, storeReason)];
}
