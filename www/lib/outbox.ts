// book.outbox: the items, and their delivery by the host's handler, one tab at a time. How items are delivered is next
// door and loaded with the first delivery: who delivers has a network.

import type { Due, Settle } from "./delivery.js";
import type { Handle } from "./handle.js";
import { alone, whenReachable } from "./lock.js";
import type { Session } from "./session.js";
import type { Outbox, OutboxItem } from "./types.js";

export function outbox(session: Session, handle: Handle): Outbox {
  const settle: Settle = (id, result, options) =>
    toldOf(session, handle.write("outbox.settle", { id }, result, options));
  return {
    list: (query) => handle.read("outbox.list", {}, query),
    settle,
    deliver(handler, { maxAttempts } = {}) {
      session.check();
      const stop = new AbortController();
      const due: Due = (...ids) => handle.read("outbox.due", {}, ...ids);
      const ended = session.events.on("closed", () => stop.abort());
      const work = async (signal: AbortSignal) => {
        const { delivery } = await whenReachable(() => import("./delivery.js"), signal);
        await delivery(handler, maxAttempts, due, settle, session, signal);
      };
      void alone(session, handle, "outbox", stop.signal, work).finally(ended);
      return () => stop.abort();
    },
  };
}

/** Tells listeners of an item that was just asked for or settled. */
export async function toldOf(session: Session, written: Promise<OutboxItem>): Promise<OutboxItem> {
  const item = await written;
  session.events.emit("outbox", () => ({ item: structuredClone(item) }));
  return item;
}
