// book.contacts: each call handed to the component under the name it has there.

import type { RawBook } from "#glue";
import type { Session } from "./session.js";
import type { Contacts } from "./types.js";

export function contacts(session: Session, raw: RawBook): Contacts {
  return {
    create: (input, options) => session.write(() => raw.contactsCreate(input, options)),
    get: (id) => session.read(() => raw.contactsGet(session.id(id))),
    list: (query) => session.read(() => raw.contactsList(query)),
    save: (id, changes, options) => session.write(() => raw.contactsSave(session.id(id), changes, options)),
    erase: (id, options) => session.write(() => raw.contactsErase(session.id(id), options)),
    comment: (id, input, options) => session.write(() => raw.contactsComment(session.id(id), input, options)),
    archive: async () => session.lacks("contacts.archive"),
    restore: async () => session.lacks("contacts.restore"),
    invite: async () => session.lacks("contacts.invite"),
    message: async () => session.lacks("contacts.message"),
    share: async () => session.lacks("contacts.share"),
  };
}
