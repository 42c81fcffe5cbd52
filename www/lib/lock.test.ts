// What only one may do at a time: of one book, without Web Locks, as in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Handle } from "./handle.js";
import { alone } from "./lock.js";
import type { Session } from "./session.js";

const until = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
const rest = () => new Promise((done) => setTimeout(done, 10));

test("a book that no tab shares syncs and delivers at once, and each of it once at a time", async () => {
  const session = {} as Session, handle = {} as Handle;
  const [first, second] = [new AbortController(), new AbortController()];
  const log: string[] = [];
  const work = (name: string) => (signal: AbortSignal) => { log.push(name); return until(signal); };
  const ended = [
    alone(session, handle, "sync", first.signal, work("sync")),
    alone(session, handle, "outbox", first.signal, work("outbox")),
    alone(session, handle, "sync", second.signal, work("sync again")),
    alone({} as Session, handle, "sync", first.signal, work("another book's")),
  ];
  await rest();
  assert.deepEqual(log, ["sync", "outbox", "another book's"]);
  first.abort();
  await rest();
  assert.equal(log.at(-1), "sync again");
  second.abort();
  await Promise.all(ended);
});

test("a lease that is lost ends the work, which goes on once it is had again", async () => {
  const session = { shares: "indexeddb/crm" } as Session;
  const stop = new AbortController();
  let left = 0;
  const asked: unknown[][] = [];
  const handle = { read: async (...call: unknown[]) => { asked.push(call); return left; } } as unknown as Handle;
  const log: string[] = [];
  const done = alone(session, handle, "sync", stop.signal, async (signal) => {
    log.push("begins");
    await until(signal);
    log.push("ends");
    left = 0;
  });
  while (!log.length) await rest();
  left = 30;
  // It is renewed every ten seconds.
  while (log.length < 3) await rest();
  assert.deepEqual(log, ["begins", "ends", "begins"]);
  stop.abort();
  await done;
  assert.deepEqual(asked.at(-1), ["lease", {}, "sync", true], "given back");
});
