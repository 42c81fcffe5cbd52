// The Book a host holds: plain objects over one session and one handle of the component. Objects without private
// fields, because frameworks wrap what they are given in proxies, which those do not survive.

import type { RawBook } from "#glue";
import { activities } from "./activities.js";
import { audit } from "./audit.js";
import { contacts } from "./contacts.js";
import { outbox, sync, tasks } from "./later.js";
import type { Session } from "./session.js";
import type { Book } from "./types.js";
import { workflow } from "./workflow.js";

export function book(session: Session, raw: RawBook): Book {
  const { name, timeZone, locale, actor } = JSON.parse(raw.info());
  return {
    name,
    actor,
    timeZone,
    locale,
    as: (another) => session.now(() => book(session, raw.as(another))),
    configure: () => session.lacks("configure"),
    text: (label) => session.now(() => raw.text(label)),

    contacts: contacts(session, raw),
    workflow: workflow(session, raw),
    activities: activities(session, raw),
    tasks: tasks(session),
    outbox: outbox(session),
    audit: audit(session, raw),
    sync: sync(session),

    history: (contactId, query) => session.read(() => raw.history(session.id(contactId), query)),
    historyAll: async () => session.lacks("historyAll"),
    on: (event, listener) => {
      session.check();
      return EVENTS.has(event) ? session.events.on(event, listener) : session.lacks(`the event "${event}"`);
    },
    diagnostics: () => session.read(() => raw.diagnostics()),
    close: () => session.close(),
    [disposal()]: () => session.close(),
  };
}

const EVENTS = new Set<string>(["change", "closed"]);

/** Where the engine has no `await using` yet, the key that compilers use in its place. */
function disposal(): typeof Symbol.asyncDispose {
  return Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
}
