// A back end for devices that sync: the handler, PostgreSQL, and a listener of Node's. `npm --prefix www run example:server` starts it
// with a database of its own; with DATABASE_URL it uses that one.

import { createServer } from "node:http";
import pg from "pg";
import { crmContact } from "stagebook";
import { memoryStore, nodeListener, syncHandler } from "stagebook/server";
import { postgresStore } from "stagebook/server/postgres";

/** In your back end: whoever your session or token says. Here a bearer token is a user's id. */
const PEOPLE = { anna: ["sales"], marco: ["sales"], sofia: ["manager", "sales"] };

function authorize(request) {
  const id = /^Bearer (\w+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  const roles = PEOPLE[id];
  return roles ? { book: "demo", actors: [id], roles } : null;
}

/** @param {{ databaseUrl?: string, port?: number, definitions?: object, who?: typeof authorize, otherwise?: import("node:http").RequestListener }} options */
export async function start({ databaseUrl, port = 0, definitions = crmContact, who = authorize, otherwise } = {}) {
  const pool = databaseUrl && new pg.Pool({ connectionString: databaseUrl });
  pool?.on("error", (error) => console.error(`database: ${error.message}`));
  const store = pool ? postgresStore(pool) : memoryStore();
  await store.migrate?.();
  const handler = syncHandler({
    store, authorize: who, definitions,
    log: (record) => console.log(JSON.stringify(record)),
    onFault: (cause) => console.error(cause),
  });
  const sync = nodeListener(handler);
  const server = createServer((request, response) => (otherwise && !request.url.startsWith("/sync/") ? otherwise : sync)(request, response));
  await new Promise((listening, failed) => server.once("error", failed).listen(port, "127.0.0.1", listening));
  const close = async () => {
    await new Promise((closed) => { server.close(closed); server.closeAllConnections(); });
    await pool?.end();
  };
  return { handler, url: `http://127.0.0.1:${server.address().port}/sync`, close };
}
