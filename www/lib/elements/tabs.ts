// Tabs as the ARIA authoring practices describe them: one tab is in the order of Tab, arrows, Home and End go along, and what is
// gone to is shown. What was never shown is not made.
import { html, nothing, type TemplateResult } from "lit";

export interface Tab {
  id: string;
  label: string;
  content: () => unknown;
}

export function tabs(name: string, all: readonly Tab[], chosen: string, visited: Set<string>, choose: (id: string) => void): TemplateResult {
  visited.add(chosen);
  const go = (event: KeyboardEvent) => {
    const to = target(event, all.findIndex(({ id }) => id === chosen), all.length);
    const next = all[to];
    if (!next) return;
    event.preventDefault();
    const list = event.currentTarget as HTMLElement;
    choose(next.id);
    list.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return html`<div role="tablist" part="tabs" aria-label=${name} @keydown=${go}>${all.map(({ id, label }) => html`
      <button type="button" role="tab" part="tab" id="tab-${id}" aria-controls="panel-${id}"
        aria-selected=${id === chosen ? "true" : "false"} tabindex=${id === chosen ? "0" : "-1"} @click=${() => choose(id)}>${label}</button>`)}</div>
    ${all.map(({ id, label, content }) => html`<div role="tabpanel" part="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}" data-label=${label} ?hidden=${id !== chosen}>${visited.has(id) ? content() : nothing}</div>`)}`;
}

function target({ key, currentTarget }: KeyboardEvent, at: number, count: number): number {
  const back = getComputedStyle(currentTarget as Element).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": return (at + (key === back ? count - 1 : 1)) % count;
    case "Home": return 0;
    case "End": return count - 1;
    default: return -1;
  }
}
