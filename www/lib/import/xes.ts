/**
 * An event log in XES as rows of history: one trace is one contact, one event one row (or what the caller's mapping makes of
 * it). Streams trace by trace. It decides what an event means, and counts every decision; it checks nothing against a workflow.
 */
import { idOf } from "./ids.js";
import { count, OpenPlans } from "./order.js";
import type { ImportRow } from "./rows.js";
import { textOf, type ImportSource, type SourceOptions } from "./source.js";
import { timeReader, type TimeOptions, type TimeReader } from "./time.js";
import { XesReader, type XesAttributes, type XesEvent, type XesTrace, type XesValue } from "./xes-log.js";

type Kind = ImportRow["kind"];

/** What a mapping says of an event; the rest (`contact`, `at`, `by`, `byName`, `id`) is filled in where it does not. A "complete" with a `type` and no `ref` closes the oldest open "pending" of that type, or becomes a "log" where there is none. */
export type RowPart = Partial<ImportRow> & { kind: Kind };
export type NameChoice = readonly string[] | ((name: string) => boolean);

export interface XesOptions extends SourceOptions, Pick<TimeOptions, "timeZone"> {
  /** The event names (`concept:name`) that are stage changes, once complete. Default: none. */
  stages?: NameChoice;
  /** Replaces the mapping for the events it has an answer for: undefined leaves the event to the default mapping, [] leaves it out (counted as `leftOut`). */
  map?: (event: XesEvent, trace: XesTrace) => RowPart | readonly RowPart[] | undefined;
  /** Replaces parts of a trace's contact row; with `contact` its id. Without one the id is the trace's `concept:name`. */
  contact?: (trace: XesTrace) => Partial<Omit<ImportRow, "kind" | "id">> | undefined;
  /** The people's names by `org:resource`. Default: the resource itself. */
  name?: (resource: string) => string | undefined;
  /** Who did what names nobody. Default "system". */
  system?: string;
  /** The workflow definition of the stage rows, where the book has more than one. */
  definition?: string;
  /** The words of the comment for an event that is neither planned nor performed nor a stage change. Default "Work began: <name>" for "start", "Work suspended: …" and so on. */
  comment?: (event: XesEvent) => string;
}

/** What went where, so far: complete when the iteration has ended. */
export interface XesSummary {
  traces: number;
  events: number;
  rows: number;
  /** Rows by kind. */
  kinds: Partial<Record<Kind, number>>;
  /** By lifecycle of the events: the rows they became, by kind. */
  lifecycles: Record<string, Partial<Record<Kind, number>>>;
  /** Performed activities that no open planned one precedes: they are "log" rows. */
  completedUnplanned: number;
  /** Events for which `map` gave []. */
  leftOut: number;
  /** Events whose time can't be read: their rows are passed on as they are, and will be rejected. */
  timesUnread: number;
  /** Events outside any trace: they have no contact, so no row. */
  strayEvents: number;
  /** Traces whose contact id another one had before: "#2", "#3" … was added. */
  renamed: number;
}

export interface XesRows extends AsyncIterable<ImportRow> {
  /** Of the iteration that was begun last. */
  readonly summary: XesSummary;
}

/**
 * The rows of an XES log, contact by contact, each contact's in order of time, in memory for one trace at a time.
 *
 * - A trace gives first a "contact" row, dated as its first event: `set.name` is its `concept:name`, its attributes are `fields`
 *   (those called name, email, phone and company are the contact's own; a nested one is called "outer.inner").
 * - An event gives one row. By lifecycle: "complete" (or none) of a name that `stages` chooses is a "stage"; "schedule" is a
 *   "pending"; "complete" is a "complete" that closes the oldest open pending activity of its name, or a "log" where none is
 *   open; whatever else ("start", "suspend" …) is a "comment" that says so. Its further attributes are kept as words in
 *   `description`, of a comment in `text`, of a stage change in `reason`.
 * - Stage and activity type ids are the names, as `definitionFromXes` has them. `org:resource` is `by`.
 * - Each row's `id` is "<trace>/<place of the event in its trace, from 1>" ("173688/4"; the contact row's is 0), the same in
 *   every run, so an import that broke off can be run again.
 *
 * ```ts
 * const rows = fromXes(file, { stages: (name) => name.startsWith("A_") });
 * await book.audit.importHistory(rows);
 * console.log(rows.summary.kinds);
 * ```
 * Iterating throws an ImportError where the source can't be read on; the rows before it are good.
 */
