// The page's addresses: a room, and in the first of them a contact.

export const ROOMS = ["contacts", "tasks", "reminders", "outbox", "history"] as const;
export type RoomName = (typeof ROOMS)[number];
export interface Place {
  room: RoomName;
  contact?: string;
}

const CONTACT = "#contact=";

export function roomLink(room: RoomName): string {
  return room === "contacts" ? "#" : `#${room}`;
}

export function contactLink(contactId: string): string {
  return CONTACT + encodeURIComponent(contactId);
}

export function placeIn(hash: string): Place {
  const room = ROOMS.find((name) => hash === `#${name}`) ?? "contacts";
  if (!hash.startsWith(CONTACT)) return { room };
  try {
    return { room, contact: decodeURIComponent(hash.slice(CONTACT.length)) };
  } catch {
    return { room };
  }
}
