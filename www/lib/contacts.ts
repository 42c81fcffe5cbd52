// book.contacts: each call handed to the component under the name it has there.

import type { Handle } from "./handle.js";
import type { Session } from "./session.js";
import type { Contacts } from "./types.js";

export function contacts(session: Session, handle: Handle): Contacts {
  return {
    create: (input, options) => handle.write("contacts.create", {}, input, options),
    get: (id) => handle.read("contacts.get", { id }),
    list: (query) => handle.read("contacts.list", {}, query),
    save: (id, changes, options) => handle.write("contacts.save", { id }, changes, options),
    erase: (id, options) => handle.write("contacts.erase", { id }, options),
    comment: (id, input, options) => handle.write("contacts.comment", { id }, input, options),
    archive: async () => session.lacks("contacts.archive"),
    restore: async () => session.lacks("contacts.restore"),
    invite: async () => session.lacks("contacts.invite"),
    message: async () => session.lacks("contacts.message"),
    share: async () => session.lacks("contacts.share"),
  };
}
