/**
 * A CSV file with a column mapping as rows of history, contact by contact and each in order of time. It decides what kind of row a
 * record is; whether that row fits a workflow is not known here.
 */
import { CsvMapping, namedColumns, type CsvCells, type CsvColumns, type CsvField, type CsvValue, type CsvValues } from "./csv-columns.js";
import type { CsvRecord } from "./csv-reader.js";
import { openTable, type TableOptions } from "./csv-table.js";
import { ImportError } from "./errors.js";
import { hash, idOf } from "./ids.js";
import { count, OpenPlans, ordered } from "./order.js";
import type { ImportRow } from "./rows.js";
import type { ImportSource } from "./source.js";
import { dayOrTime, timeReader, type TimeOptions, type TimeReader } from "./time.js";

type Kind = ImportRow["kind"];

export interface CsvOptions extends TableOptions, TimeOptions {
  /** Default: columns called like the fields ("contact", "at", "stage", "set.name" …; "name", "email", "phone", "company" will do). */
  columns?: CsvColumns;
  /** What an empty cell, or a field without a column, stands for. `by` is "system" where nothing says otherwise. */
  defaults?: Partial<Record<CsvField, string | number | boolean>>;
  /** Translates the words of the kind column, or finds the kind without one. Undefined: as if there were none of this. */
  kindFrom?: (word: string, record: CsvCells) => Kind | undefined;
  /** The records of each contact stand together: rows are given contact by contact while the file is read, instead of after. */
  grouped?: boolean;
  /** The file lists what is newer first: records of one time are taken from the bottom up. */
  newestFirst?: boolean;
  /** Told of each record that can't be taken (`record`: place in the file, the header being 1); it is left out. Without this, the first one ends the iteration with an ImportError. */
  onProblem?: (record: number, message: string) => void;
}

export interface CsvSummary {
  /** Records behind the header. */
  records: number;
  contacts: number;
  rows: number;
  kinds: Partial<Record<Kind, number>>;
  /** Performed activities that no open planned one precedes: they are "log" rows. */
  completedUnplanned: number;
  /** Rows whose time can't be read: they are passed on as they are, and will be rejected. */
  timesUnread: number;
  /** Records told to `onProblem`. */
  problems: number;
}

export interface CsvRows extends AsyncIterable<ImportRow> {
  /** Of the iteration that was begun last. */
  readonly summary: CsvSummary;
}

/** What a look at the beginning of a file tells, for a dialog that asks for the mapping. */
export interface CsvScan {
  delimiter: string;
  columns: readonly string[];
  /** The first records' cells. */
  sample: readonly (readonly string[])[];
  /** The columns whose names say what they are. */
  suggested: CsvColumns;
}

/** Reads the header and the first records (default 5), and no more of the file than that takes. */
export async function scanCsv(source: ImportSource, options: TableOptions & { records?: number } = {}): Promise<CsvScan> {
  const { delimiter, columns, records, close } = await openTable(source, options);
  const wanted = options.records ?? 5;
  const sample: (readonly string[])[] = [];
  try {
    for await (const some of records) {
      sample.push(...some.slice(0, wanted - sample.length).map(({ cells }) => cells));
      if (sample.length >= wanted) break;
    }
  } finally {
    await close();
  }
  return { delimiter, columns, sample, suggested: namedColumns(columns) };
}

/**
 * The rows of a CSV file whose first record is the header. Files come in any order, so the whole file is gathered first, in memory that
 * grows with it; with `grouped` only one contact at a time is.
 *
 * - Each contact gives first a "contact" row, dated as its earliest record: `set` holds the latest cell that is not empty of every
 *   "set." column; a name that no column gives is the contact's id.
 * - A record with a kind gives one row of that kind; an unknown kind is passed on, to be rejected. A record without one gives a row for
 *   each thing it speaks of: `stage` a "stage", `ref` a "complete", `type` a "log", `text` a "comment". One that speaks of none is about
 *   the contact alone.
 * - A "complete" without `ref` closes the oldest open "pending" of its type, or is a "log" where there is none.
 * - `id` is the file's. Where it has none, it is made of what the row says, so that a later export with more rows brings only those.
 * - Cells are taken without the spaces around them. Times become RFC 3339 where that is sure (`timeZone`, `dayOrder`).
 *
 * ```ts
 * const rows = fromCsv(file, {
 *   columns: { contact: "Customer", at: "Date", by: "Operator", stage: "New status", text: "Note", "set.email": "E-mail" },
 *   timeZone: "Europe/Rome", dayOrder: "dmy",
 * });
 * await book.audit.importHistory(rows);
 * ```
 */
