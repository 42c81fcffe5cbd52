// What the tests of exports share: a book with an entry of every sort, and the whole of a stream.

import { crmContact, openBook } from "../../pkg/node.js";

export const START = Date.parse("2026-03-20T09:00:00Z");
/** Begins as a formula, holds separators, quotes, line breaks, markup and a character outside the basic plane. */
export const HOSTILE = ['=HYPERLINK("http://evil.example";"x")', "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", 'a,"b";c\r\nd\ne', "<&>\"'\u{1f600}\\n;,"];

export async function text(stream) {
  let whole = "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const bytes of stream) whole += decoder.decode(bytes, { stream: true });
  return whole + decoder.decode();
}

/** A book on the memory store whose clock stands, in Rome. */
export function open(options = {}) {
  const users = [{ id: "anna", name: "Anna Rossi" }, { id: "marco", name: "Marco Bianchi, jr." }];
  return openBook({ definitions: crmContact, actor: users[0], users, locale: "en", timeZone: "Europe/Rome", clock: () => START, ...options });
}

/** Fills a book with what people do. */
export async function fill(book) {
  for (const [nth, name] of HOSTILE.entries()) {
    const id = `c${nth}`;
    await book.contacts.create({ id, name: `${name}.`, email: "x@example.com", fields: { note: name, size: 12.5, vip: true } });
    await book.contacts.comment(id, { text: name });
    await book.contacts.save(id, {
      set: { company: name },
      activities: [{ log: { type: "register-contact", description: name } }, { log: { type: "intro-call", outcome: name }, pending: { type: "intro-call", assignee: "marco", createTask: true } }],
      transition: { to: "qualification" },
    });
    const [pending] = (await book.activities.list(id, { status: "open" })).items;
    await book.activities.complete(pending.id, { outcome: name });
    await book.contacts.message(id, { text: name });
    await book.contacts.share(id, { email: "y@example.com", note: name });
  }
  await book.contacts.archive("c1", { reason: "=over" });
  await book.contacts.erase("c2", { confirm: "c2", reason: "T-1" });
}
