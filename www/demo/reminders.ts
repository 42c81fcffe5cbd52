// Reminders that show now, for who works. The list is read again when the alarm rings and when the book changed.
import type { Reminder } from "stagebook";
import { button, h, keepFocus } from "./dom.js";
import { attempt, type Page, type View } from "./page.js";
import { contactLink } from "./places.js";

const MINUTE_MS = 60_000;
const later = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

export function remindersRoom(page: Page): View {
  const { words, book } = page;
  const list = h("ul", { class: "rows", role: "list", "data-testid": "reminders" });
  const nothing = h("p", { class: "empty", hidden: true }, words.noReminders);
  let turn = 0;
  const refresh = async () => {
    turn += 1;
    const mine = turn;
    await attempt(page, async () => {
      const found = await book.activities.reminders({ assignee: book.actor.id });
      if (mine !== turn) return;
      keepFocus(list, () => list.replaceChildren(...found.map((reminder) => reminderRow(page, reminder))));
      nothing.hidden = found.length > 0;
    });
  };
  return { element: h("div", {}, list, nothing), refresh };
}

function reminderRow(page: Page, reminder: Reminder): HTMLElement {
  const { words, format } = page;
  const { pendingId, contactId, contactName, typeLabel, description, due, start, end } = reminder;
  return h("li", { class: "row", "data-testid": "reminder-row", "data-id": pendingId },
    h("div", { class: "row-head" }, h("strong", {}, typeLabel), h("a", { href: contactLink(contactId), "data-key": `${pendingId} contact` }, contactName)),
    description !== undefined && h("p", {}, description),
    h("p", { class: "fine" }, [due !== undefined && words.dueOn(format.date(due)), words.remindFrom(format.date(start), format.date(end))].filter(Boolean).join(" · ")),
    h("div", { class: "buttons" }, ...reminderActions(page, reminder)),
  );
}

function reminderActions(page: Page, { pendingId, typeLabel, contactName, end }: Reminder): HTMLElement[] {
  const { words, book, format } = page;
  const act = (name: keyof typeof words.reminderAction, work: () => Promise<unknown>) => {
    const label = words.reminderAction[name];
    const attributes = { class: "quiet", "data-testid": `reminder-${name}`, "data-key": `${pendingId} ${name}`, "aria-label": `${label}: ${typeLabel}, ${contactName}` };
    return button(label, attributes, () => attempt(page, work).then((ok) => ok && page.say(words.saved)));
  };
  // Put off beyond its end a reminder would not come back: that is not offered.
  const tomorrow = format.dayAfter(later(0));
  const snoozes = [
    { name: "minutes", until: () => later(10), fits: later(10) <= end },
    { name: "hour", until: () => later(60), fits: later(60) <= end },
    { name: "tomorrow", until: () => format.dayAfter(later(0)), fits: tomorrow <= format.day(end) },
  ] as const;
  return [
    ...snoozes.filter(({ fits }) => fits).map(({ name, until }) => act(name, () => book.activities.snooze(pendingId, until()))),
    act("acknowledge", () => book.activities.acknowledge(pendingId)),
  ];
}
