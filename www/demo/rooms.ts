// The rooms of the page beside the contacts. Most are one element of the package, which follows the book by itself and is kept
// while the same person works, so that a change of the language loses nothing; the outbox is the page's own.
import type { StagebookTags } from "stagebook/elements";
import { h, newId } from "./dom.js";
import { outboxRoom } from "./outbox.js";
import type { Page, View } from "./page.js";
import type { RoomName } from "./places.js";

export interface Room extends View {
  /** Where a reader who comes here begins. */
  focus(): void;
  /** Puts the focus into its search; false where that is not to be seen. */
  search?(): boolean;
}
type Tag = "stagebook-tasks" | "stagebook-history" | "stagebook-insights";
/** Elements of rooms that were entered. */
export type KeptElements = Map<Tag, StagebookTags[Tag]>;

const ELEMENTS: Record<Exclude<RoomName, "contacts" | "outbox">, Tag> = {
  tasks: "stagebook-tasks",
  history: "stagebook-history",
  insights: "stagebook-insights",
};

export function makeRoom(page: Page, name: Exclude<RoomName, "contacts">, kept: KeptElements): Room {
  const view = name === "outbox" ? outboxRoom(page) : elementView(page, ELEMENTS[name], kept);
  const id = newId("room");
  const heading = h("h2", { id, tabindex: -1 }, page.words.roomName[name]);
  const element = h("section", { class: "pane room", "aria-labelledby": id, "data-testid": `room-${name}` }, heading, view.element);
  return { ...view, element, focus: () => heading.focus() };
}

function elementView({ book }: Page, tag: Tag, kept: KeptElements): View & Pick<Room, "search"> {
  const element = kept.get(tag) ?? h(tag);
  kept.set(tag, element);
  element.book = book;
  const view = { element, refresh: async () => {} };
  if (!("search" in element)) return view;
  element.linked = true;
  return { ...view, search: () => (void element.search(), true) };
}
