// Insights as bars, and as a table for those who read rather than look.
import type { Book, Insights, WorkflowDefinition } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { type Control, field } from "../fields.js";
import { vars } from "../vars.js";
import type { Language } from "../words.js";
import own from "./insights.css";

export { own };

export interface Shown {
  book: Book;
  words: Language;
  found: Insights;
  definitions: readonly WorkflowDefinition[];
  chosen: string | undefined;
  choose(id: string): void;
  empty(): unknown;
}
interface Bar {
  name: string;
  color?: string | undefined;
  value: number;
  far?: number | undefined;
  shown: string;
}

export function charts(all: Shown): TemplateResult {
  const { words: { t, number, duration }, found, empty } = all;
  const { stages, conversion: { won, lost, open }, backSteps } = found;
  const figures = [["won", won], ["lost", lost], ["open", open], ["back", backSteps]] as const;
  const contacts = stages.map(({ stage, contacts: value, stale }): Bar => {
    const more = stale ? ` (${t("insights.stale.here", { count: stale })})` : "";
    return { ...stageOf(all, stage), value, shown: number(value) + more };
  });
  const times = stages.filter(({ medianMs }) => medianMs !== null).map((one): Bar => ({
    ...stageOf(all, one.stage), value: one.medianMs!, far: one.p90Ms ?? undefined, shown: `${duration(one.medianMs!)} · ${t("insights.p90")} ${duration(one.p90Ms ?? one.medianMs!)}`,
  }));
  return html`${choice(all)}
    ${won + lost + open === 0 ? empty() : nothing}
    <dl class="figures" part="figures">${figures.map(([name, value]) => html`<div><dt class="fine">${t(`insights.${name}`)}</dt><dd>${number(value)}</dd></div>`)}</dl>
    <section><h3>${t("insights.funnel")}</h3>${bars(contacts)}</section>
    ${times.length ? html`<section><h3>${t("insights.time")}</h3>${bars(times)}</section>` : nothing}
    <details><summary>${t("insights.table")}</summary>${table(all)}</details>`;
}

function choice({ book, words: { t }, definitions, chosen = "", choose }: Shown): unknown {
  if (definitions.length < 2) return nothing;
  const options = definitions.map(({ id, label }) => ({ value: id, label: book.text(label ?? id) }));
  return html`<div @change=${(event: Event) => choose((event.target as Control).value)}>${field({ path: "definition", label: t("insights.workflow"), kind: "select", value: chosen, options })}</div>`;
}

function stageOf({ book, definitions, chosen }: Shown, id: string): { name: string; color?: string | undefined } {
  const stage = definitions.find((one) => one.id === chosen)?.stages.find((one) => one.id === id);
  return { name: book.text(stage?.label ?? id), color: stage?.color };
}

/** The table says the same, so that the bars need not be read out. */
function bars(rows: readonly Bar[]): TemplateResult {
  const most = Math.max(...rows.map(({ value, far = 0 }) => Math.max(value, far)), 1);
  return html`<div class="bars" part="bars" aria-hidden="true">${rows.map(({ name, color, value, far, shown }) => html`<span class="name">${name}</span>
    <span class="track">${far === undefined ? nothing : html`<i class="far" ${vars({ "--_part": String(far / most) })}></i>`}
      <i ${vars({ "--_part": String(value / most), "--_stage": color })}></i></span>
    <span class="value fine">${shown}</span>`)}</div>`;
}

function table(all: Shown): TemplateResult {
  const { words: { t, number, duration }, found } = all;
  const columns = (["stage", "contacts", "stale", "median", "p90"] as const).map((name) => t(`insights.${name}`));
  const time = (ms: number | null) => (ms === null ? "–" : duration(ms));
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t("insights")}><table part="table"><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${found.stages.map(({ stage, contacts, stale, medianMs, p90Ms }) => html`<tr><th scope="row">${stageOf(all, stage).name}</th>
      ${[number(contacts), number(stale), time(medianMs), time(p90Ms)].map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody></table>
    ${found.flows.length ? html`<h4>${t("insights.flows")}</h4><ul>${found.flows.map(({ from, to, count }) => html`
      <li>${stageOf(all, from).name} → ${stageOf(all, to).name}: ${number(count)}</li>`)}</ul>` : nothing}</div>`;
}
