/**
 * CSV (RFC 4180, and what spreadsheets make of it) as records: text goes in by chunks cut anywhere, records come out. Quotes, line
 * ends of any system, delimiters of one character. What is malformed is kept and marked, never dropped. Knows no columns.
 */
import { ImportError } from "./errors";

export interface CsvRecord {
  /** Place in the file, from 1; a record of several lines counts once, an empty line not at all. */
  readonly number: number;
  readonly cells: readonly string[];
  /** What is wrong with it: its cells may not be what was meant. */
  readonly fault?: string;
}

/** A quote that never closes would take the rest of the file for one cell. */
const LONGEST_CELL = 1 << 20;
const [TAB, NEWLINE, RETURN, SPACE, QUOTE] = [9, 10, 13, 32, 34];

/**
 * "start": before a cell's first character. "closed": behind a quote inside quotes, which ends them or is the first half of a
 * quote mark. "after": behind quotes that did end.
 */
type State = "start" | "plain" | "quoted" | "closed" | "after";

export class CsvReader {
  readonly #delimiter: number;
  #state: State = "start";
  #cells: string[] = [];
  #cell = "";
  #fault: string | undefined;
  #wasReturn = false;
  #number = 0;
  #records: CsvRecord[] = [];

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Takes the next piece of the file and gives the records that became whole with it. */
  write(text: string): CsvRecord[] {
    this.#records = [];
    for (let at = 0; at < text.length; ) at = this.#step(text, at);
    return this.#records;
  }

  /** Says that there is no more, and gives the last record where no line end closes it. */
  end(): CsvRecord[] {
    this.#records = [];
    if (this.#state === "quoted") this.#fault = "a quote that opens in it never closes";
    if (this.#state !== "start" || this.#cells.length > 0) this.#endRecord();
    return this.#records;
  }

  #step(text: string, at: number): number {
    switch (this.#state) {
      case "start":
        return this.#start(text, at);
      case "plain":
        return this.#plain(text, at);
      case "quoted":
        return this.#quoted(text, at);
      case "closed":
        return this.#closed(text, at);
      case "after":
        return this.#after(text, at);
    }
  }

  #start(text: string, at: number): number {
    const code = text.charCodeAt(at);
    const wasReturn = this.#wasReturn;
    this.#wasReturn = false;
    if (code === NEWLINE && wasReturn) return at + 1;
    this.#state = code === QUOTE ? "quoted" : "plain";
    return code === QUOTE ? at + 1 : at;
  }

  #plain(text: string, at: number): number {
    let end = at;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === this.#delimiter || code === NEWLINE || code === RETURN) break;
    }
    this.#add(text.slice(at, end));
    return end === text.length ? end : this.#endCell(text, end);
  }

  /** At a delimiter or the end of a line. */
  #endCell(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || code === RETURN) {
      this.#endRecord();
      this.#wasReturn = code === RETURN;
    } else {
      this.#cells.push(this.#cell);
      this.#cell = "";
      this.#state = "start";
    }
    return at + 1;
  }

  #quoted(text: string, at: number): number {
    const end = text.indexOf('"', at);
    this.#add(text.slice(at, end < 0 ? text.length : end));
    if (end < 0) return text.length;
    this.#state = "closed";
    return end + 1;
  }

  #closed(text: string, at: number): number {
    if (text.charCodeAt(at) === QUOTE) {
      this.#add('"');
      this.#state = "quoted";
      return at + 1;
    }
    this.#state = "after";
    return at;
  }

  /** Blanks behind a quoted cell mean nothing; other text shows that a quote was not meant as one. */
  #after(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code !== this.#delimiter && (code === SPACE || code === TAB)) return at + 1;
    if (code !== this.#delimiter && code !== NEWLINE && code !== RETURN) this.#fault = "there is text behind a closing quote";
    this.#state = "plain";
    return at;
  }

  #add(text: string): void {
    this.#cell = this.#cell === "" ? text : this.#cell + text;
    if (this.#cell.length <= LONGEST_CELL) return;
    throw new ImportError("csv", `Record ${this.#number + 1} has a cell of more than a million characters: a quote in it seems not to close.`);
  }

  #endRecord(): void {
    const cells = this.#cells;
    cells.push(this.#cell);
    const fault = this.#fault;
    this.#cells = [];
    this.#cell = "";
    this.#fault = undefined;
    this.#state = "start";
    if (cells.length === 1 && cells[0] === "" && fault === undefined) return;
    this.#number += 1;
    this.#records.push(fault === undefined ? { number: this.#number, cells } : { number: this.#number, cells, fault });
  }
}
