// The Book a host holds: plain objects over one session and one handle of the component. Objects without private
// fields, because frameworks wrap what they are given in proxies, which those do not survive.

import type { RawBook } from "#glue";
import { activities } from "./activities.js";
import { audit } from "./audit.js";
import { contacts } from "./contacts.js";
import { Handle } from "./handle.js";
import { outbox, sync, tasks } from "./later.js";
import { plain } from "./plain.js";
import type { Session } from "./session.js";
import type { Book } from "./types.js";
import { workflow } from "./workflow.js";

export function book(session: Session, raw: RawBook): Book {
  const { name, timeZone, locale, actor } = JSON.parse(raw.ask("info", []));
  const handle = new Handle(session, raw);
  return {
    name,
    actor,
    timeZone,
    locale,
    as: (another) => session.now(() => book(session, raw.as(plain(another, locale)))),
    configure: () => session.lacks("configure"),
    text: (label) => session.now(() => raw.ask("text", [plain(label, locale)])),

    contacts: contacts(session, handle),
    workflow: workflow(session, handle),
    activities: activities(session, handle),
    tasks: tasks(session),
    outbox: outbox(session),
    audit: audit(session, raw),
    sync: sync(session),

    history: (contactId, query) => handle.read("history", { id: contactId }, query),
    historyAll: async () => session.lacks("historyAll"),
    on: (event, listener) => {
      session.check();
      return EVENTS.has(event) ? session.events.on(event, listener) : session.lacks(`the event "${event}"`);
    },
    diagnostics: () => handle.read("diagnostics"),
    close: () => session.close(),
    [disposal()]: () => session.close(),
  };
}

const EVENTS = new Set<string>(["change", "closed"]);

/** Where the engine has no `await using` yet, the key that compilers use in its place. */
function disposal(): typeof Symbol.asyncDispose {
  return Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
}
