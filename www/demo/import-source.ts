// From a chosen file to rows for the book, and to the book they belong in. The formats are read by stagebook/import; here is
// only which of its readers a file needs, and whether a book has the file's stages.
import type { ImportRow, Stage, WorkflowDefinition } from "stagebook";
import { definitionFromXes, fromCsv, fromXes, scanXes, type XesScan } from "stagebook/import";
import { withRoles } from "./definition.js";

export interface Incoming {
  rows: AsyncIterable<ImportRow>;
  /** How many rows there will be, as far as is known now. A share of the bytes would say little: packed ones are read far ahead. */
  expected(): number;
  /** Records that are no rows, by their place in the file. */
  unread: { record: number; message: string }[];
}

export function isCsv(file: File): boolean {
  return /\.csv(\.gz)?$/i.test(file.name);
}

export async function scan(file: File, signal: AbortSignal): Promise<XesScan> {
  const found = await scanXes(file, { signal });
  // A small packed file is read whole before its first event: an abort after that is seen here.
  signal.throwIfAborted();
  return found;
}

/** The file's stages as a definition has them; undefined where it is of another process: it has stages that the file does not name, and lacks some that the file suggests. */
export function stagesIn(definition: WorkflowDefinition, { names, suggested }: XesScan): string[] | undefined {
  const known = names.map(({ name }) => name).filter((name) => definition.stages.some((stage) => stands(stage, name)));
  const all = definition.stages.every((stage) => known.some((name) => stands(stage, name)));
  const enough = suggested.stages.length > 0 && suggested.stages.every((name) => known.includes(name));
  return all || enough ? known : undefined;
}

/** A stage made from a log has the name as its label; its id is the name too, unless that is no id. */
function stands(stage: Stage, name: string): boolean {
  return stage.id === name || stage.label === name;
}

export function xesDefinition(found: XesScan, id: string, stages: readonly string[]): WorkflowDefinition {
  return withRoles(definitionFromXes(found, { id, stages }));
}

export function xesIncoming(file: File, found: XesScan, stages: readonly string[]): Incoming {
  return { rows: fromXes(file, { stages }), expected: () => found.traces + found.events, unread: [] };
}

export function csvIncoming(file: File, timeZone: string): Incoming {
  const unread: Incoming["unread"] = [];
  const rows = fromCsv(file, { timeZone, onProblem: (record, message) => unread.push({ record, message }) });
  return { rows, expected: () => rows.summary.records + rows.summary.contacts, unread };
}

/** A book's name after a file's: what a name may hold, and no longer than it may be. */
export function bookName(file: File): string {
  const plain = file.name.replace(/\.(xes|xml)?(\.gz)?$/i, "").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
  return plain.slice(0, 60) || "imported";
}
