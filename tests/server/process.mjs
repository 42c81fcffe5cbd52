// A server as a process of its own, which a test may kill: `node process.mjs <port>`, with the database's address in DATABASE_URL. It
// says "ready" once it listens. What is not of the sync it answers with the files of a folder, if STAGEBOOK_FILES names one.

import { createServer } from "node:http";
import pg from "pg";
import { crmContact } from "../../pkg/node.js";
import { nodeListener, syncHandler } from "../../pkg/server-node.js";
import { postgresStore } from "../../pkg/server-postgres.js";
import { folderListener } from "../../www/scripts/static.mjs";
import { authorize } from "./kit.mjs";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
pool.on("error", () => {});
const store = postgresStore(pool);
await store.migrate();
const handler = syncHandler({ store, authorize, definitions: crmContact });
const sync = nodeListener(handler);
const files = process.env.STAGEBOOK_FILES && await folderListener(process.env.STAGEBOOK_FILES);
const listener = (request, response) => (files && !request.url.startsWith("/sync/") ? files : sync)(request, response);
createServer(listener).listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