export function fromXes(source: ImportSource, options: XesOptions = {}): XesRows {
  let summary = emptySummary();
  return {
    get summary() {
      return summary;
    },
    [Symbol.asyncIterator]() {
      summary = emptySummary();
      return rowsOf(source, options, summary);
    },
  };
}

async function* rowsOf(source: ImportSource, options: XesOptions, summary: XesSummary): AsyncGenerator<ImportRow, void, undefined> {
  const time = timeReader(options);
  const reader = new XesReader(time);
  const converter = new Converter(options, time, summary);
  for await (const text of textOf(source, options)) {
    for (const trace of reader.write(text)) {
      for (const row of converter.convert(trace)) yield row;
    }
    summary.strayEvents = reader.strayEvents;
  }
  reader.end();
}

function emptySummary(): XesSummary {
  // A lifecycle is any text the file holds, "__proto__" too.
  const lifecycles: XesSummary["lifecycles"] = Object.create(null);
  return { traces: 0, events: 0, rows: 0, kinds: {}, lifecycles, completedUnplanned: 0, leftOut: 0, timesUnread: 0, strayEvents: 0, renamed: 0 };
}

class Converter {
  readonly #options: XesOptions;
  readonly #time: TimeReader;
  readonly #summary: XesSummary;
  readonly #chosen: (name: string) => boolean;
  /** How many traces had a contact id so far. */
  readonly #seen = new Map<string, number>();

  constructor(options: XesOptions, time: TimeReader, summary: XesSummary) {
    this.#options = options;
    this.#time = time;
    this.#summary = summary;
    this.#chosen = chooser(options.stages);
  }

