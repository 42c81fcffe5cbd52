// The example server, as the command starts it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { example } from "../../www/scripts/example.mjs";
import { cluster, skip } from "../../www/scripts/cluster.mjs";
import { openBook, crmContact } from "../../pkg/node.js";
import { httpSync } from "../../pkg/sync-http.js";

describe("the example server", { skip }, () => {
  let database, server;
  before(async () => {
    database = await cluster();
    server = await (await example()).start({ databaseUrl: database.url });
  });
  after(async () => {
    await server?.close();
    await database?.stop();
  });

  it("keeps two people's devices in step, and lets nobody else in", async () => {
    const open = async (id) => {
      const book = await openBook({ name: "demo", definitions: crmContact, actor: { id } });
      return { book, sync: () => book.sync.now(httpSync({ url: server.url, headers: { Authorization: `Bearer ${id}` } })) };
    };
    const [anna, marco, eve] = [await open("anna"), await open("marco"), await open("eve")];
    await anna.book.contacts.create({ id: "c1", name: "Bruno" });
    await anna.sync();
    await marco.sync();
    assert.equal((await marco.book.contacts.get("c1")).name, "Bruno");
    await assert.rejects(eve.sync(), { status: 401, retry: false });
  });
});
