/**
 * `stagebook/server/postgres`: a ServerStore on PostgreSQL, over the host's own pool of npm `pg` (or of anything alike). Any number
 * of processes may share a database: each write locks its book's row first, so that positions commit in their order.
 */
import tables from "./sql/001-tables.sql";
import type { LogHead, OwnLog, PlacedLine, ServerStore, ServerTransaction, StoredLine } from "./types.js";

/** What is used of `pg.Pool`. */
export interface PostgresPool { connect(): Promise<PostgresClient>; }
/** What is used of `pg.PoolClient`. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: any[]; rowCount: number | null }>;
  release(error?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
}

export interface PostgresStore extends ServerStore {
  /** Makes the tables, or brings them to this version. Many processes may do so at once. */
  migrate(): Promise<void>;
}

/** In their order; none is ever changed. The files lie in the package's `server/sql`. */
const MIGRATIONS = [tables];
/** Any number that nobody else locks by. */
const MIGRATION_LOCK = 7_263_390;
/** Attempts against deadlocks and failed serializations. */
const ATTEMPTS = 5;

/** A store on PostgreSQL 12 or newer. `pool` is a `pg.Pool`, the host's to end; the host listens to its `error` events, too.
 * @example
 * import { syncHandler } from "stagebook/server";
 * import { postgresStore, type PostgresPool } from "stagebook/server/postgres";
 *
 * async function serve(pool: PostgresPool) { // new pg.Pool({ connectionString: process.env.DATABASE_URL })
 *   const store = postgresStore(pool);
 *   await store.migrate();
 *   return syncHandler({ store, authorize: () => ({ book: "crm", actors: ["ada"] }) });
 * }
 */
export function postgresStore(pool: PostgresPool): PostgresStore {
  return {
    migrate: () => inTransaction(pool, migrate),
    transact: (book, work) => inTransaction(pool, async (client) => {
      const locked = await lock(client, book);
      const transaction = new Transaction(client, book, locked);
      const result = await work(transaction);
      await transaction.finish();
      return result;
    }),
    async read(book, from, limit) {
      return withClient(pool, async (client) => {
        const [replica, { rows }] = [await replicaOf(client, book), await client.query(READ, [book, from, limit])];
        return { replica, lines: rows.map(placed) };
      });
    },
  };
}

const READ = `SELECT position, replica, seq, kind, contact, root, header, body, salt FROM stagebook_line
  WHERE book = $1 AND position >= $2 ORDER BY position LIMIT $3`;

function placed({ position, seq, contact, body, salt, ...line }: Record<string, any>): PlacedLine {
  const [bare, known] = [body === null, contact !== null];
  return { ...line, position: Number(position), seq: Number(seq), ...(known && { contact }), ...(!bare && { body, salt }) } as PlacedLine;
}

async function replicaOf(client: PostgresClient, book: string): Promise<string> {
  const { rows } = await client.query("SELECT replica FROM stagebook_book WHERE book = $1", [book]);
  if (rows[0]) return rows[0].replica;
  await found(client, book);
  return replicaOf(client, book);
}

