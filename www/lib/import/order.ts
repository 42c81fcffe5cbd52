/** Rows and events of one contact in order of time, and which planned activity a performed one closes. Knows no format. */
import type { ImportRow } from "./rows.js";

/** Sorted by time, stable; what has no time stays behind what stood before it. The list itself where it is in order. */
export function ordered<T>(items: readonly T[], time: (item: T) => number): readonly T[] {
  let last = -Infinity;
  let sorted = true;
  const keys = items.map((item) => {
    const ms = time(item);
    if (ms < last) sorted = false;
    else if (!Number.isNaN(ms)) last = ms;
    return Number.isNaN(ms) ? last : ms;
  });
  if (sorted) return items;
  return items.map((_, at) => at).sort((a, b) => keys[a]! - keys[b]!).map((at) => items[at]!);
}

/** The open planned activities of one contact, by type, oldest first. Takes the contact's rows in order of time. */
export class OpenPlans {
  readonly #open = new Map<string, string[]>();

  /** Connects what was performed with what was planned: a "complete" row without `ref` gets the oldest open plan of its type, or becomes a "log" row where there is none. Gives whether it did. */
  link(row: ImportRow): boolean {
    if (row.kind === "pending") this.#plan(row);
    if (row.kind !== "complete") return false;
    if (row.ref !== undefined) {
      this.#close(row.ref);
      return false;
    }
    const ref = this.#open.get(row.type ?? "")?.shift();
    if (ref === undefined) {
      row.kind = "log";
      return true;
    }
    delete row.type;
    row.ref = ref;
    return false;
  }

  #plan({ type = "", id = "" }: ImportRow): void {
    const ids = this.#open.get(type);
    if (ids) ids.push(id);
    else this.#open.set(type, [id]);
  }

  #close(id: string): void {
    for (const ids of this.#open.values()) {
      const at = ids.indexOf(id);
      if (at >= 0) ids.splice(at, 1);
    }
  }
}

/** How often each was met. */
export function count<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
