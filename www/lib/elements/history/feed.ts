// How a feed is gone through by the keyboard.

/** The APG's feed: Page Up and Page Down go from article to article, Control with Home and End out of it. */
export const walk = (event: KeyboardEvent): void => {
  const feed = event.currentTarget as HTMLElement;
  const articles = [...feed.querySelectorAll("article")];
  const at = articles.findIndex((article) => article.contains(event.target as Node));
  const step = event.key === "PageDown" ? 1 : event.key === "PageUp" ? -1 : 0;
  const out = event.ctrlKey && (event.key === "Home" || event.key === "End");
  const next = out ? neighbour(feed, event.key === "End") : articles[at + step];
  if ((step === 0 && !out) || !next) return;
  event.preventDefault();
  (next as HTMLElement).focus();
};

function neighbour(feed: HTMLElement, after: boolean): HTMLElement | undefined {
  const all = [...(feed.getRootNode() as ShadowRoot).querySelectorAll<HTMLElement>("button, input, select, textarea, summary")].filter((one) => !feed.contains(one) && one.offsetParent);
  const side = after ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const found = all.filter((one) => feed.compareDocumentPosition(one) & side);
  return after ? found[0] : found.at(-1);
}

/** One article is in the order of Tab: where the reader was last. */
export const rove = (event: FocusEvent): void => {
  const article = (event.target as Element).closest("article");
  if (!article) return;
  for (const other of (event.currentTarget as Element).querySelectorAll('article[tabindex="0"]')) other.setAttribute("tabindex", "-1");
  article.setAttribute("tabindex", "0");
};
