// What the server's tests have in common: the built package, a handler behind a port, and devices.

import { createServer } from "node:http";
import { crmContact, openBook } from "../../pkg/node.js";
import { nodeListener } from "../../pkg/server-node.js";
import { httpSync } from "../../pkg/sync-http.js";

/** Serves a handler on a free loopback port. */
export async function serve(handler) {
  const server = createServer(nodeListener(handler));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/sync`,
    close: () => new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    }),
  };
}

/** Who asks, by a header. The roles are after a colon: `ada:manager,agent`. */
export function authorize(request, book = "crm") {
  const [actor, roles = ""] = request.headers.get("authorization")?.split(":") ?? [];
  return actor ? { book, actors: [actor], roles: roles.split(",").filter(Boolean) } : null;
}

/** A device of one user, and its hooks. */
export async function device(url, who, { definitions = crmContact, clock, ...options } = {}) {
  const [id, roles = ""] = who.split(":");
  const actor = { id, roles: roles.split(",").filter(Boolean) };
  const book = await openBook({ name: "crm", definitions, actor, ...(clock && { clock }), timeZone: "UTC", locale: "en" });
  const hooks = httpSync({ url, headers: { Authorization: who }, ...options });
  return { book, hooks, sync: () => book.sync.now(hooks) };
}

/** What a book says of all its contacts, for comparing. */
export async function everything(book) {
  const all = [];
  for (let cursor; ;) {
    const { items, next } = await book.historyAll({ limit: 500, cursor });
    all.push(...items.map(({ synced, replica, ...item }) => ({ ...item, replica })));
    if (!(cursor = next)) break;
  }
  const contacts = [];
  for (let cursor; ;) {
    const { items, next } = await book.contacts.list({ limit: 500, cursor });
    contacts.push(...items.map(({ version, ...contact }) => contact));
    if (!(cursor = next)) break;
  }
  return { all, contacts: contacts.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}
