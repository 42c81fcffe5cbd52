// book.contacts: each call handed to the component under the name it has there.

import type { Handle } from "./handle.js";
import { toldOf } from "./outbox.js";
import type { Session } from "./session.js";
import type { Contacts } from "./types.js";

export function contacts(session: Session, handle: Handle): Contacts {
  return {
    create: (input, options) => handle.write("contacts.create", {}, input, options),
    get: (id) => handle.read("contacts.get", { id }),
    list: (query) => handle.read("contacts.list", {}, query),
    save: (id, changes, options) => handle.write("contacts.save", { id }, changes, options),
    archive: (id, options) => handle.write("contacts.archive", { id }, options),
    restore: (id, options) => handle.write("contacts.restore", { id }, options),
    erase: (id, options) => handle.write("contacts.erase", { id }, options),
    comment: (id, input, options) => handle.write("contacts.comment", { id }, input, options),
    invite: (id, input, options) => toldOf(session, handle.write("contacts.invite", { id }, input, options)),
    message: (id, input, options) => toldOf(session, handle.write("contacts.message", { id }, input, options)),
    share: (id, input, options) => toldOf(session, handle.write("contacts.share", { id }, input, options)),
  };
}
