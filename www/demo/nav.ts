// The way between the rooms, with what waits in them.
import { h } from "./dom.js";
import { ROOMS, roomLink, type RoomName } from "./places.js";
import type { Words } from "./words-en.js";

/** How many wait in a room. */
export type Waiting = Partial<Record<RoomName, number>>;

export class Nav {
  readonly element = h("ul", { class: "rooms", role: "list" });
  readonly #links = new Map<RoomName, { link: HTMLElement; badge: HTMLElement }>();

  constructor(words: Words, book: string) {
    for (const room of ROOMS) {
      const badge = h("span", { class: "badge", hidden: true, "data-testid": `badge-${room}` });
      const link = h("a", { href: roomLink(room, book), "data-testid": `nav-${room}`, "data-key": room }, words.roomName[room], " ", badge);
      this.#links.set(room, { link, badge });
      this.element.append(h("li", {}, link));
    }
  }

  mark(room: RoomName): void {
    for (const [name, { link }] of this.#links) {
      if (name === room) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  show(waiting: Waiting, number: (value: number) => string): void {
    for (const [room, { badge }] of this.#links) {
      const count = waiting[room] ?? 0;
      badge.hidden = count === 0;
      badge.textContent = number(count);
    }
  }
}