async function found(client: PostgresClient, book: string): Promise<void> {
  const replica = crypto.randomUUID();
  const own = JSON.stringify({ replica } satisfies OwnLog);
  await client.query("INSERT INTO stagebook_book (book, replica, own) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [book, replica, own]);
}

interface Locked { head: string; own: string }

async function lock(client: PostgresClient, book: string): Promise<Locked> {
  const { rows } = await client.query("SELECT head, own FROM stagebook_book WHERE book = $1 FOR UPDATE", [book]);
  if (rows[0]) return rows[0];
  await found(client, book);
  return lock(client, book);
}

class Transaction implements ServerTransaction {
  readonly #client: PostgresClient;
  readonly #book: string;
  #head: number;
  #own: string;
  #changed = false;

  constructor(client: PostgresClient, book: string, { head, own }: Locked) {
    [this.#client, this.#book, this.#head, this.#own] = [client, book, Number(head), own];
  }

  async own(): Promise<OwnLog> {
    return JSON.parse(this.#own);
  }

  async log(replica: string): Promise<LogHead | undefined> {
    const { rows } = await this.#query("SELECT head FROM stagebook_log WHERE book = $1 AND replica = $2", replica);
    return rows[0] && JSON.parse(rows[0].head);
  }

  async header(replica: string, seq: number): Promise<string | undefined> {
    const { rows } = await this.#query("SELECT header FROM stagebook_line WHERE book = $1 AND replica = $2 AND seq = $3", replica, seq);
    return rows[0]?.header;
  }

  async marks(contacts: readonly string[]): Promise<Record<string, object>> {
    const { rows } = await this.#query("SELECT contact, mark FROM stagebook_contact WHERE book = $1 AND contact = ANY($2)", contacts);
    return Object.fromEntries(rows.map(({ contact, mark }) => [contact, JSON.parse(mark)]));
  }

  async append(lines: readonly StoredLine[]): Promise<void> {
    await this.#query(APPEND, this.#head, JSON.stringify(lines));
    this.#head += lines.length;
    this.#changed = true;
  }

  async saveOwn(own: OwnLog): Promise<void> {
    this.#own = JSON.stringify(own);
    this.#changed = true;
  }

  async saveLog(replica: string, head: LogHead): Promise<void> {
    await this.#query(SAVE_LOG, replica, JSON.stringify(head));
  }

  async saveMarks(marks: Record<string, object>): Promise<void> {
    await this.#query(SAVE_MARKS, Object.keys(marks), Object.values(marks).map((mark) => JSON.stringify(mark)));
  }

  async erase(contact: string): Promise<number> {
    return (await this.#query(ERASE, contact)).rowCount ?? 0;
  }

  async finish(): Promise<void> {
    if (this.#changed) await this.#query("UPDATE stagebook_book SET head = $2, own = $3 WHERE book = $1", this.#head, this.#own);
  }

  #query(text: string, ...values: unknown[]) {
    return this.#client.query(text, [this.#book, ...values]);
  }
}

const APPEND = `INSERT INTO stagebook_line (book, position, replica, seq, kind, contact, root, header, body, salt)
  SELECT $1, $2::bigint + place, line->>'replica', (line->>'seq')::bigint, line->>'kind', line->>'contact', line->>'root',
    line->>'header', line->>'body', line->>'salt'
  FROM json_array_elements($3::json) WITH ORDINALITY AS lines (line, place)`;
const SAVE_LOG = `INSERT INTO stagebook_log (book, replica, head) VALUES ($1, $2, $3)
  ON CONFLICT (book, replica) DO UPDATE SET head = excluded.head`;
const SAVE_MARKS = `INSERT INTO stagebook_contact (book, contact, mark)
  SELECT $1, contact, mark FROM unnest($2::text[], $3::text[]) AS marks (contact, mark)
  ON CONFLICT (book, contact) DO UPDATE SET mark = excluded.mark`;
const ERASE = `UPDATE stagebook_line SET body = NULL, salt = NULL
  WHERE book = $1 AND contact = $2 AND body IS NOT NULL AND kind <> 'contact.erased'`;

async function migrate(client: PostgresClient): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
  await client.query("CREATE TABLE IF NOT EXISTS stagebook_migration (number int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())");
  const { rows } = await client.query("SELECT coalesce(max(number), 0) AS done FROM stagebook_migration");
  for (let number = Number(rows[0].done) + 1; number <= MIGRATIONS.length; number += 1) {
    await client.query(MIGRATIONS[number - 1]!);
    await client.query("INSERT INTO stagebook_migration (number) VALUES ($1)", [number]);
  }
}

async function inTransaction<T>(pool: PostgresPool, work: (client: PostgresClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(pool, async (client) => {
        await client.query("BEGIN");
        const result = await work(client);
        await client.query("COMMIT");
        return result;
      });
    } catch (error) {
      const again = ["40001", "40P01"].includes((error as { code?: string }).code ?? "");
      if (!again || attempt === ATTEMPTS) throw error;
    }
  }
}

/** A client after a failure is in a transaction, or broken. One that loses its connection says so by an event, too, which would
 * end the process if nobody listened; what was asked of it rejects. */
async function withClient<T>(pool: PostgresPool, work: (client: PostgresClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const ignore = () => {};
  client.on("error", ignore);
  let [failed, broken] = [true, false];
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    if (failed) await client.query("ROLLBACK").catch(() => { broken = true; });
    client.removeListener("error", ignore);
    client.release(broken);
  }
}
