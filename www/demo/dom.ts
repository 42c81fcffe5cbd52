// Builds the page's elements. Text becomes text nodes and nothing else: no markup is ever parsed here, no style attribute
// written, so that the page works under a policy that allows neither inline script nor inline style.

export type Child = Node | string | undefined | null | false;
type Value = string | number | boolean | undefined;
type Listeners = { [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };
export interface Attributes {
  on?: Listeners;
  [attribute: string]: Value | Listeners;
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  const { on = {}, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) setAttribute(element, name, value as Value);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener as EventListener);
  element.append(...children.filter(isNode));
  return element;
}

function isNode(child: Child): child is Node | string {
  return child !== undefined && child !== null && child !== false;
}

export function setAttribute(element: Element, name: string, value: Value): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

let counter = 0;
export function newId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** A button that ignores presses while the work it started is under way. It stays enabled, so that focus is not lost. */
export function button(label: string, attributes: Attributes, press: () => unknown): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", () => void once(element, press));
  return element;
}

export async function once(element: HTMLElement, work: () => unknown): Promise<void> {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/** Runs `change`, which replaces children of `container`, and puts focus back on the element with the same data-key; on the container where there is none any more. */
export function keepFocus(container: HTMLElement, change: () => void): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && container.contains(active) ? active.dataset["key"] : undefined;
  change();
  if (key === undefined || container.contains(document.activeElement)) return;
  const again = [...container.querySelectorAll<HTMLElement>("[data-key]")].find((element) => element.dataset["key"] === key);
  if (again === undefined) container.tabIndex = -1;
  (again ?? container).focus({ preventScroll: true });
}
