// The two boxes of a form as bytes in the component's memory: each member's number, length and text. JSON would take
// longer than the check does, and a form is checked at every keystroke. What is not as simple as a form is goes as JSON,
// which also finds what can't be sent. The other side is src/web/form.rs.

import type { Exports } from "#glue";

/** Numbers of members by name; at "" that of the object itself. */
interface Members { [name: string]: number | Members }

const BOXES: Members = {
  log: { "": 0, type: 1, date: 2, user: 3, description: 4, outcome: 5 },
  pending: { "": 6, type: 7, date: 8, due: 9, createTask: 10, description: 11, assignee: 12, remind: { "": 13, start: 14, end: 15 } },
};
const PLACE: Members = { stage: 16, definition: 17 };
const SIZE = 512;
/** Of a free text it matters only that it is there, so long as nobody could call it too long. */
const SHORT = 1000;

/** Writes forms: gives how many bytes were written, 0 where only JSON can say it. */
export function writer({ memory, form }: Exports) {
  let moved: Uint8Array | undefined;
  let bytes: Uint8Array;
  let at = 0;

  const text = (member: unknown, value: unknown): boolean => {
    if (member === 10) value = typeof value === "boolean" ? `${+value}` : 0;
    if (typeof value !== "string" || typeof member !== "number") return false;
    let { length } = value;
    if (member === 4 || member === 5 || member === 11) {
      if (length > SHORT || !value.isWellFormed?.()) return false;
      length = 0;
    }
    if (length > 127 || at + length > SIZE - 2) return false;
    const to = bytes, from = at + 2;
    to[at] = member;
    to[at + 1] = length;
    for (let place = 0; place < length; place++) {
      const code = value.charCodeAt(place);
      if (code > 127) return false;
      to[from + place] = code;
    }
    at = from + length;
    return true;
  };

  const put = (object: unknown, known: Members): boolean => {
    // What else a value can be (a list, a date, a class) is JSON's to say.
    if (!object || typeof object !== "object" || Object.getPrototypeOf(object) !== Object.prototype) return false;
    for (const name in object) {
      const value: unknown = object[name as never];
      if (value === undefined) continue;
      const member = known[name];
      // A member that is not known, like any object's "constructor", has no number.
      if (!(typeof member === "object" ? text(member[""], "") && put(value, member) : text(member, value))) return false;
    }
    return true;
  };

  return (boxes: unknown, place: unknown = {}): number => {
    // A getter among the members may have a form checked, or make the memory move.
    if (at) return 0;
    const now = memory();
    if (now !== moved) bytes = (moved = now).subarray(form(), form() + SIZE);
    try {
      return put(boxes, BOXES) && put(place, PLACE) && now === memory() ? at : 0;
    } finally {
      at = 0;
    }
  };
}
