/**
 * A CSV source as a table: its delimiter found, its header read, its records in batches. What columns mean is not known here.
 */
import { CsvReader, type CsvRecord } from "./csv-reader.js";
import { ImportError } from "./errors.js";
import { textOf, type ImportSource, type SourceOptions } from "./source.js";

export interface TableOptions extends SourceOptions {
  /** One character. Default: the one of , ; tab | that fits the first lines best (or the one that a first line "sep=;" names). */
  delimiter?: string;
}

export interface Table {
  delimiter: string;
  /** The header's cells, without the spaces around them. */
  columns: readonly string[];
  /** The records behind the header. */
  records: AsyncIterable<readonly CsvRecord[]>;
  /** Lets go of the source, at whatever point. */
  close(): Promise<void>;
}

type Text = AsyncGenerator<string, void, undefined>;

const DELIMITERS = [",", ";", "\t", "|"];
const SAMPLE = 1 << 16;

/** Gives the table once its header is there; the records are read as they are asked for. */
export async function openTable(source: ImportSource, options: TableOptions): Promise<Table> {
  const text = textOf(source, options);
  const close = async () => void (await text.return());
  try {
    return { ...(await begin(text, options.delimiter)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function begin(text: Text, given: string | undefined): Promise<Omit<Table, "close">> {
  const start = await sample(text);
  const named = /^sep=(.)\r?\n/i.exec(start);
  const body = named ? start.slice(named[0].length) : start;
  const delimiter = given ?? named?.[1] ?? likeliest(body);
  const reader = new CsvReader(delimiter);
  let first = reader.write(body);
  while (first.length === 0) {
    const { done, value } = await text.next();
    first = done ? reader.end() : reader.write(value);
    if (done && first.length === 0) throw new ImportError("csv", "The file has no header.");
  }
  const header = first.shift()!;
  if (header.fault !== undefined) throw new ImportError("csv", `The header can't be read: ${header.fault}.`);
  return { delimiter, columns: header.cells.map((cell) => cell.trim()), records: rest(reader, first, text) };
}

async function* rest(reader: CsvReader, first: readonly CsvRecord[], text: Text): AsyncGenerator<readonly CsvRecord[]> {
  yield first;
  for await (const piece of text) yield reader.write(piece);
  yield reader.end();
}

async function sample(text: Text): Promise<string> {
  let start = "";
  while (start.length < SAMPLE) {
    const { done, value } = await text.next();
    if (done) break;
    start += value;
  }
  return start;
}

/** The delimiter that cuts most of the first records into as many cells as the header has; of equals the one with more cells. */
function likeliest(start: string): string {
  let best = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const score = fit(start, delimiter);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function fit(start: string, delimiter: string): number {
  const records = recordsIn(start, delimiter).slice(0, 20);
  const width = records[0]?.cells.length ?? 0;
  if (width < 2) return 0;
  const alike = records.filter(({ cells, fault }) => cells.length === width && fault === undefined).length;
  return alike / records.length + width / 10_000;
}

/** The records of a text that may end in the middle of one. */
function recordsIn(start: string, delimiter: string): CsvRecord[] {
  try {
    const reader = new CsvReader(delimiter);
    const records = reader.write(start);
    return records.length > 0 ? records : reader.end();
  } catch {
    // A cell without end: not this delimiter.
    return [];
  }
}
