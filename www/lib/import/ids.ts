/**
 * Names of another system as ids: at most 128 characters, no control characters, the same every time. Knows no format.
 */

const LONGEST = 128;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The name itself where it can be an id; else with spaces for control characters, and cut with a hash of the whole behind. `room` leaves space for what the caller appends. */
export function idOf(name: string, room = LONGEST): string {
  const id = CONTROL.test(name) ? name.replace(/\p{Cc}/gu, " ") : name;
  if (id.length <= room) return id;
  const mark = `~${hash(name)}`;
  // A cut must not leave half of a surrogate pair, which is no text.
  return id.slice(0, room - mark.length).replace(/[\uD800-\uDBFF]$/, "") + mark;
}

/** 64 bits in 16 hex digits (two rounds of FNV-1a with unlike starts). Tells texts apart; it guards nothing. */
export function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (a >>> 15), 0x01000193);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
