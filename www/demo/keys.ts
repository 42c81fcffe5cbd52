// Keyboard shortcuts: single keys, and "g" followed by one. They rest while somebody types or a dialog is open, and can be turned
// off, for voices and assistive tools type keys too (WCAG 2.1.4).
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./fields.js";
import type { Page } from "./page.js";
import type { RoomName } from "./places.js";

export const GO: Readonly<Record<string, RoomName>> = { c: "contacts", t: "tasks", o: "outbox", h: "history", i: "insights" };
const SECOND_KEY_MS = 1_500;

export interface Shortcuts {
  on(): boolean;
  go(room: RoomName): void;
  acts: Readonly<Record<string, () => unknown>>;
}

export function listen({ on, go, acts }: Shortcuts): void {
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (!on() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isBusy(event)) return;
    const room = performance.now() < goUntil ? GO[event.key] : undefined;
    goUntil = event.key === "g" ? performance.now() + SECOND_KEY_MS : 0;
    const act = room ? () => go(room) : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function isBusy(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))) return true;
  return dialogIn(document);
}

/** Elements have their dialogs in their shadow roots. */
function dialogIn(root: Document | ShadowRoot): boolean {
  if (root.querySelector("dialog[open]")) return true;
  return [...root.querySelectorAll("*")].some(({ shadowRoot }) => shadowRoot !== null && dialogIn(shadowRoot));
}

/** The list of them, where they can be turned off. */
export function showKeys(page: Page, on: boolean, turn: (on: boolean) => void): void {
  const { words } = page;
  const input = h("input", { type: "checkbox", "data-testid": "keys-on" });
  input.checked = on;
  const rows: [string, string][] = [
    ...Object.entries(words.keyActs),
    ...Object.entries(GO).map(([key, room]): [string, string] => [`g ${key}`, words.roomName[room]]),
  ];
  const list = rows.map(([keys, label]) => h("div", {}, h("dt", {}, ...keys.split(" ").flatMap((key) => [h("kbd", {}, key), " "])), h("dd", {}, label)));
  ask(page, {
    title: words.keys,
    testid: "keys-dialog",
    body: [h("dl", { class: "keys" }, ...list), field(words.keysOn, input).element],
    confirm: { label: words.save, testid: "keys-save" },
    submit: () => turn(input.checked),
  });
}
