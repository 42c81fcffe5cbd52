/** The loan applications of a Dutch bank (BPI Challenge 2012), where the log lies beside the checkout. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { test } from "node:test";
import type { ImportRow } from "./rows.js";
import { disorder, findUp, type Disorder } from "./test-kit.js";
import { definitionFromXes } from "./xes-definition.js";
import { scanXes } from "./xes-scan.js";
import { fromXes } from "./xes.js";

const file = findUp("shared/data/bpic2012.xes.gz");
const skip = file === undefined && "the log of the BPI Challenge 2012 is not here";
const stages = (name: string): boolean => name.startsWith("A_");

test("a real log: every event becomes one row, planned and performed activities find each other", { skip }, async () => {
  const source = fromXes(await openAsBlob(file!), { stages });
  const wrong: Disorder[] = [];
  let rows = 0;
  let contact: ImportRow[] = [];
  let first: ImportRow[] = [];
  const check = () => {
    if (wrong.length === 0) wrong.push(...disorder(contact));
    if (first.length === 0) first = contact;
  };
  for await (const row of source) {
    rows += 1;
    if (row.kind === "contact") {
      check();
      contact = [];
    }
    contact.push(row);
  }
  check();
  assert.deepEqual(wrong, []);
  assert.equal(rows, 13_087 + 262_200);
  assert.deepEqual({ ...source.summary, lifecycles: { ...source.summary.lifecycles } }, {
    traces: 13_087, events: 262_200, rows,
    kinds: { contact: 13_087, stage: 60_849, pending: 26_318, complete: 26_251, log: 77_406, comment: 71_376 },
    lifecycles: { complete: { stage: 60_849, log: 77_406, complete: 26_251 }, schedule: { pending: 26_318 }, start: { comment: 71_376 } },
    completedUnplanned: 77_406, leftOut: 0, timesUnread: 0, strayEvents: 0, renamed: 0,
  });
  assert.deepEqual(first[0], {
    contact: "173688", at: "2011-10-01T00:38:44.546+02:00", by: "112", byName: "112", id: "173688/0", kind: "contact",
    set: { name: "173688", fields: { REG_DATE: "2011-10-01T00:38:44.546+02:00", AMOUNT_REQ: "20000" } },
  });
  assert.deepEqual(contact.at(-1), { contact: "214376", at: "2012-03-01T09:27:41.325+01:00", by: "11169", byName: "11169", id: "214376/6", kind: "complete", ref: "214376/3" });
});

test("a real log: a scan derives the workflow it followed", { skip }, async () => {
  const scan = await scanXes(await openAsBlob(file!));
  assert.deepEqual([scan.traces, scan.events, scan.names.length, scan.resources.length, scan.withoutResource, scan.pathsLeftOut], [13_087, 262_200, 24, 68, 18_010, 0]);
  assert.deepEqual([scan.from, scan.to], ["2011-10-01T00:38:44.546+02:00", "2012-03-14T16:04:54.681+01:00"]);
  const { initial, stages, transitions, activityTypes } = definitionFromXes(scan, { id: "loans" });
  assert.equal(initial, "A_SUBMITTED");
  assert.deepEqual(stages.map(({ id, final }) => (final ? `${id}!` : id)), [
    "A_SUBMITTED", "A_PARTLYSUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "A_FINALIZED", "A_APPROVED", "A_REGISTERED", "A_ACTIVATED", "A_DECLINED!", "A_CANCELLED!",
  ]);
  assert.equal(transitions.length, 21);
  assert.equal(activityTypes.length, 14);
});
