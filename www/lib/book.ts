// The Book a host holds: plain objects over one session and one handle of the component. Objects without private
// fields, because frameworks wrap what they are given in proxies, which those do not survive.

import type { RawBook } from "#glue";
import { activities } from "./activities.js";
import { audit } from "./audit.js";
import { contacts } from "./contacts.js";
import { Handle } from "./handle.js";
import { outbox } from "./outbox.js";
import { json } from "./plain.js";
import type { Session } from "./session.js";
import { sync } from "./sync.js";
import { tasks } from "./tasks.js";
import type { Book } from "./types.js";
import { workflow } from "./workflow.js";

export function book(session: Session, raw: RawBook): Book {
  const { name, actor } = JSON.parse(raw.ask("info", "[]")!);
  const handle = new Handle(session, raw);
  return {
    name,
    actor,
    get timeZone() { return session.info.timeZone; },
    get locale() { return session.info.locale; },
    get users() { return session.host.users ?? NOBODY; },
    get messages() { return session.host.messages ?? NOTHING; },
    as: (another) => session.now(() => book(session, raw.as(json([another], session.locale).slice(1, -1)))),
    configure: (changes) => {
      session.info = handle.now("configure", changes);
      const { users = session.host.users, messages = session.host.messages } = changes;
      session.host = { users, messages };
      session.events.emit("change", () => ({ contactIds: [], source: "local" }));
    },
    text: (label) => session.now(() => raw.ask("text", json([label], session.locale))!),

    contacts: contacts(session, handle),
    workflow: workflow(session, handle),
    activities: activities(handle),
    tasks: tasks(handle),
    outbox: outbox(session, handle),
    audit: audit(session, handle, raw),
    sync: sync(session, handle),

    history: (contactId, query) => handle.read("history", { id: contactId }, query),
    historyAll: (query) => handle.read("historyAll", {}, query),
    on: (event, listener) => {
      session.check();
      return EVENTS.has(event) ? session.events.on(event, listener) : session.lacks(`the event "${event}"`);
    },
    diagnostics: () => handle.read("diagnostics"),
    close: () => session.close(),
    [disposal()]: () => session.close(),
  };
}

/** The same ones each time: who shows a book can see that nothing changed. */
const NOBODY: Book["users"] = Object.freeze([]);
const NOTHING: Book["messages"] = Object.freeze({});

const EVENTS = new Set<string>(["change", "closed", "conflict", "outbox", "sync"]);

/** Where the engine has no `await using` yet, the key that compilers use in its place. */
function disposal(): typeof Symbol.asyncDispose {
  return Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
}
