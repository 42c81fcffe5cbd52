/**
 * Which column of a CSV file fills which part of a row: the mapping a host gives, or the one the header itself names. It reads
 * cells and judges none.
 */
import type { CsvRecord } from "./csv-reader.js";
import { ImportError } from "./errors.js";
import type { ImportRow } from "./rows.js";

/** "set.name", "set.email", "set.phone", "set.company" are the contact's own, any other "set.x" is its field x. */
export type CsvField = Exclude<keyof ImportRow, "set"> | `set.${string}`;
export type CsvValue = string | number | boolean | null | undefined;
/** A column by its header (first as it stands, then whatever its case), by its place from 0, or a function of the whole record. */
export type CsvColumn = string | number | ((record: CsvCells) => CsvValue);
export type CsvColumns = Partial<Record<CsvField, CsvColumn>>;

/** One record, for functions in a mapping. */
export interface CsvCells {
  /** Place in the file, the header being 1: the row of a spreadsheet, where no line is empty. */
  readonly number: number;
  /** A cell without the spaces around it; empty where the record is short. An unknown column is an ImportError "column". */
  get(column: string | number): string;
}

/** What the columns say of a record: undefined where a cell is empty. */
export type CsvValues = { [K in CsvField]?: Exclude<CsvValue, null> };

const FIELDS = [
  "contact", "at", "by", "byName", "id", "kind", "definition", "stage", "reason", "type", "ref", "description", "outcome", "due", "assignee", "text",
] as const satisfies readonly CsvField[];
const OWN = ["name", "email", "phone", "company"];

/** The mapping that a header names by itself: columns called like the fields of a row, or like the contact's own four. */
export function namedColumns(columns: readonly string[]): CsvColumns {
  const found: CsvColumns = {};
  columns.forEach((column, place) => {
    const lower = column.toLowerCase();
    const field: CsvField | undefined = FIELDS.find((one) => one.toLowerCase() === lower)
      ?? (OWN.includes(lower) ? `set.${lower}` : /^set\..+/i.test(column) ? `set.${setName(column.slice(4))}` : undefined);
    if (field !== undefined) found[field] ??= place;
  });
  return found;
}

function setName(name: string): string {
  return OWN.includes(name.toLowerCase()) ? name.toLowerCase() : name;
}

export class CsvMapping {
  readonly #header: readonly string[];
  readonly #places = new Map<string, number>();
  /** The fields of the contact itself. */
  readonly setFields: readonly `set.${string}`[];
  readonly #fields: readonly (readonly [CsvField, (record: CsvRecord) => CsvValue])[];

  constructor(header: readonly string[], columns: CsvColumns, defaults: CsvValues) {
    this.#header = header;
    if (columns.contact === undefined && defaults.contact === undefined) {
      throw new ImportError("column", `No column is named as the contact's id. The file has: ${header.join(", ")}.`);
    }
    const all = [...new Set([...Object.keys(columns), ...Object.keys(defaults)] as CsvField[])];
    this.setFields = all.filter((field) => field.startsWith("set.")) as `set.${string}`[];
    this.#fields = all.map((field) => [field, this.#reader(columns[field], defaults[field])]);
  }

  /** Cells that no column stands over, if there is more than space in them. */
  tooMany({ cells }: CsvRecord): boolean {
    return cells.length > this.#header.length && cells.slice(this.#header.length).some((cell) => cell.trim() !== "");
  }

  /** Every mapped field in the same order, empty or not: objects of one shape are much cheaper. */
  values(record: CsvRecord): CsvValues {
    const values: CsvValues = {};
    for (const [field, read] of this.#fields) {
      const value = read(record);
      const plain = typeof value === "string" ? value.trim() : value;
      values[field] = plain === null || plain === "" ? undefined : plain;
    }
    return values;
  }

  cells(record: CsvRecord): CsvCells {
    return { number: record.number, get: (column) => record.cells[this.#place(column)]?.trim() ?? "" };
  }

  #reader(column: CsvColumn | undefined, fallback: CsvValue): (record: CsvRecord) => CsvValue {
    const or = (value: CsvValue) => (value === undefined || value === null || (typeof value === "string" && value.trim() === "") ? fallback : value);
    if (column === undefined) return () => fallback;
    if (typeof column === "function") return (record) => or(column(this.cells(record)));
    const place = this.#place(column);
    return ({ cells }) => or(cells[place]);
  }

  #place(column: string | number): number {
    const known = typeof column === "number" ? column : (this.#places.get(column) ?? this.#find(column));
    if (!Number.isInteger(known) || known < 0 || known >= this.#header.length) {
      throw new ImportError("column", `The file has no column ${JSON.stringify(column)}. It has: ${this.#header.join(", ")}.`);
    }
    return known;
  }

  #find(column: string): number {
    const exact = this.#header.indexOf(column);
    const lower = column.trim().toLowerCase();
    const place = exact >= 0 ? exact : this.#header.findIndex((one) => one.toLowerCase() === lower);
    this.#places.set(column, place);
    return place;
  }
}
