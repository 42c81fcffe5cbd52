// Tabs after the ARIA pattern: one stop in the tab order, arrows, Home and End move and choose.
import { h, newId } from "./dom.js";

export interface Tab {
  key: string;
  label: string;
  testid: string;
  panel: HTMLElement;
}

export function tabs(label: string, all: readonly Tab[], chosen: string | undefined, onChoose: (key: string) => void): HTMLElement {
  const made = all.map((tab) => ({ tab, ...elements(tab) }));
  const choose = (key: string, focus: boolean) => {
    for (const { tab, handle, panel } of made) {
      const selected = tab.key === key;
      handle.setAttribute("aria-selected", String(selected));
      handle.tabIndex = selected ? 0 : -1;
      panel.hidden = !selected;
      if (selected && focus) handle.focus();
    }
    onChoose(key);
  };
  for (const { tab, handle } of made) handle.addEventListener("click", () => choose(tab.key, true));
  const bar = h("div", { role: "tablist", "aria-label": label, class: "tablist" }, ...made.map(({ handle }) => handle));
  bar.addEventListener("keydown", (event) => {
    const at = made.findIndex(({ handle }) => handle === document.activeElement);
    const to = target(event.key, at, made.length);
    const next = made[to];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    choose(next.tab.key, true);
  });
  const first = made.find(({ tab }) => tab.key === chosen) ?? made[0];
  if (first) choose(first.tab.key, false);
  return h("div", { class: "tabs" }, bar, ...made.map(({ panel }) => panel));
}

function elements({ label, testid, panel: content }: Tab): { handle: HTMLButtonElement; panel: HTMLElement } {
  const id = newId("tab");
  const handle = h("button", { type: "button", role: "tab", id, "aria-controls": `${id}-panel`, "data-testid": testid }, label);
  return { handle, panel: h("div", { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id, tabindex: 0, class: "tabpanel" }, content) };
}

function target(key: string, at: number, count: number): number {
  switch (key) {
    case "ArrowRight": return (at + 1) % count;
    case "ArrowLeft": return (at - 1 + count) % count;
    case "Home": return 0;
    case "End": return count - 1;
    default: return -1;
  }
}
