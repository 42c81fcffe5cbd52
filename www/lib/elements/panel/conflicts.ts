// What two devices did against each other: both sides, which of them counts, and what can be done about it.
import type { Book, Conflict, HistoryEntry, Localized, TransitionOption } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.js";
import type { Key } from "../words.js";
import type { StagebookPanel } from "./panel.js";

/** Conflicts are told when they arise: what they are between is not far back. */
const BACK = 500;

export interface Disagreement {
  readonly id: string;
  banner(panel: StagebookPanel): TemplateResult;
}

/** What an entry holds of a move, or of an activity that was completed. */
interface Did {
  to?: { stage: string; label: Localized };
  pending?: string;
  reason?: string;
  note?: string;
  answers?: Record<string, unknown>;
}

export async function both(book: Book, contactId: string, conflicts: readonly Conflict[]): Promise<Disagreement[]> {
  const { items } = await book.history(contactId, { limit: BACK });
  const options = await book.workflow.options(contactId).catch(() => []);
  const entry = (id: string) => items.find((one) => one.id === id);
  return conflicts.map((one) => ({ id: one.id, banner: (panel) => banner(panel, one, entry(one.winner), entry(one.loser), options) }));
}

function banner(panel: StagebookPanel, { id, contactId, kind, message }: Conflict, winner: HistoryEntry | undefined, loser: HistoryEntry | undefined, options: readonly TransitionOption[]): TemplateResult {
  const { t, date } = panel.words;
  const keep = () => panel.settle(contactId, id);
  const twice = kind === "completed-twice";
  const side = (label: Key, one: HistoryEntry | undefined) => (one ? html`<dt class="fine">${t(label)}</dt><dd>${one.summary}&nbsp;· <span class="fine">${date(one.occurredAt)}</span></dd>` : nothing);
  return html`<div class="banner" part="banner" role="group" aria-label=${t("conflict")}>${icon("warning")}<div class="grow">
    <p><strong>${t("conflict")}</strong></p><p>${message}</p>
    <dl class="sides">${side(twice ? "conflict.closed" : "conflict.counts", winner)}${side(twice ? "conflict.logged" : "conflict.not", loser)}</dl>
    <div class="buttons"><button type="button" @click=${keep}>${t("conflict.keep")}</button>${panel.readonly ? nothing : again(panel, loser, options, keep)}</div>
  </div></div>`;
}

/** What lost, done once more. Where no move leads there from where the contact is now, the stage path explains the way. */
function again(panel: StagebookPanel, loser: HistoryEntry | undefined, options: readonly TransitionOption[], settled: () => void): unknown {
  const { to, pending, reason, note, answers } = (loser?.data ?? {}) as Did;
  const contactId = loser?.contactId ?? "";
  const offer = (label: string, work: () => Promise<unknown>) => html`<button type="button" @click=${() => panel.attempt(async () => { if (await work()) settled(); })}>${label}</button>`;
  if (pending !== undefined) return offer(panel.t("activity.reopen"), () => panel.act("reopen", { contactId, pendingId: pending }, (book) => book.activities.reopen(pending)));
  if (!to) return nothing;
  const option = options.find((one) => one.to === to.stage);
  if (!option?.allowed && !option?.needsInput) return html`<button type="button" @click=${() => panel.go(to.stage)}>${panel.t("way", { stage: panel.book!.text(to.label) })}</button>`;
  const request = { transition: option.transition, ...(reason !== undefined && { reason }), ...(note !== undefined && { note }), ...(answers && { answers }) };
  return offer(panel.t("conflict.again", { move: option.label }), () => panel.act("move", { contactId, request }, (book) => book.workflow.transition(contactId, request)));
}
