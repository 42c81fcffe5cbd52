// The rooms of the page, each made when it is first entered.
import { allHistoryRoom } from "./history-all.js";
import { outboxRoom } from "./outbox.js";
import type { Page, View } from "./page.js";
import type { RoomName } from "./places.js";
import { remindersRoom } from "./reminders.js";
import { tasksRoom } from "./tasks.js";
import { h, newId } from "./dom.js";

export interface Room extends View {
  /** Where a reader who comes here begins. */
  focus(): void;
}

const MAKERS: Record<Exclude<RoomName, "contacts">, (page: Page) => View> = {
  tasks: tasksRoom,
  reminders: remindersRoom,
  outbox: outboxRoom,
  history: allHistoryRoom,
};

export function makeRoom(page: Page, name: Exclude<RoomName, "contacts">): Room {
  const view = MAKERS[name](page);
  const id = newId("room");
  const heading = h("h2", { id, tabindex: -1 }, page.words.roomName[name]);
  const element = h("section", { class: "pane room", "aria-labelledby": id, "data-testid": `room-${name}` }, heading, view.element);
  return { element, refresh: view.refresh, focus: () => heading.focus() };
}
