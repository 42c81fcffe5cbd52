// Runs in a page: the first visible element that matches a selector and has a name or contains a text, through every shadow
// root, or null. A name is what a screen reader would say: aria-label, labels, or the text. `within` is the name of a part of
// the page, or "dialog".

export function atDeep({ is, name, within, contains }) {
  const words = (text) => text.replace(/\s+/g, " ").trim();
  const audible = (element) => {
    const copy = element.cloneNode(true);
    for (const silent of copy.querySelectorAll("[aria-hidden=true]")) silent.remove();
    return words(copy.textContent);
  };
  const named = (element) => {
    const ids = element.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const labels = ids.length > 0 ? ids.map((id) => element.getRootNode().getElementById(id)).filter(Boolean) : [...(element.labels ?? [])];
    return element.getAttribute("aria-label") ?? (labels.length > 0 ? labels.map(audible).join(" ") : audible(element));
  };
  const all = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  };
  const up = function* (element) {
    for (let at = element; at; at = at.parentNode ?? at.host) if (at instanceof Element) yield at;
  };
  const PARTS = "fieldset, section, dialog, [role=group], [role=region]";
  const isPart = (at) => (within === "dialog" ? at.matches("dialog") : at.matches(PARTS) && named(at) === within);
  const inside = (element) => within === undefined || [...up(element)].some(isPart);
  for (const element of all(document)) {
    if (!element.matches(is) || element.getClientRects().length === 0) continue;
    if (name !== undefined && named(element) !== name) continue;
    if (contains !== undefined && !words(element.textContent).includes(contains)) continue;
    if (inside(element)) return element;
  }
  return null;
}
