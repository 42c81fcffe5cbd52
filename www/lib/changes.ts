// How a book's changes reach listeners: its own, merged and outside the component; and those of the page's other books
// of the same data, which read them first. It decides when things are told, never what happened.

import { ChangeSet, type Events, type Source } from "./events.js";

/** Another book of this page with the same data. */
export interface Peer {
  /** Resolves when it has read what was written and has told its listeners. */
  catchUp(contactIds: readonly string[]): Promise<void>;
}

export class Changes implements Peer {
  readonly #events: Events;
  readonly #peers: () => Peer[];
  readonly #read: () => Promise<void>;
  readonly #untold = new Map<Source, ChangeSet>();
  readonly #missed = new ChangeSet();
  #refreshing: Promise<void> = Promise.resolve();
  #nextRefresh: Promise<void> | undefined;
  /** Settles when the peers have seen this book's last write. */
  peersTold: Promise<unknown> | undefined;

  /** `read` makes the component read what other writers committed. */
  constructor(events: Events, peers: () => Peer[], read: () => Promise<void>) {
    this.#events = events;
    this.#peers = peers;
    this.#read = read;
  }

  /** Called from inside the component: listeners run in a microtask. It still comes before the one that resolves the
   * write, and all changes of one turn are told as one. */
  noted(source: Source, contactIds: readonly string[]): void {
    if (source === "tab") this.#missed.forget(contactIds);
    if (this.#untold.size === 0) queueMicrotask(() => this.#tell());
    const changes = this.#untold.get(source) ?? new ChangeSet();
    this.#untold.set(source, changes);
    changes.add(contactIds);
  }

  #tell(): void {
    const untold = [...this.#untold];
    this.#untold.clear();
    for (const [source, changes] of untold) {
      const contactIds = changes.take() ?? [];
      this.#emit(source, contactIds);
      if (source !== "tab") this.#tellPeers(contactIds);
    }
  }

  #emit(source: Source, contactIds: readonly string[]): void {
    this.#events.emit("change", () => ({ contactIds: [...contactIds], source }));
  }

  #tellPeers(contactIds: readonly string[]): void {
    const peers = this.#peers();
    if (peers.length === 0) return;
    const told = Promise.all(peers.map((peer) => peer.catchUp(contactIds)));
    this.peersTold = told;
    void told.then(() => {
      if (this.peersTold === told) this.peersTold = undefined;
    });
  }

  /** A refresh that is already reading may have begun before the write: the next one counts, and serves all who wait. */
  catchUp(contactIds: readonly string[]): Promise<void> {
    this.#missed.add(contactIds);
    return (this.#nextRefresh ??= this.#refreshing.then(() => {
      this.#nextRefresh = undefined;
      return (this.#refreshing = this.#refresh());
    }));
  }

  /** The component tells what it finds; what it had already read by itself is told here. */
  async #refresh(): Promise<void> {
    try {
      await this.#read();
    } catch {
      // This book's trouble is not the writer's: its own next call will say it.
    }
    const contactIds = this.#missed.take();
    if (contactIds) this.#emit("tab", contactIds);
  }
}
