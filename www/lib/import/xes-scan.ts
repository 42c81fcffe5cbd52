/**
 * A first look at an XES log, in one pass: how much there is, which names occur and how, in what order. It keeps what a
 * definition for any choice of stages can be derived from, and nothing of any single trace.
 */
import { textOf, type ImportSource, type SourceOptions } from "./source.js";
import { timeReader, type TimeOptions } from "./time.js";
import { XesReader, type XesEvent, type XesTrace } from "./xes-log.js";

export interface XesName {
  /** `concept:name` of events. */
  name: string;
  events: number;
  /** Events by lifecycle, in lower case ("schedule", "start", "complete" …). */
  lifecycles: Record<string, number>;
  /** Traces in which it is completed. */
  traces: number;
  /** Whether a trace completes it more than once. */
  repeats: boolean;
}

/** Plain data: it can be kept, or posted from a worker. */
export interface XesScan {
  traces: number;
  events: number;
  /** In order of appearance. */
  names: XesName[];
  /** Events by `org:resource`, most first. */
  resources: { id: string; events: number }[];
  /** Events without one. */
  withoutResource: number;
  /** The first and the last readable time, as the file has them in RFC 3339. */
  from?: string;
  to?: string;
  timesUnread: number;
  /** Events outside any trace. */
  strayEvents: number;
  /** Which names were completed one after the other (places in `names`, immediate repetitions left out), and in how many traces. */
  paths: { steps: number[]; traces: number }[];
  /** Traces whose path is not in `paths`, because there are too many different ones. */
  pathsLeftOut: number;
  /** A proposal: names that are only ever completed, at most once a trace, of the prefix ("A_") that occurs in most traces. */
  suggested: { stages: string[] };
}

export interface XesScanOptions extends SourceOptions, Pick<TimeOptions, "timeZone"> {}

/** Steps of all paths together: 8 MB or so. A log of a million different traces must not fill the memory. */
const MOST_STEPS = 4_000_000;

/** Reads an XES log once, in memory that depends on how many different names and paths it has, and tells what is in it. */
export async function scanXes(source: ImportSource, options: XesScanOptions = {}): Promise<XesScan> {
  const reader = new XesReader(timeReader(options));
  const scan = new Scan();
  for await (const text of textOf(source, options)) {
    for (const trace of reader.write(text)) scan.add(trace);
  }
  reader.end();
  return scan.result(reader.strayEvents);
}

interface NameCount {
  readonly place: number;
  readonly lifecycles: Map<string, number>;
  events: number;
  traces: number;
  repeats: boolean;
  /** The trace that completed it last. */
  lastTrace: number;
}

class Scan {
  readonly #names = new Map<string, NameCount>();
  readonly #resources = new Map<string, number>();
  /** By the steps as text, one character a step. */
  readonly #paths = new Map<string, number>();
  #steps = 0;
  #pathsLeftOut = 0;
  #traces = 0;
  #events = 0;
  #withoutResource = 0;
  #timesUnread = 0;
  #from: XesEvent | undefined;
  #to: XesEvent | undefined;

  add(trace: XesTrace): void {
    this.#traces += 1;
    this.#events += trace.events.length;
    let path = "";
    let last = -1;
    for (const event of trace.events) {
      this.#who(event.resource);
      this.#when(event);
      const name = this.#name(event);
      if (event.lifecycle !== "complete") continue;
      name.repeats ||= name.lastTrace === this.#traces;
      if (name.lastTrace !== this.#traces) name.traces += 1;
      name.lastTrace = this.#traces;
      if (name.place !== last) path += String.fromCharCode(name.place);
      last = name.place;
    }
    this.#path(path);
  }

  #who(resource: string | undefined): void {
    if (resource === undefined) this.#withoutResource += 1;
    else this.#resources.set(resource, (this.#resources.get(resource) ?? 0) + 1);
  }

  #when(event: XesEvent): void {
    if (Number.isNaN(event.ms)) this.#timesUnread += 1;
    else {
      if (this.#from === undefined || event.ms < this.#from.ms) this.#from = event;
      if (this.#to === undefined || event.ms > this.#to.ms) this.#to = event;
    }
  }

  #name({ name, lifecycle }: XesEvent): NameCount {
    let found = this.#names.get(name);
    if (found === undefined) {
      found = { place: this.#names.size, lifecycles: new Map(), events: 0, traces: 0, repeats: false, lastTrace: 0 };
      this.#names.set(name, found);
    }
    found.events += 1;
    found.lifecycles.set(lifecycle, (found.lifecycles.get(lifecycle) ?? 0) + 1);
    return found;
  }

  #path(path: string): void {
    const traces = this.#paths.get(path);
    if (traces !== undefined) this.#paths.set(path, traces + 1);
    // A step is one UTF-16 unit: of a log with more names than those, no path is kept that could be mistaken.
    else if (this.#steps + path.length > MOST_STEPS || this.#names.size > 0xffff) this.#pathsLeftOut += 1;
    else {
      this.#paths.set(path, 1);
      this.#steps += path.length + 16;
    }
  }

  result(strayEvents: number): XesScan {
    const names = [...this.#names].map(([name, { events, lifecycles, traces, repeats }]): XesName =>
      ({ name, events, lifecycles: Object.fromEntries(lifecycles), traces, repeats }));
    const resources = [...this.#resources].map(([id, events]) => ({ id, events })).sort((a, b) => b.events - a.events);
    return {
      traces: this.#traces,
      events: this.#events,
      names,
      resources,
      withoutResource: this.#withoutResource,
      ...(this.#from && { from: this.#from.at }),
      ...(this.#to && { to: this.#to.at }),
      timesUnread: this.#timesUnread,
      strayEvents,
      paths: [...this.#paths].map(([steps, traces]) => ({ steps: Array.from(steps.split(""), (step) => step.charCodeAt(0)), traces })),
      pathsLeftOut: this.#pathsLeftOut,
      suggested: { stages: suggest(names) },
    };
  }
}

/** Stages are reached once and take no time; names of one kind share what stands before their first "_", ":", "-" or ".". */
function suggest(names: readonly XesName[]): string[] {
  const groups = new Map<string, XesName[]>();
  for (const name of names) {
    const prefix = /^[^_:.-]{1,12}[_:.-]/.exec(name.name)?.[0] ?? "";
    const group = groups.get(prefix);
    if (group) group.push(name);
    else groups.set(prefix, [name]);
  }
  const fit = ({ lifecycles, repeats }: XesName) => !repeats && Object.keys(lifecycles).join() === "complete";
  const most = (group: readonly XesName[]) => Math.max(0, ...group.map(({ traces }) => traces));
  const whole = [...groups.values()].filter((group) => group.length > 1 && group.every(fit)).sort((a, b) => most(b) - most(a));
  return (whole[0] ?? names.filter(fit)).map(({ name }) => name);
}
