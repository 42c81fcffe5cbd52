/**
 * What a host of `stagebook/server` gives and gets: whom it lets in, how it is limited, and the store behind it. Types alone.
 */
import type { WasmSource, WorkflowDefinition } from "../types.js";

/** Who asks, by the host's own knowledge. Nothing that a device says of itself counts. */
export interface Grant {
  /** The book's name. */
  book: string;
  /** The book's secret, if its devices are opened with one. */
  secret?: string;
  /** Ids of the actors whose entries they may send. "any": a trusted relay. */
  actors: readonly string[] | "any";
  /** Their roles, for what the definitions guard. "any": all. Default: none. */
  roles?: readonly string[] | "any";
  /** Ids of the contacts that they may see; of others they get headers alone. Default: all. */
  contacts?: readonly string[];
}

export interface SyncHandlerOptions {
  store: ServerStore;
  /** Who asks: a grant, or null for nobody that is known (401). What it throws is answered by its `status` (401 or 403), else 403. */
  authorize(request: Request): Grant | null | Promise<Grant | null>;
  /** The workflow definitions to trust, older versions too: of one id the first governs, and the first of all where a contact
   * has no workflow. Without them no role is looked at. */
  definitions?: WorkflowDefinition | readonly WorkflowDefinition[];
  limits?: {
    /** Bytes of a request, unpacked. Default 32 MiB. */
    maxBytes?: number;
    /** Lines of an answer, whatever was asked for. Default 5 000. */
    maxLines?: number;
    /** A stage change that is so much older than the contact's last does not count. Milliseconds, default 24 hours. */
    lateMs?: number;
  };
  /** Asked before a body is read: milliseconds to wait, for who asks too often (429). */
  rateLimit?(request: Request, grant: Grant): number | undefined | Promise<number | undefined>;
  /** Told once a request, without personal data. */
  log?(record: RequestRecord): void;
  /** Told what a request failed of that was no fault of the request's. May hold personal data. */
  onFault?(cause: unknown): void;
  /** The name under which the server voids entries. Default "Server". */
  name?: string;
  /** Epoch milliseconds. Default Date.now. */
  clock?: () => number;
  /** Where the .wasm comes from, for hosts that have no files. */
  wasm?: WasmSource;
}

/** One request in a log. */
export interface RequestRecord {
  at: string;
  request: "push" | "pull" | "other";
  status: number;
  /** Milliseconds. */
  ms: number;
  /** Of a refusal. */
  code?: string;
  book?: string;
  /** Bytes that came in, unpacked. */
  bytes?: number;
  /** Lines that came in, or went out. */
  lines?: number;
  /** Entries among them that do not count. */
  voided?: number;
}

/** Answers `POST …/push` and `GET …/pull`. Rejects never. */
export interface SyncHandler {
  (request: Request): Promise<Response>;
  /** Erases a contact for good, on the server and, by sync, on every device. `reason` stays: a ticket number, no personal data.
   * Gives how many entries lost their body; 0, if it was erased before. */
  erase(book: Pick<Grant, "book" | "secret">, contactId: string, by: { id: string; name?: string }, reason?: string): Promise<{ entries: number }>;
}

// ─────────────────────────────────────────────────────────────── the store
/** The lines of many books. Another one than those that ship passes the contract tests in tests/server. */
export interface ServerStore {
  /** Runs `work` while nobody else writes to the book: all that it changes is there at once, or nothing. A book that is not
   * there is made. `work` may be run again, if it could not be committed. */
  transact<T>(book: string, work: (transaction: ServerTransaction) => Promise<T>): Promise<T>;
  /** Lines from position `from` on, in their order, at most `limit`: none is missing before one that is there. */
  read(book: string, from: number, limit: number): Promise<{ replica: string; lines: PlacedLine[] }>;
}

/** A book, locked. Heads and marks are the component's: they are kept as they are. */
export interface ServerTransaction {
  /** The server's own log. */
  own(): Promise<OwnLog>;
  /** The head of a replica's log, if it has one. */
  log(replica: string): Promise<LogHead | undefined>;
  /** The header at a place of a log. */
  header(replica: string, seq: number): Promise<string | undefined>;
  /** What is remembered of contacts. */
  marks(contacts: readonly string[]): Promise<Record<string, object>>;
  /** Puts lines behind all others. */
  append(lines: readonly StoredLine[]): Promise<void>;
  saveOwn(own: OwnLog): Promise<void>;
  saveLog(replica: string, head: LogHead): Promise<void>;
  saveMarks(marks: Record<string, object>): Promise<void>;
  /** Drops body and salt of every line of a contact but its tombstones ("contact.erased"), for good. Gives how many had one. */
  erase(contact: string): Promise<number>;
}

/** A log's size, right edge and last leaf. */
export interface LogHead { edge: { size: number; peaks: string[] }; last?: string; }
export interface OwnLog { replica: string; hlc?: string; log?: LogHead; }
/** A line in parts: `body`, `header` as they stand in it. `root`: of the log's tree after it. */
export interface StoredLine { replica: string; seq: number; kind: string; contact?: string; header: string; root: string; body?: string; salt?: string; }
/** A line at its place in the book, from 1. */
export interface PlacedLine extends StoredLine { position: number; }