  convert(trace: XesTrace): ImportRow[] {
    const own = this.#options.contact?.(trace);
    const contact = this.#free(own?.contact ?? (trace.name === "" ? `trace ${trace.index}` : trace.name));
    const rows = [{ ...this.#contactRow(trace, contact), ...own, contact }];
    const plans = new OpenPlans();
    for (const event of trace.events) this.#eventRows(event, trace, contact, plans, rows);
    this.#summary.traces += 1;
    this.#summary.events += trace.events.length;
    this.#summary.rows += rows.length;
    count(this.#summary.kinds, "contact");
    return rows;
  }

  /** Room is left for the row ids, which begin with the contact's. */
  #free(name: string): string {
    const id = idOf(name, 100);
    const seen = this.#seen.get(id) ?? 0;
    this.#seen.set(id, seen + 1);
    if (seen === 0) return id;
    this.#summary.renamed += 1;
    return this.#free(`${id}#${seen + 1}`);
  }

  #contactRow(trace: XesTrace, contact: string): ImportRow {
    const first = trace.events[0];
    const { by, byName } = this.#who(first?.resource);
    const at = trace.events.find(({ ms }) => !Number.isNaN(ms))?.at ?? first?.at ?? this.#anyTime(trace.attributes);
    const name = trace.name === "" ? contact : trace.name;
    return { contact, at, by, byName, id: `${contact}/0`, kind: "contact", set: contactData(name, trace.attributes) };
  }

  /** A trace without events is dated by its own attributes, as they come. */
  #anyTime(attributes: XesAttributes): string {
    const texts = Object.values(attributes).filter((value) => typeof value === "string");
    return texts.map(this.#time).find(({ ms }) => !Number.isNaN(ms))?.text ?? "";
  }

  #who(resource: string | undefined): { by: string; byName: string } {
    const system = this.#options.system ?? "system";
    if (resource === undefined) return { by: system, byName: system };
    return { by: idOf(resource), byName: this.#options.name?.(resource) ?? resource };
  }

  #eventRows(event: XesEvent, trace: XesTrace, contact: string, plans: OpenPlans, rows: ImportRow[]): void {
    const id = `${contact}/${event.index}`;
    const own = this.#options.map?.(event, trace);
    const parts = own === undefined ? [this.#usual(event)] : Array.isArray(own) ? (own as readonly RowPart[]) : [own as RowPart];
    if (parts.length === 0) this.#summary.leftOut += 1;
    if (Number.isNaN(event.ms)) this.#summary.timesUnread += 1;
    const { by, byName } = this.#who(event.resource);
    const kinds = (this.#summary.lifecycles[event.lifecycle] ??= {});
    for (let at = 0; at < parts.length; at += 1) {
      const row: ImportRow = { contact, at: event.at, by, byName, id: at === 0 ? id : `${id}.${at}`, ...parts[at]! };
      if (plans.link(row)) this.#summary.completedUnplanned += 1;
      count(kinds, row.kind);
      count(this.#summary.kinds, row.kind);
      rows.push(row);
    }
  }

  #usual(event: XesEvent): RowPart {
    const more = words(event.attributes);
    const { lifecycle } = event;
    if (this.#chosen(event.name)) {
      if (lifecycle !== "complete") return this.#comment(event, more);
      const { definition } = this.#options;
      return { kind: "stage", stage: nameId(event.name), ...(definition !== undefined && { definition }), ...(more !== undefined && { reason: more }) };
    }
    if (lifecycle !== "schedule" && lifecycle !== "complete") return this.#comment(event, more);
    const kind = lifecycle === "schedule" ? "pending" : "complete";
    return more === undefined ? { kind, type: nameId(event.name) } : { kind, type: nameId(event.name), description: more };
  }

  #comment(event: XesEvent, more: string | undefined): RowPart {
    const text = this.#options.comment?.(event) ?? defaultComment(event);
    return { kind: "comment", text: more === undefined ? text : `${text} (${more})` };
  }
}

/** The id of the stage or activity type that events of a name stand for. */
export function nameId(name: string): string {
  // "*" would mean every stage where a transition names what it comes from.
  return name === "" ? "unnamed" : name === "*" ? "(*)" : idOf(name);
}

export function chooser(stages: NameChoice | undefined): (name: string) => boolean {
  if (typeof stages === "function") return stages;
  const names = new Set(stages);
  return (name) => names.has(name);
}

const BEGINNINGS: Readonly<Record<string, string>> = {
  schedule: "Work planned",
  assign: "Work assigned",
  reassign: "Work reassigned",
  start: "Work began",
  suspend: "Work suspended",
  resume: "Work resumed",
  withdraw: "Work withdrawn",
  abort_activity: "Work aborted",
  ate_abort: "Work aborted",
  abort_case: "Case aborted",
  pi_abort: "Case aborted",
  autoskip: "Work skipped",
  manualskip: "Work skipped",
};

function defaultComment({ name, lifecycle }: XesEvent): string {
  const beginning = Object.hasOwn(BEGINNINGS, lifecycle) ? BEGINNINGS[lifecycle]! : lifecycle;
  return name === "" ? beginning : `${beginning}: ${name}`;
}

function words(attributes: XesAttributes): string | undefined {
  let text: string | undefined;
  for (const key in attributes) text = `${text === undefined ? "" : `${text}, `}${key}: ${attributes[key]}`;
  return text;
}

const OWN: Readonly<Record<string, (text: string) => boolean>> = {
  name: (text) => text.trim() !== "",
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  phone: (text) => text.trim() !== "",
  company: (text) => text.trim() !== "",
};

/** The contact's own four are taken where they fit; a field can't be called like one of them, so what does not fit gets a "_". */
function contactData(name: string, attributes: XesAttributes): NonNullable<ImportRow["set"]> {
  const own: [string, string][] = [["name", name]];
  const fields: [string, XesValue][] = [];
  for (const key in attributes) {
    const value = attributes[key]!;
    if (!Object.hasOwn(OWN, key)) fields.push([idOf(key), value]);
    else if (OWN[key]!(String(value))) own.push([key, String(value)]);
    else fields.push([`${key}_`, value]);
  }
  // fromEntries, since a key may be "__proto__".
  return { ...Object.fromEntries(own), ...(fields.length > 0 && { fields: Object.fromEntries(fields) }) };
}
