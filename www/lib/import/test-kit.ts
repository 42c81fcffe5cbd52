/** What the tests of this folder share. Not part of the package. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ImportRow } from "./rows.js";

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The same chunks as a source. */
export async function* chunks<T>(...parts: readonly T[]): AsyncGenerator<T> {
  yield* parts;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function gzip(data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Random numbers from 0 to before 1, the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The text cut into random pieces, empty ones too. */
export function cut(text: string, next: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = Math.floor(next() * 12);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

/** A file in this folder or in one around it, up to the root; undefined where there is none. */
export function findUp(path: string): string | undefined {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (folder === dirname(folder)) return undefined;
  }
}

/** The rows' kinds, in order. */
export const kinds = (rows: readonly ImportRow[]): string[] => rows.map(({ kind }) => kind);

export interface Disorder { row: number; what: string }

/** What is wrong with the order of rows: a contact that does not come first or comes again, a row older than the one before, a `ref` to nothing. */
export function disorder(rows: readonly ImportRow[]): Disorder[] {
  const found: Disorder[] = [];
  const ids = new Set<string>();
  const seen = new Set<string>();
  let contact = "";
  let last = -Infinity;
  let planned = new Set<string>();
  rows.forEach((row, at) => {
    const complain = (what: string) => found.push({ row: at, what });
    if (ids.has(row.id!)) complain(`id ${row.id} stands twice`);
    ids.add(row.id!);
    if (row.contact !== contact) {
      if (row.kind !== "contact" || seen.has(row.contact)) complain("a contact's rows are not together, its contact row first");
      seen.add(row.contact);
      contact = row.contact;
      last = -Infinity;
      planned = new Set();
    } else if (row.kind === "contact") complain("a second contact row");
    const ms = Date.parse(row.at);
    if (ms < last) complain("older than the row before");
    last = ms;
    if (row.kind === "pending") planned.add(row.id!);
    if (row.kind === "complete" && !planned.delete(row.ref!)) complain("closes nothing that is open");
  });
  return found;
}
