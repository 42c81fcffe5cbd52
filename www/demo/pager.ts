// A list that is read page by page through a cursor, with a "load more" button. Refreshing reads again as many rows as are
// shown, and an answer that a later request has overtaken is dropped.
import type { Page as Rows } from "stagebook";
import { button, h, keepFocus } from "./dom.js";
import type { Field } from "./fields.js";
import type { Page, View } from "./page.js";

export interface PagerOptions<T> {
  /** Holds the rows: <ul>, <ol> or <tbody>. */
  list: HTMLElement;
  /** What is put on the page, when that is not the list itself. */
  frame?: HTMLElement;
  empty: string;
  testid: string;
  load(query: { limit?: number; cursor?: string }): Promise<Rows<T>>;
  row(item: T): HTMLElement;
  loaded?(rows: Rows<T>, shown: number): unknown;
}

const PAGE_ROWS = 50;
const MOST_ROWS = 500;
const FILTER_REST_MS = 150;

export interface Pager extends View {
  /** Reads from the first page again, once these fields have been left alone for a moment: a search may walk a long history. */
  follow(filters: Iterable<Field>): void;
}

export function pager<T>(page: Page, options: PagerOptions<T>): Pager {
  const { list } = options;
  let next: string | undefined;
  let turn = 0;
  const more = button(page.words.loadMore, { class: "more", "data-testid": `${options.testid}-more`, hidden: true }, () => read(true));
  const nothing = h("p", { class: "empty", hidden: true }, options.empty);

  async function read(append: boolean, limit = PAGE_ROWS): Promise<void> {
    turn += 1;
    const mine = turn;
    try {
      const rows = await options.load({ limit, ...(append && next !== undefined ? { cursor: next } : {}) });
      if (mine === turn) show(rows, append);
    } catch (error) {
      if (mine === turn) page.fail(error);
    }
  }

  function show(rows: Rows<T>, append: boolean): void {
    const elements = rows.items.map(options.row);
    if (append) list.append(...elements);
    else keepFocus(list, () => list.replaceChildren(...elements));
    if (append) elements[0]?.querySelector<HTMLElement>("a, button")?.focus();
    next = rows.next;
    more.hidden = next === undefined;
    nothing.hidden = list.childElementCount > 0;
    options.loaded?.(rows, list.childElementCount);
  }

  return {
    element: h("div", { class: "pager" }, options.frame ?? list, nothing, more),
    refresh: () => read(false, Math.min(Math.max(PAGE_ROWS, list.childElementCount), MOST_ROWS)),
    follow: (filters) => {
      let timer = 0;
      const restart = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => void read(false), FILTER_REST_MS);
      };
      for (const { input } of filters) input.addEventListener("input", restart);
    },
  };
}
