// A hand-made handle stands for the component, so that items vanish and writes fail when a test wants it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "./events.js";
import type { Handle } from "./handle.js";
import { outbox } from "./outbox.js";
import type { Session } from "./session.js";
import type { Outbox } from "./types.js";

type Handler = Parameters<Outbox["deliver"]>[0];

const rest = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Delivers `items` to `handler` for a while. `settle` may reject. Counts what was asked of the component. */
async function delivering(items: string[], handler: Handler, settle: () => void, milliseconds: number, then = () => {}) {
  const count = { asked: 0, settled: 0 };
  const events = new Events();
  const session = { events, check() {}, shares: undefined } as unknown as Session;
  const handle = {
    read: async (_: string, __: object, only?: string) => {
      count.asked += only === undefined ? 1 : 0;
      return items.filter((id) => only === undefined || id === only).map((id) => ({ id }));
    },
    write: async (_: string, { id }: { id: string }) => {
      count.settled += 1;
      settle();
      items.splice(items.indexOf(id), 1);
      return { id };
    },
  } as unknown as Handle;
  const stop = outbox(session, handle).deliver(handler);
  await rest(100);
  then();
  events.emit("change", () => ({ contactIds: [], source: "local" }));
  await rest(milliseconds);
  stop();
  await rest(10);
  return count;
}

test("an item that is gone before its next try is forgotten, and nothing is asked for in vain", async () => {
  const items = ["gone"];
  const count = await delivering(items, async () => { throw new Error("later"); }, () => {}, 1_200, () => items.pop());
  assert.ok(count.asked <= 3, `asked ${count.asked} times`);
});

for (const retryAfterMs of [2 ** 31, Infinity]) {
  test(`an item that is postponed by ${retryAfterMs} ms is not asked for all the time`, async () => {
    let handed = 0;
    const handler = async () => { handed += 1; throw Object.assign(new Error("next month"), { retryAfterMs }); };
    const count = await delivering(["postponed"], handler, () => {}, 200);
    assert.equal(handed, 1);
    assert.ok(count.asked <= 3, `asked ${count.asked} times`);
  });
}

test("what was delivered and could not be written down is written later, not delivered again; others go on", async () => {
  let handed = "";
  let failures = 1;
  const settle = () => { if (failures-- > 0) throw new Error("quota"); };
  const items = ["a", "b"];
  const count = await delivering(items, async ({ id }) => { handed += id; }, settle, 1_200);
  assert.equal(handed, "ab");
  assert.deepEqual([count.settled, items], [3, []]);
});
