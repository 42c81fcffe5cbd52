// A server as a process of its own, which a test may kill: `node process.mjs <port>`, with the database's address in DATABASE_URL. It
// says "ready" once it listens.

import { createServer } from "node:http";
import pg from "pg";
import { crmContact } from "../../pkg/node.js";
import { nodeListener, syncHandler } from "../../pkg/server-node.js";
import { postgresStore } from "../../pkg/server-postgres.js";
import { authorize } from "./kit.mjs";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
pool.on("error", () => {});
const store = postgresStore(pool);
await store.migrate();
const handler = syncHandler({ store, authorize, definitions: crmContact });
createServer(nodeListener(handler)).listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
