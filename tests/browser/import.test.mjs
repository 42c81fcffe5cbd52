// History from another system keeps all that its rows say.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { consumer } from "../pack/consumer.mjs";

describe("imported history", () => {
  let host;
  before(async () => { host = await consumer(); });
  after(() => host?.remove());

  it("keeps the reason of every stage row, the first one's too", async () => {
    const seen = await host.node("reasons.mjs", `
      import { openBook, crmContact } from "stagebook";
      const book = await openBook({ definitions: crmContact, actor: { id: "anna" }, locale: "en" });
      const row = (second, more) => ({ contact: "c-1", at: \`2020-01-01T10:00:0\${second}Z\`, by: "bruno", ...more });
      const report = await book.audit.importHistory([
        row(0, { kind: "contact", set: { name: "Contact" } }),
        row(1, { kind: "stage", stage: "start", reason: "came by a friend" }),
        row(2, { kind: "stage", stage: "qualification", reason: "wants an offer" }),
      ]);
      const { items } = await book.workflow.log("c-1");
      console.log(JSON.stringify({ report, reasons: items.map(({ to, reason }) => [to, reason ?? null]) }));`);
    assert.deepEqual(seen.report, { imported: 3, skipped: 0, rejected: [] });
    assert.deepEqual(seen.reasons, [["qualification", "wants an offer"], ["start", "came by a friend"]]);
  });
});
