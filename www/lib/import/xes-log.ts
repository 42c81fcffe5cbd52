/**
 * XES (IEEE 1849) as traces: XML elements go in, whole traces with their events in order of time come out, one at a time. What
 * a trace means for a contact is not known here.
 */
import { ImportError } from "./errors.js";
import { ordered } from "./order.js";
import type { TimeReader } from "./time.js";
import { XmlReader, type XmlHandler } from "./xml.js";

export type XesValue = string | number | boolean;
/** By key; of an attribute inside another `outer.inner`; the second of one name in one place `key#2`. Has no prototype. */
export type XesAttributes = Record<string, XesValue>;

export interface XesEvent {
  /** Place in its trace as the file has it, from 1. */
  readonly index: number;
  /** `concept:name`, empty where the event has none. */
  readonly name: string;
  /** `lifecycle:transition` in lower case; "complete" where the event has none, as is the custom. */
  readonly lifecycle: string;
  /** `org:resource`, if it says anything. */
  readonly resource: string | undefined;
  /** `time:timestamp` as RFC 3339, or the text as it was if it is no time, empty where there is none. */
  readonly at: string;
  /** Epoch milliseconds of `at`, NaN if it is no time. */
  readonly ms: number;
  /** What it says besides these. */
  readonly attributes: XesAttributes;
}

export interface XesTrace {
  /** Place in the log, from 1. */
  readonly index: number;
  /** `concept:name`, empty where the trace has none. */
  readonly name: string;
  readonly attributes: XesAttributes;
  /** In order of time; of one time as in the file. An event whose time can't be read stays behind the one before it. */
  readonly events: readonly XesEvent[];
}

type Draft = { -readonly [K in keyof XesEvent]: XesEvent[K] };
type Holder = "log" | "trace" | "event" | "other";

const NOTHING: XesAttributes = Object.freeze(Object.create(null) as XesAttributes);

export class XesReader implements XmlHandler {
  /** Events that stand in no trace. */
  strayEvents = 0;
  readonly #xml = new XmlReader(this);
  readonly #time: TimeReader;
  readonly #holders: Holder[] = [];
  /** Prefixes of attributes around the present place, inside the present holder. */
  readonly #prefixes: string[] = [];
  #done: XesTrace[] = [];
  #traces = 0;
  #events: XesEvent[] = [];
  #traceName = "";
  #traceAttributes = NOTHING;
  #event: Draft = newEvent(0);

  constructor(time: TimeReader) {
    this.#time = time;
  }

  /** Takes a piece of the file, cut anywhere, and gives the traces that became whole with it. */
  write(text: string): XesTrace[] {
    this.#done = [];
    this.#xml.write(text);
    return this.#done;
  }

  /** Says that there is no more: a file cut short is an error. */
  end(): void {
    this.#xml.end();
  }

  open(element: string, attributes: readonly string[]): void {
    const name = local(element);
    const holder = this.#holders.at(-1);
    if (holder === undefined && name !== "log") throw new ImportError("xml", `This is no XES log: its root element is <${name}>.`);
    if (this.#prefixes.length > 0) this.#attribute(name, attributes);
    else if (name === "event" && (holder === "trace" || holder === "log")) this.#openEvent(holder);
    else if (name === "trace" && holder === "log") this.#openTrace();
    else if (holder === "event" || holder === "trace") this.#attribute(name, attributes);
    else this.#holders.push(holder === undefined ? "log" : "other");
  }

  close(): void {
    if (this.#prefixes.length > 0) {
      this.#prefixes.pop();
      return;
    }
    const holder = this.#holders.pop();
    if (holder === "event") this.#closeEvent();
    else if (holder === "trace") this.#closeTrace();
  }

  #openEvent(holder: Holder): void {
    this.#holders.push("event");
    this.#event = newEvent(holder === "trace" ? this.#events.length + 1 : 0);
  }

  #closeEvent(): void {
    if (this.#event.lifecycle === "") this.#event.lifecycle = "complete";
    if (this.#holders.at(-1) === "trace") this.#events.push(this.#event);
    else this.strayEvents += 1;
  }

  #openTrace(): void {
    this.#holders.push("trace");
    this.#events = [];
    this.#traceName = "";
    this.#traceAttributes = NOTHING;
  }

  #closeTrace(): void {
    this.#traces += 1;
    this.#done.push({ index: this.#traces, name: this.#traceName, attributes: this.#traceAttributes, events: ordered(this.#events, (event) => event.ms) });
  }

  /** An element inside a trace or event: an attribute, or a mere wrapper as the `<values>` of a list. */
  #attribute(type: string, pairs: readonly string[]): void {
    let key = "";
    let value: string | undefined;
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] === "key") key = pairs[at + 1]!;
      else if (pairs[at] === "value") value = pairs[at + 1];
    }
    const outer = this.#prefixes.length === 0 ? "" : this.#prefixes[this.#prefixes.length - 1]!;
    if (key === "" && value !== undefined) key = type;
    this.#prefixes.push(key === "" ? outer : `${outer}${key}.`);
    if (value === undefined) return;
    if (this.#holders[this.#holders.length - 1] === "event") this.#ofEvent(outer + key, type, value);
    else this.#ofTrace(outer + key, type, value);
  }

  #ofEvent(key: string, type: string, value: string): void {
    const event = this.#event;
    if (key === "concept:name" && event.name === "") event.name = value;
    else if (key === "lifecycle:transition" && event.lifecycle === "") event.lifecycle = value.trim().toLowerCase();
    else if (key === "org:resource" && event.resource === undefined) event.resource = value.trim() === "" ? undefined : value;
    else if (key === "time:timestamp" && event.at === "") ({ text: event.at, ms: event.ms } = this.#time(value));
    else event.attributes = kept(event.attributes, key, this.#value(type, value));
  }

  #ofTrace(key: string, type: string, value: string): void {
    if (key === "concept:name" && this.#traceName === "") this.#traceName = value;
    else this.#traceAttributes = kept(this.#traceAttributes, key, this.#value(type, value));
  }

  /** A number only where JSON carries it exactly; else the text. */
  #value(type: string, text: string): XesValue {
    if (type === "date") return this.#time(text).text;
    if (type === "boolean") return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
    if (type !== "int" && type !== "float") return text;
    const number = text.trim() === "" ? NaN : Number(text);
    return type === "int" ? (Number.isSafeInteger(number) ? number : text) : Number.isFinite(number) ? number : text;
  }
}

function newEvent(index: number): Draft {
  return { index, name: "", lifecycle: "", resource: undefined, at: "", ms: NaN, attributes: NOTHING };
}

function local(element: string): string {
  const colon = element.indexOf(":");
  return colon < 0 ? element : element.slice(colon + 1);
}

function kept(attributes: XesAttributes, key: string, value: XesValue): XesAttributes {
  const all = attributes === NOTHING ? (Object.create(null) as XesAttributes) : attributes;
  let free = key;
  for (let nth = 2; free in all; nth += 1) free = `${key}#${nth}`;
  all[free] = value;
  return all;
}
