// The page's addresses: a room, in the first of them a contact, which of its tabs is open and an entry of its history, and the book
// they are in, so that a link leads to the same place in another window and for another person.

export const ROOMS = ["contacts", "tasks", "outbox", "history", "insights"] as const;
export type RoomName = (typeof ROOMS)[number];
export const TABS = ["activities", "log", "history"] as const;
export type Tab = (typeof TABS)[number];
export interface Place {
  room: RoomName;
  contact?: string;
  tab?: Tab;
  /** Of the contact's history, which is the tab that is open then. */
  entry?: string;
  book?: string;
}

export function addressOf({ room, contact, tab, entry, book }: Place): string {
  const parts = Object.entries({ contact, tab, entry, book }).filter((part): part is [string, string] => part[1] !== undefined);
  const named = parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `#${[...(contact === undefined && room !== "contacts" ? [room] : []), ...named].join("&")}`;
}

export function roomLink(room: RoomName, book: string): string {
  return addressOf({ room, book });
}

export function contactLink(contact: string, book: string): string {
  return addressOf({ room: "contacts", contact, book });
}

export function entryLink(contact: string, entry: string, book: string): string {
  return addressOf({ room: "contacts", contact, tab: "history", entry, book });
}

export function placeIn(hash: string): Place {
  const parts = hash.slice(1).split("&");
  const value = (name: string) => parts.filter((part) => part.startsWith(`${name}=`)).map((part) => decoded(part.slice(name.length + 1)))[0];
  const [contact, entry, book] = [value("contact"), value("entry"), value("book")];
  const tab = entry === undefined ? TABS.find((known) => known === value("tab")) : "history";
  const room = (contact === undefined && ROOMS.find((name) => parts[0] === name)) || "contacts";
  return { room, ...(contact !== undefined && { contact }), ...(tab && { tab }), ...(entry !== undefined && { entry }), ...(book !== undefined && { book }) };
}

/** Undefined where it is no text: links are typed by hand, too. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined;
  }
}
