// A reminder that shows now, with the ways to put it off.
import type { Reminder } from "stagebook";
import { html, type TemplateResult } from "lit";
import { icon } from "./icons.js";
import type { Key, Language } from "./words.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface ReminderActs {
  snooze(reminder: Reminder, until: string): void;
  acknowledge(reminder: Reminder): void;
  title?: (reminder: Reminder) => unknown;
}

export function reminderBanner(reminder: Reminder, words: Language, locked: boolean, { snooze, acknowledge, title }: ReminderActs): TemplateResult {
  const { t, date } = words;
  const { typeLabel, description, due } = reminder;
  const button = (key: Key, act: () => void) => html`<button type="button" aria-label=${`${t("remind.snooze")} ${t(key)}: ${typeLabel}`} @click=${act}>${t(key)}</button>`;
  return html`<div class="banner" part="reminder" role="group" aria-label=${t("remind", { label: typeLabel })}>
    ${icon("bell")}
    <div class="grow">
      <p><strong>${t("remind", { label: typeLabel })}</strong>${due ? html`&nbsp;· ${t("activity.due", { date: date(due) })}` : ""}</p>${title?.(reminder)}
      ${description ? html`<p class="text">${description}</p>` : ""}
      ${locked ? "" : html`<div class="buttons"><span class="fine">${t("remind.snooze")}</span>
        ${later(reminder, words).map(([key, until]) => button(key, () => snooze(reminder, until)))}
        <button type="button" class="quiet" aria-label=${`${t("remind.dismiss")}: ${typeLabel}`} @click=${() => acknowledge(reminder)}>${t("remind.dismiss")}</button></div>`}
    </div>
  </div>`;
}

/** Put off beyond its end a reminder would not come back: that is not offered. */
function later({ end }: Reminder, { inputDay }: Language): [Key, string][] {
  const now = Date.now();
  const tomorrow = inputDay(new Date(now + DAY_MS).toISOString());
  const all: [Key, string, boolean][] = [
    ["remind.minutes", new Date(now + 10 * MINUTE_MS).toISOString(), Date.parse(end) > now + 10 * MINUTE_MS],
    ["remind.hour", new Date(now + 60 * MINUTE_MS).toISOString(), Date.parse(end) > now + 60 * MINUTE_MS],
    ["remind.tomorrow", tomorrow, inputDay(end) >= tomorrow],
  ];
  return all.filter(([, , fits]) => fits).map(([key, until]) => [key, until]);
}