export function fromCsv(source: ImportSource, options: CsvOptions = {}): CsvRows {
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

function emptySummary(): CsvSummary {
  return { records: 0, contacts: 0, rows: 0, kinds: {}, completedUnplanned: 0, timesUnread: 0, problems: 0 };
}

async function* rowsOf(source: ImportSource, options: CsvOptions, summary: CsvSummary): AsyncGenerator<ImportRow, void, undefined> {
  const table = await openTable(source, options);
  try {
    const converter = new Converter(table.columns, options, summary);
    for await (const records of table.records) {
      for (const record of records) {
        const group = converter.add(record);
        if (group) yield* converter.convert(group);
      }
    }
    for (const group of converter.rest()) yield* converter.convert(group);
  } finally {
    await table.close();
  }
}

interface Line { readonly values: CsvValues; readonly kinds: readonly Kind[]; readonly ms: number; readonly at: string }
interface Group { readonly contact: string; readonly lines: Line[] }

class Converter {
  readonly #mapping: CsvMapping;
  readonly #options: CsvOptions;
  readonly #time: TimeReader;
  readonly #summary: CsvSummary;
  readonly #groups = new Map<string, Group>();
  readonly #finished = new Set<string>();
  /** The record that had an id first. */
  readonly #ids = new Map<string, number>();

  constructor(header: readonly string[], options: CsvOptions, summary: CsvSummary) {
    this.#mapping = new CsvMapping(header, options.columns ?? namedColumns(header), options.defaults ?? {});
    this.#options = options;
    this.#time = timeReader(options);
    this.#summary = summary;
  }

  /** Takes a record; gives the contact that is complete because of it, if the file is grouped. */
  add(record: CsvRecord): Group | undefined {
    this.#summary.records += 1;
    const values = this.#mapping.values(record);
    const contact = textIn(values.contact) ?? "";
    const problem = this.#problem(record, contact);
    if (problem !== undefined) {
      this.#report(record.number, problem);
      return undefined;
    }
    const complete = this.#options.grouped ? this.#left(contact) : undefined;
    if (this.#isNew(textIn(values.id), record.number)) this.#group(contact).lines.push(this.#line(record, values));
    return complete;
  }

  /** The contacts that are not given yet. */
  *rest(): Generator<Group> {
    for (const group of this.#groups.values()) {
      this.#groups.delete(group.contact);
      yield group;
    }
  }

  #group(contact: string): Group {
    let group = this.#groups.get(contact);
    if (group === undefined) this.#groups.set(contact, (group = { contact, lines: [] }));
    return group;
  }

  /** Of a grouped file: the contact before, if this is another one. */
  #left(contact: string): Group | undefined {
    if (this.#groups.has(contact)) return undefined;
    const [group] = this.rest();
    if (group === undefined) return undefined;
    this.#ids.clear();
    this.#finished.add(group.contact);
    return group;
  }

  #problem(record: CsvRecord, contact: string): string | undefined {
    if (record.fault !== undefined) return record.fault;
    if (this.#mapping.tooMany(record)) return "it has more cells than the header";
    if (contact === "") return "it names no contact";
    return this.#finished.has(contact) ? `the records of ${contact} do not stand together` : undefined;
  }

  /** An id that stands twice would make importHistory skip the second row as known. */
  #isNew(id: string | undefined, record: number): boolean {
    if (id === undefined) return true;
    const first = this.#ids.get(id);
    if (first === undefined) this.#ids.set(id, record);
    else this.#report(record, `its id ${id} is that of record ${first}`);
    return first === undefined;
  }

  #report(record: number, message: string): void {
    if (!this.#options.onProblem) throw new ImportError("csv", `Record ${record}: ${message}.`);
    this.#summary.problems += 1;
    this.#options.onProblem(record, message);
  }

  #line(record: CsvRecord, values: CsvValues): Line {
    const { text, ms } = this.#time(textIn(values.at) ?? "");
    return { values, kinds: this.#kinds(record, values), at: text, ms };
  }

  #kinds(record: CsvRecord, values: CsvValues): readonly Kind[] {
    const word = textIn(values.kind) ?? "";
    const told = this.#options.kindFrom?.(word, this.#mapping.cells(record)) ?? word;
    // A kind that does not exist is for importHistory to reject, as is "" below: there is no saying what such a record is.
    if (told !== "") return [told as Kind];
    const kinds: Kind[] = [];
    if (values.stage !== undefined) kinds.push("stage");
    if (values.ref !== undefined) kinds.push("complete");
    else if (values.type !== undefined) kinds.push("log");
    if (values.text !== undefined) kinds.push("comment");
    const says = values.description ?? values.outcome ?? values.reason ?? values.due;
    return kinds.length === 0 && says !== undefined ? ["" as Kind] : kinds;
  }

  convert({ contact, lines }: Group): ImportRow[] {
    const inOrder = ordered(this.#options.newestFirst ? lines.toReversed() : lines, ({ ms }) => ms);
    const rows = [this.#contactRow(contact, inOrder)];
    const plans = new OpenPlans();
    const made = new Map<string, number>();
    for (const line of inOrder) {
      for (const row of this.#rows(contact, line)) {
        row.id ??= madeId(row, made);
        if (plans.link(row)) this.#summary.completedUnplanned += 1;
        rows.push(row);
      }
    }
    this.#summary.contacts += 1;
    this.#summary.rows += rows.length;
    for (const { kind } of rows) count(this.#summary.kinds, kind);
    return rows;
  }

  #contactRow(contact: string, lines: readonly Line[]): ImportRow {
    const earliest = lines.find(({ ms }) => !Number.isNaN(ms)) ?? lines[0]!;
    const own = lines.find(({ kinds }) => kinds.includes("contact"));
    const by = this.#who((own ?? earliest).values);
    const id = textIn(own?.values.id) ?? `${idOf(contact, 100)}/contact`;
    return { contact, at: earliest.at, ...by, id, kind: "contact", set: this.#contactData(contact, lines) };
  }

  #contactData(contact: string, lines: readonly Line[]): NonNullable<ImportRow["set"]> {
    const own: Record<string, string> = { name: contact };
    const fields: [string, string | number | boolean][] = [];
    for (const field of this.#mapping.setFields) {
      const value = lines.findLast(({ values }) => values[field] !== undefined)?.values[field];
      const key = field.slice(4);
      if (value === undefined) continue;
      if (["name", "email", "phone", "company"].includes(key)) own[key] = String(value);
      else fields.push([key, value]);
    }
    // fromEntries, since a header may be "__proto__".
    return { name: contact, ...own, ...(fields.length > 0 && { fields: Object.fromEntries(fields) }) };
  }

  #who(values: CsvValues): Pick<ImportRow, "by" | "byName"> {
    const byName = textIn(values.byName);
    return { by: textIn(values.by) ?? "system", ...(byName !== undefined && { byName }) };
  }

  #rows(contact: string, { values, kinds, at, ms }: Line): ImportRow[] {
    const about = kinds.filter((kind) => kind !== "contact");
    if (Number.isNaN(ms)) this.#summary.timesUnread += about.length;
    const id = textIn(values.id);
    return about.map((kind, place) => {
      const row: ImportRow = { contact, at, ...this.#who(values), kind };
      if (id !== undefined) row.id = place === 0 ? id : `${id}/${kind}`;
      for (const part of PARTS) if (placeOf(part, about) === place) this.#fill(row, part, values[part]);
      return row;
    });
  }

  #fill(row: ImportRow, part: Part, value: CsvValue): void {
    const text = textIn(value);
    if (text !== undefined) row[part] = part === "due" ? dayOrTime(text, this.#time, this.#options) : text;
  }
}

const PARTS = ["definition", "stage", "reason", "type", "ref", "description", "outcome", "due", "assignee", "text"] as const satisfies readonly CsvField[];
type Part = (typeof PARTS)[number];
const PARTS_OF: Partial<Record<Kind, readonly Part[]>> = {
  stage: ["definition", "stage", "reason"],
  complete: ["type", "ref", "description", "outcome"],
  log: ["type", "description", "outcome", "due", "assignee"],
  comment: ["text"],
};

/** Which of a record's rows a cell goes to; what belongs to none of them goes to the first, so that nothing is lost. */
function placeOf(part: Part, kinds: readonly Kind[]): number {
  return Math.max(0, kinds.findIndex((kind) => PARTS_OF[kind]?.includes(part)));
}

function textIn(value: CsvValue): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** The same for the same row in every export; rows that say the same are told apart by their number. */
function madeId(row: ImportRow, made: Map<string, number>): string {
  const id = `${idOf(row.contact, 100)}/${hash(JSON.stringify(row))}`;
  const nth = (made.get(id) ?? 0) + 1;
  made.set(id, nth);
  return nth === 1 ? id : `${id}.${nth}`;
}
