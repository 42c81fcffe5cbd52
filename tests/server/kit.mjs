// What the server's tests have in common: the built package, a handler behind a port, and devices.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { crmContact, openBook } from "../../pkg/node.js";
import { nodeListener } from "../../pkg/server-node.js";
import { httpSync } from "../../pkg/sync-http.js";
import { freePort } from "../../www/scripts/cluster.mjs";

export { everything } from "./everything.mjs";

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

/** A server process on a port, which can be killed and started again. */
export async function serverProcess(database, more = {}) {
  const port = await freePort();
  let child;
  const start = async () => {
    child = spawn(process.execPath, [fileURLToPath(new URL("process.mjs", import.meta.url)), `${port}`], { env: { ...process.env, DATABASE_URL: database, ...more }, stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((ready, failed) => { child.stdout.once("data", ready); child.once("exit", failed); });
  };
  const kill = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return { url: `http://127.0.0.1:${port}/sync`, kill, start };
}
