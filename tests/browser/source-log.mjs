// Reads the stage events of an XES log for comparison, line by line and with regular expressions, on purpose unlike the
// package's own reader: it understands this one layout (one attribute a line) and nothing else.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

const ATTRIBUTE = /^<(?:string|date|int|float|boolean) key="([^"]*)" value="([^"]*)"/;

/** { contacts, events, stages: Map of trace name to [{ stage, by, at }] } of the events whose name begins with `prefix`. */
export async function readLog(path, prefix) {
  const found = { contacts: 0, events: 0, stages: new Map() };
  let trace;
  let event;
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Infinity });
  for await (const line of lines) {
    const text = line.trim();
    if (text === "<trace>") trace = { own: {}, events: [] };
    else if (text === "</trace>") {
      found.contacts += 1;
      found.events += trace.events.length;
      found.stages.set(trace.own["concept:name"], stagesOf(trace.events, prefix));
      trace = undefined;
    } else if (text === "<event>") event = {};
    else if (text === "</event>") {
      trace.events.push(event);
      event = undefined;
    } else if (trace) {
      const [, key, value] = ATTRIBUTE.exec(text) ?? [];
      if (key !== undefined) (event ?? trace.own)[key] = value;
    }
  }
  return found;
}

/** Sorted by time; events of one moment stay in the order of the file. */
function stagesOf(events, prefix) {
  return events
    .filter((event) => event["concept:name"].startsWith(prefix) && event["lifecycle:transition"] === "COMPLETE")
    .map((event) => ({ stage: event["concept:name"], by: event["org:resource"] ?? "system", at: new Date(event["time:timestamp"]).toISOString() }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
