// How this device stands with its server, in badges: synced, offline, what waits, conflicts; and a storage that will not last.
import type { Book, Diagnostics, SyncStatus } from "stagebook";
import { html, nothing, type PropertyValues } from "lit";
import { BookElement, styled } from "../element.js";
import { icon } from "../icons.js";
import own from "./sync-status.css";

/**
 * The state of syncing and of the storage.
 *
 * @summary Badges: synced, offline, waiting, conflicts.
 * @tag stagebook-sync-status
 * @csspart badge - A badge.
 */
export class StagebookSyncStatus extends BookElement {
  static override properties = { ...BookElement.properties, seen: { attribute: false } };
  static override styles = styled(own);

  /** Ids of the conflicts that need not be counted any more. */
  declare seen: readonly string[];
  #status: SyncStatus | undefined;
  #conflicts = 0;
  #storage: Pick<Diagnostics, "store" | "storeReason"> | undefined;

  constructor() {
    super();
    this.seen = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("seen") && this.hasUpdated) void this.refresh();
  }

  protected override get needsContact(): boolean {
    return false;
  }

  protected override concerns(): boolean {
    return true;
  }

  protected override listen(book: Book): (() => void)[] {
    return [book.on("sync", () => void this.refresh())];
  }

  protected async read(book: Book): Promise<() => void> {
    const storage = this.#storage ?? await book.diagnostics();
    const status = book.sync.status();
    const all = status.conflicts && this.seen.length ? await book.sync.conflicts() : undefined;
    return () => {
      this.#storage = storage;
      this.#status = status;
      this.#conflicts = all?.filter(({ id }) => !this.seen.includes(id)).length ?? status.conflicts;
    };
  }

  protected view(): unknown {
    const { state, waiting, lastSyncedAt, error } = this.#status!;
    const { store, storeReason } = this.#storage!;
    const on = state !== "stopped";
    // A round begins and ends every minute: only one that brings something is worth a word, and only trouble is read out.
    const shown = state === "syncing" && waiting === 0 ? "idle" : state;
    const trouble = state === "offline" || state === "error";
    const last = lastSyncedAt && this.t("sync.last", { time: this.words.relative(lastSyncedAt) });
    return html`<div class="buttons"><span class="unseen" role="status">${trouble ? this.t(`sync.${state}`) : ""}</span>
      ${store === "memory" ? this.#badge("offline", this.t("sync.memory"), "warning") : nothing}
      ${store === "localstorage" && storeReason ? this.#badge("offline", this.t("sync.local", { reason: storeReason }), "warning") : nothing}
      ${this.#conflicts ? this.#badge("error", this.t("sync.conflicts", { count: this.#conflicts }), "warning") : nothing}
      ${on && waiting ? this.#badge("waiting", this.t("sync.waiting", { count: waiting }), "cloud") : nothing}
      ${on && !(shown === "idle" && waiting) ? this.#badge(shown, this.t(`sync.${shown}`), trouble ? "warning" : "cloud", [last, error?.message].filter(Boolean).join(". ")) : nothing}
    </div>`;
  }

  #badge(kind: string, text: string, name: Parameters<typeof icon>[0], more = ""): unknown {
    return html`<span class="chip ${kind}" part="badge" title=${more || nothing}>${icon(name)}${text}${more ? html`<span class="unseen">. ${more}</span>` : nothing}</span>`;
  }
}
