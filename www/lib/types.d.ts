// stagebook: a contact's workflow, activities and audit log as a WebAssembly component. openBook() is where to begin.
// In the examples `book` is open and `contact` is in it, as openBook's example makes them.
// Conventions: an Instant is RFC 3339; given back in UTC with milliseconds ("2026-03-09T14:05:00.000Z"), taken in with any offset.
// A Day is "YYYY-MM-DD" in the book's time zone. Where both are allowed a Day means its first moment, and as an end (`due`,
// `remind.end`, `to`) its last; both ends of a range are inside it. An id is an opaque string of 1..128 characters; free text
// is at most 10 000 unless said otherwise. Absent and undefined are the same; null clears. A field name is name, email, phone,
// company or a key of `fields`, which can't use these four. A page has 50 rows unless `limit` (1..500) says otherwise.
// Everything returned is plain JSON data, the caller's own copy: nothing to free(), nothing live but the Book itself.
// Every mutating call is atomic (transitionMany: per contact, importHistory: per row); its promise resolves when the write is
// durable and "change" has been told to this page's listeners. Importing any entry does nothing and is safe on a server.
// Unions of codes and kinds grow: switch with a default.
/// <reference lib="esnext.disposable" />
declare global { namespace WebAssembly { interface Module {} } } // so that Node-only projects compile
export type Instant = string;
export type Day = string;

// ─────────────────────────────────────────────────────────────── opening
/** Loads the component (once per page; a failed load is tried again by the next call) and opens or creates a book. Each call gives a Book of its own: those of one name share their data ("memory": private to its Book) and are closed one by one.
 * @example
 * import { crmContact, openBook } from "stagebook";
 *
 * const book = await openBook({ definitions: crmContact, actor: { id: "ada", name: "Ada Rossi" } });
 * const { contact } = await book.contacts.create({ name: "Grace Hopper", email: "grace@example.com" });
 * console.log(contact.workflow?.stage); // "start"
 */
export function openBook(options: BookOptions): Promise<Book>;

export interface BookOptions {
  /** One or more workflow definitions. Checked before anything is opened; all problems are reported at once (code "definition"). */
  definitions: WorkflowDefinition | readonly WorkflowDefinition[];
  /** Who operates. Required: the audit log has no anonymous entries. For another: book.as(). */
  actor: Actor;
  /** Database name, [A-Za-z0-9._-]{1,64}: one per app and tenant. Default "stagebook". Two names never share data. */
  name?: string;
  /** Default in a browser: indexeddb; localstorage where IndexedDB is absent or denied and this book was never made in it (told by diagnostics()); any other failure rejects ("storage"). A store named here is used or openBook rejects. "memory" in a browser only when named. Default elsewhere: memory. */
  store?: "indexeddb" | "localstorage" | "memory";
  /** IndexedDB transactions: "strict" survives power loss, "relaxed" (default) survives a crash of the browser process. */
  durability?: "strict" | "relaxed";
  /** BCP 47 tag for labels and messages. "en" and "it" are built in; others through `messages` (keys: "stagebook/messages/en.json"). Default: the host's language, else "en". */
  locale?: string;
  messages?: Record<string, Record<string, string>>;
  /** IANA zone in which "today" and "overdue" are decided. Default: the host's zone. */
  timeZone?: string;
  /** The people an activity can be assigned to. When given, an assignee outside it is refused ("assignee-unknown"). */
  users?: readonly User[];
  /** Epoch milliseconds. Default Date.now. Everything that depends on time goes through it. */
  clock?: () => number;
  /** Keys the pseudonyms that the log shows in clear (contact, by). The same on every device of a book; another one is "conflict". Without it anybody can test guesses of an id against an export. */
  secret?: string;
  /** Log refused moves too ("workflow.refused"). Default false. */
  recordRefusals?: boolean;
  /** Signs checkpoints: Ed25519, by WebCrypto, a KMS or a hardware key. `publicKey` has 32 bytes, the signature 64. In a note the key's name is the checkpoint's first line, as C2SP asks of a log; `name` is the host's own. */
  signer?: { name: string; publicKey: Uint8Array; sign(note: Uint8Array): Promise<Uint8Array> };
  /** Where the .wasm comes from, for hosts that serve assets themselves. */
  wasm?: WasmSource;
}
export type WasmSource = URL | string | Response | Promise<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module;

/** Removes a closed book from this browser (log-out on a shared machine). Unsynced entries: "conflict", unless `discardUnsynced`.
 * @example
 * import { deleteBook } from "stagebook";
 *
 * await deleteBook("another-tenant"); // after book.close(); a book that is not there is no error
 */
export function deleteBook(name: string, options?: { discardUnsynced?: boolean }): Promise<void>;

export interface Actor { id: string; name?: string; roles?: readonly string[]; kind?: "user" | "system"; }
export interface User { id: string; name: string; email?: string; roles?: readonly string[]; timeZone?: string; }

// ─────────────────────────────────────────────────────────────── what a host configures
export type Localized = string | Record<string, string>; // "Call" or { en: "Call", it: "Chiamata" }

export interface WorkflowDefinition {
  id: string;
  version: number;
  label?: Localized;
  /** The Workflow Log tab (Activities and Log, both) of a contact under this workflow is shown only when true. Default true. */
  showLog?: boolean;
  /** Start this workflow when a contact is created. Default true for the first definition. */
  autoStart?: boolean;
  /** The workflow can be activated for a contact only while this holds. */
  activateWhen?: Condition;
  /** Among those whose activateWhen holds: lower first. Default 0. */
  priority?: number;
  initial: string;
  stages: readonly Stage[];
  transitions: readonly Transition[];
  /** A type id means the same in every definition of a book: two unlike rows of one id are an error. */
  activityTypes: readonly ActivityType[];
  /** Contact fields whose changes the history records with old and new value. "*" tracks all. Default "*". */
  trackedFields?: readonly string[] | "*";
  /** Roles that may do what is guarded; an absent key means anybody may. */
  permissions?: Partial<Record<"archive" | "erase" | "invite" | "message" | "share" | "comment" | "importHistory" | "reassign", readonly string[]>>;
  /** When a stage's required activities count. Default "stage-visit": since the stage was last entered. */
  requirementScope?: "stage-visit" | "stage-ever" | "contact";
}

export interface Stage {
  id: string;
  label?: Localized;
  /** Position on the stage path; a transition to a lower order is a backward one. Default: place in the list. */
  order?: number;
  category?: "open" | "ongoing" | "on-hold" | "won" | "lost";
  final?: boolean;
  disabled?: boolean;
  color?: string;
  /** Roles that may move a contact out of this stage. */
  editRoles?: readonly string[];
  /** Suggested and required activities. With policy "closed" these alone can be logged; planning another is a warning. Default "open". */
  activities?: readonly StageActivity[];
  activityPolicy?: "open" | "closed";
  /** Days after which a contact still here is reported as stale. */
  staleAfterDays?: number;
}
export interface StageActivity { type: string; /** pre-fills the pending box once this is logged here; goes before the type's own `next` */ next?: string; createTask?: boolean; required?: boolean; /** how many. Default 1 */ min?: number; /** required only for these transitions */ forTransitions?: readonly string[]; }

export interface Transition {
  id: string;
  from: string | readonly string[];   // "*" = every stage but `to`
  to: string;
  label?: Localized;
  /** Lower first when several are listed. Default 0. */
  priority?: number;
  disabled?: boolean;
  roles?: readonly string[];
  when?: Condition;
  /** Shown when `when` does not hold. */
  message?: Localized;
  requires?: { /** a list: one of these; the id "other" also needs a note */ reason?: boolean | readonly Choice[]; note?: boolean; fields?: readonly string[]; answers?: readonly Question[] };
  /** Whether required activities gate this transition. Default: forward ones only. */
  gated?: boolean;
  /** Fires by itself, in the same save, as soon as nothing blocks it. */
  automatic?: boolean;
}
export interface Question { id: string; label?: Localized; kind: "text" | "number" | "boolean" | "date" | "choice"; choices?: readonly Choice[]; required?: boolean; }
export type Choice = string | { id: string; label: Localized };

export interface ActivityType {
  id: string;
  label?: Localized;
  icon?: string;
  disabled?: boolean;
  /** Pre-fills a pending activity of this type. */
  defaults?: { description?: string; assignee?: string; /** due is then a Day */ dueInDays?: number; /** the reminder starts this long before the due's first moment and ends with the due */ remindMinutesBefore?: number };
  /** What follows when one of this type is logged: offered, or planned in the same save. */
  next?: { type: string; afterDays: number; mode: "suggest" | "trigger" };
}

/** JsonLogic over { contact, stage, actor, answers, now }. An unknown variable or a type clash is a "guard-error" blocker, never a silent false. */
export type Condition = unknown;

// ─────────────────────────────────────────────────────────────── the book
export interface Book {
  readonly name: string;
  readonly actor: Actor;
  readonly timeZone: string;
  readonly locale: string;
  /** As given to openBook or configure(): who an activity can be assigned to. (Added to the contract, for those who show a book.) */
  readonly users: readonly User[];
  /** As given to openBook or configure(). The elements find their words of another language here, under keys that begin with "ui.". */
  readonly messages: Readonly<Record<string, Record<string, string>>>;
  /** The same book for another actor: cheap; shares store, events and close(). A call keeps the actor it was made with.
   * @example
   * const entry = await book.as({ id: "luca", name: "Luca Bianchi" }).contacts.comment(contact.id, { text: "Called back." });
   * console.log(entry.byName); // "Luca Bianchi"
   */
  as(actor: Actor): Book;
  /** What may change while open. Later calls and the elements follow: "change" is told, with no ids.
   * @example
   * book.configure({ locale: "it" });
   * console.log(book.text({ en: "Call", it: "Chiamata" })); // "Chiamata"
   */
  configure(changes: Pick<BookOptions, "locale" | "messages" | "timeZone" | "users">): void;
  /** A label in the book's locale: the tag, its language, "en", the first.
   * @example
   * console.log(book.text({ en: "Call", it: "Chiamata" })); // "Call"
   */
  text(label: Localized): string;

  readonly contacts: Contacts;
  readonly workflow: Workflow;
  readonly activities: Activities;
  readonly tasks: Tasks;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly sync: Sync;

  /** All that happened to one contact, newest first. Filters run over the whole history, never over a page.
   * @example
   * const { items } = await book.history(contact.id, { kinds: ["contact.created", "contact.commented"], limit: 20 });
   * console.log(items.map(({ kind }) => kind)); // ["contact.created"]
   */
  history(contactId: string, query?: HistoryQuery): Promise<Page<HistoryEntry>>;
  /** The same across contacts.
   * @example
   * const { items } = await book.historyAll({ kinds: ["contact.created"] });
   * console.log(items.map(({ contactName }) => contactName)); // ["Grace Hopper"]
   */
  historyAll(query?: HistoryQuery): Promise<Page<HistoryEntry>>;

  /** Returns the unsubscriber. Listeners run after the write, never inside it; one that throws disturbs nobody.
   * @example
   * const changed: string[] = [];
   * const stop = book.on("change", ({ contactIds }) => changed.push(...contactIds));
   * await book.contacts.comment(contact.id, { text: "Prefers mornings." });
   * console.log(changed.includes(contact.id)); // true
   * stop();
   */
  on<K extends keyof BookEvents>(event: K, listener: (detail: BookEvents[K]) => void): () => void;

  /** Version, store kind, entry count, definition hashes, WebAssembly size, pending outbox and sync counts.
   * @example
   * const { definitions } = await book.diagnostics();
   * console.log(definitions.map(({ id }) => id)); // ["crm-contact"]
   */
  diagnostics(): Promise<Diagnostics>;
  /** Waits for pending writes, then releases everything. The book is unusable afterwards.
   * @example
   * await book.close();
   * const refused = await book.contacts.get(contact.id).catch((error: StagebookError) => error.code);
   * console.log(refused); // "closed"
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Page<T> { total?: number; items: T[]; /** pass as `cursor` for the next page; absent on the last */ next?: string; }

// ─────────────────────────────────────────────────────────────── contacts
export interface Contact {
  id: string;
  name: string;
  email?: string;
  phone?: string;
  company?: string;
  fields: Record<string, string | number | boolean | null>;
  status: "active" | "archived";
  /** Absent: no workflow is active. The Workflow Log tab is shown only if this is here and showLog is true. */
  workflow?: { definition: string; version: number; stage: string; stageLabel: string; enteredAt: Instant; showLog: boolean };
  /** Grows when something in this object changes (a comment, a message, an activity does not count); pass as expectedVersion to refuse a lost update. Of this device only. */
  version: number;
  createdAt: string; createdBy: string;
  updatedAt: string; updatedBy: string;
}

export interface Contacts {
  /** The contact's first save. An id that exists is "conflict"; with `upsert` it is a save() of what is given, the workflow left alone.
   * @example
   * const created = await book.contacts.create({ id: "crm-42", name: "Alan Turing", fields: { budget: 1200 } });
   * console.log(created.contact.fields); // {"budget":1200}
   */
  create(input: NewContact, options?: CommandOptions & { upsert?: boolean }): Promise<SaveResult>;
  /** undefined also for an erased id: history(id) then holds the tombstone.
   * @example
   * const found = await book.contacts.get(contact.id);
   * console.log(found?.name); // "Grace Hopper"
   */
  get(id: string): Promise<Contact | undefined>;
  /** `status`: default "active". Newest first.
   * @example
   * const { items } = await book.contacts.list({ stage: "start", limit: 20 });
   * console.log(items.map(({ name }) => name)); // ["Grace Hopper"]
   */
  list(query?: { definition?: string; stage?: string; status?: "active" | "archived"; text?: string; limit?: number; cursor?: string }): Promise<Page<Contact>>;
  /** One unit of work, all or nothing: the contact's "save". Fires the create-task automation of its pending activities.
   * @example
   * const saved = await book.contacts.save(contact.id, {
   *   set: { phone: "+39 06 1234567" },
   *   activities: [{ log: { type: "register-contact" }, pending: { type: "intro-call", assignee: "ada", createTask: true } }],
   * }, { expectedVersion: contact.version });
   * console.log(saved.contact.phone); // "+39 06 1234567"
   * console.log(saved.tasks.length); // 1
   */
  save(id: string, changes: ContactChanges, options?: CommandOptions): Promise<SaveResult>;
  /** Takes a contact out of the list; nothing is lost. Its reminders rest, and work on it is refused ("archived") until restore().
   * @example
   * const { status } = await book.contacts.archive(contact.id, { reason: "Moved abroad." });
   * console.log(status); // "archived"
   * console.log((await book.contacts.list()).items.length); // 0
   */
  archive(id: string, options?: CommandOptions & { reason?: string }): Promise<Contact>;
  /** Puts an archived contact back. One that is active is "conflict".
   * @example
   * await book.contacts.archive(contact.id);
   * console.log((await book.contacts.restore(contact.id)).status); // "active"
   */
  restore(id: string, options?: CommandOptions): Promise<Contact>;
  /** Removes the contact and every personal datum of it, for good. `confirm` must equal the id. `reason` stays in the tombstone for ever: a ticket number, no personal data. The audit log keeps a tombstone and still verifies. The id can't be created or imported again ("conflict"); any other command on it is "refused" with the blocker "erased".
   * @example
   * await book.contacts.erase(contact.id, { confirm: contact.id, reason: "ticket 1182" });
   * console.log(await book.contacts.get(contact.id)); // undefined
   * console.log((await book.history(contact.id)).items[0]?.kind); // "contact.erased"
   */
  erase(id: string, options: CommandOptions & { confirm: string; reason?: string }): Promise<void>;
  /** A note for the team or oneself, in the contact's history.
   * @example
   * const entry = await book.contacts.comment(contact.id, { text: "Prefers to be called in the morning." });
   * console.log(entry.byName); // "Ada Rossi"
   */
  comment(id: string, input: { text: string }, options?: CommandOptions): Promise<HistoryEntry>;
  /** Email is required. The intent waits in the outbox for the host to deliver.
   * @example
   * const item = await book.contacts.invite(contact.id, { email: "grace@example.com", message: "Join us" });
   * console.log([item.kind, item.status]); // ["invite","waiting"]
   */
  invite(id: string, input: { email: string; message?: string }, options?: CommandOptions): Promise<OutboxItem>;
  /** A text to the contact. The intent waits in the outbox for the host to deliver.
   * @example
   * const { to, status } = await book.contacts.message(contact.id, { subject: "Offer", text: "Here it is." });
   * console.log([to, status]); // ["grace@example.com","waiting"]
   */
  message(id: string, input: { text: string; subject?: string; channel?: string }, options?: CommandOptions): Promise<OutboxItem>;
  /** Sends the contact's details (the named fields, default name, email, phone, company; [] = only the note) to an email address.
   * @example
   * const item = await book.contacts.share(contact.id, { email: "luca@example.com", fields: ["name"] });
   * console.log(item.kind === "share" && item.payload.details); // {"name":"Grace Hopper"}
   */
  share(id: string, input: { email: string; fields?: readonly string[]; note?: string }, options?: CommandOptions): Promise<OutboxItem>;
}

/** commandId makes a retry a no-op that returns what the first call wrote, the contact as it now is (kept with the write, for at least the last 10 000 commands, across restarts and tabs, of this device; looked up before expectedVersion; the same id with another command or payload is "conflict"; a refused or failed command is not remembered). expectedVersion refuses a stale write ("conflict"). */
export interface CommandOptions { commandId?: string; expectedVersion?: number; /** when it really happened, if not now; not in the future ("date-invalid"). Of an activity say it with `date`, which is its occurredAt: a past Day its first moment, today's now. */ occurredAt?: Instant; }

/** Applied in this order: set, activities as listed (log, then pending), transition, automatic transitions, tasks; later steps see earlier ones. All problems come together: "refused" if there is any blocker, else "invalid". An unknown transition or stage is "not-found", a closed pending activity "conflict". */
export interface ContactChanges {
  /** `fields` is merged; null removes one. */
  set?: { name?: string; email?: string | null; phone?: string | null; company?: string | null; fields?: Contact["fields"] };
  activities?: readonly { log?: ActivityDraft; pending?: PendingDraft }[];
  transition?: TransitionRequest;
}
export interface NewContact { id?: string; name: string; email?: string | null; phone?: string | null; company?: string | null; fields?: Contact["fields"]; activities?: ContactChanges["activities"]; /** default: the autoStart definition, at its initial stage; null: none */ workflow?: { definition: string; stage?: string } | null; }
export interface SaveResult { /** warnings only */ issues: Issue[]; contact: Contact; logged: LoggedActivity[]; pending: PendingActivity[]; tasks: Task[]; transitions: TransitionRecord[]; suggestions: PendingDraft[]; }

// ─────────────────────────────────────────────────────────────── workflow
export interface TransitionInput { reason?: string; note?: string; answers?: Record<string, unknown>; }
/** By `to`: the first by priority whose `from` fits. */
export type TransitionRequest = TransitionInput & ({ transition: string; to?: never } | { to: string; transition?: never });

export interface Workflow {
  /** The definitions that the book was opened with.
   * @example
   * console.log(book.workflow.definitions().map(({ id }) => id)); // ["crm-contact"]
   */
  definitions(): WorkflowDefinition[];
  /** Starts (or restarts under another definition) the workflow of a contact.
   * @example
   * const { contact: other } = await book.contacts.create({ name: "Joan Clarke", workflow: null });
   * const record = await book.workflow.start(other.id, "crm-contact");
   * console.log(record.to); // "start"
   */
  start(contactId: string, definition: string, options?: CommandOptions): Promise<TransitionRecord>;
  /** Every transition out of the current stage, each with all that blocks it now.
   * @example
   * const [forward] = await book.workflow.options(contact.id);
   * console.log(forward?.to); // "qualification"
   * console.log(forward?.blockers.map(({ params }) => params.type)); // ["register-contact","intro-call"]
   */
  options(contactId: string, input?: TransitionInput): Promise<TransitionOption[]>;
  /** Throws StagebookError code "refused" carrying all blockers.
   * @example
   * await book.contacts.save(contact.id, { activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }] });
   * const { from, to } = await book.workflow.transition(contact.id, { to: "qualification", note: "Wants an offer." });
   * console.log([from, to]); // ["start","qualification"]
   */
  transition(contactId: string, request: TransitionRequest, options?: CommandOptions): Promise<TransitionRecord>;
  /** Per-contact results; valid ones advance, the others report their blockers.
   * @example
   * const results = await book.workflow.transitionMany([contact.id], { to: "qualification" });
   * const [first] = results;
   * console.log(first?.ok === false && first.error.blockers.map(({ code }) => code)); // ["activity-missing","activity-missing"]
   */
  transitionMany(contactIds: readonly string[], request: TransitionRequest, options?: Omit<CommandOptions, "expectedVersion"> & { signal?: AbortSignal }): Promise<BulkResult[]>;
  /** The log tab: stage changes, newest first.
   * @example
   * const { items } = await book.workflow.log(contact.id);
   * console.log(items.map(({ from, to }) => [from, to])); // [[null,"start"]]
   */
  log(contactId: string, query?: { limit?: number; cursor?: string }): Promise<Page<TransitionRecord>>;
  /** Shortest legal way from the current stage to another, with what is still missing on it; undefined where there is none.
   * @example
   * const way = await book.workflow.path(contact.id, "prospect");
   * console.log(way?.map(({ to, blockers }) => [to, blockers.length])); // [["qualification",2],["prospect",0]]
   */
  path(contactId: string, to: string): Promise<{ transition: string; to: string; blockers: Blocker[] }[] | undefined>;
  /** Undoes the last move by a compensating one while nothing depends on it; else "conflict", which says why.
   * @example
   * await book.contacts.save(contact.id, { activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }], transition: { to: "qualification" } });
   * const { from, to } = await book.workflow.revert(contact.id, { note: "Too early." });
   * console.log([from, to]); // ["qualification","start"]
   */
  revert(contactId: string, options?: CommandOptions & { note?: string }): Promise<TransitionRecord>;
  /** Stage counts, median and p90 time in stage (milliseconds), conversions, back-steps, stale contacts.
   * @example
   * const { stages, conversion } = await book.workflow.insights();
   * console.log(stages.find(({ stage }) => stage === "start")?.contacts); // 1
   * console.log(conversion); // {"won":0,"lost":0,"open":1}
   */
  insights(query?: { definition?: string; from?: string; to?: string }): Promise<Insights>;
  /** A picture of a workflow, as text: for Mermaid, for Graphviz, or an SVG with no script and no style sheet. With a contact that this book has read or written lately, its stage stands out.
   * @example
   * const text = book.workflow.diagram("crm-contact", "mermaid", { contactId: contact.id });
   * console.log(text.split("\n")[0]?.startsWith("stateDiagram")); // true
   */
  diagram(definition: string, format: "mermaid" | "svg" | "dot", options?: { contactId?: string }): string;
  /** Moves contacts from stages that the definition no longer has. dryRun reports and changes nothing. Until then such a contact is frozen ("stage-unknown").
   * @example
   * const plan = { definition: "crm-contact", stages: { "old-stage": "start" } };
   * console.log(await book.workflow.migrate(plan, { dryRun: true })); // {"moved":0,"blocked":[]}
   */
  migrate(plan: { definition: string; stages: Record<string, string> }, options?: { dryRun?: boolean; signal?: AbortSignal }): Promise<{ moved: number; blocked: { contactId: string; stage: string; reason: string }[] }>;
}

/** Problems of a definition (unreachable stage, dead end, unknown id, automatic cycle …), without opening a book.
 * @example
 * import { checkDefinition } from "stagebook";
 *
 * const issues = await checkDefinition({ ...crmContact, initial: "nowhere" });
 * console.log(issues.some(({ severity }) => severity === "error")); // true
 */
export function checkDefinition(definition: unknown, options?: { locale?: string; messages?: BookOptions["messages"]; wasm?: WasmSource }): Promise<DefinitionIssue[]>;
/** Runs moves and activities against a definition without a store: every record, every refusal, what was covered.
 * @example
 * import { simulate } from "stagebook";
 *
 * const { refusals, coverage } = await simulate(crmContact, [{ transition: { to: "qualification" } }]);
 * console.log(refusals[0]?.blockers.length); // 2
 * console.log(coverage.stages); // ["start"]
 */
export function simulate(definition: WorkflowDefinition, steps: readonly { log?: string; transition?: TransitionRequest; afterMs?: number }[], options?: { actor?: Actor; start?: Instant; wasm?: WasmSource }): Promise<{ records: TransitionRecord[]; refusals: { step: number; blockers: Blocker[] }[]; coverage: { stages: string[]; transitions: string[] } }>;
/** Opens a contact that is played with by hand, at once and without a store: to try a definition out, or to ask its rules what
 * would be. Its first stage is where a new contact comes to. As `simulate`, it is in UTC and knows no users. Rejects with
 * "definition", and with "refused" where the workflow can't be activated for a new contact.
 * @example
 * import { openSimulation } from "stagebook";
 *
 * const trial = await openSimulation(crmContact);
 * console.log(trial.transition("start-qualification")); // false
 * console.log(trial.refusal?.blockers.map(({ code }) => code)); // ["activity-missing","activity-missing"]
 * trial.log("register-contact");
 * trial.log("intro-call");
 * console.log([trial.can("start-qualification"), trial.transition("start-qualification"), trial.stage]); // [true,true,"qualification"]
 * trial.close();
 */
export function openSimulation(definition: WorkflowDefinition, options?: { actor?: Actor; start?: Instant; locale?: string; wasm?: WasmSource }): Promise<Simulation>;
/** Every call is done when it returns. What is refused changes nothing. A transition or stage that there is not throws "not-found". */
export interface Simulation {
  readonly stage: string;
  /** Logs an activity of that type. */
  log(type: string): boolean;
  /** Takes the transition of that id, or the one of a request. */
  transition(request: string | TransitionRequest): boolean;
  /** As contacts.save. */
  save(changes: ContactChanges): boolean;
  /** Whether nothing blocks that move now. */
  can(request: string | TransitionRequest): boolean;
  /** Why the last call was refused, if it was. */
  readonly refusal: StagebookError | undefined;
  /** Lets time pass. */
  wait(ms: number): void;
  /** Another contact that stands as this one does. */
  fork(): Simulation;
  /** Frees its memory. */
  close(): void;
}
/** The preset `crm-contact`: eight stages, from Start to Closed. Frozen: copy it to change it.
 * @example
 * const ours = { ...crmContact, id: "our-sales", showLog: false };
 * const another = await openBook({ definitions: ours, actor: { id: "ada" }, name: "sales" });
 * console.log(another.workflow.definitions()[0]?.stages.length); // 8
 */
export const crmContact: WorkflowDefinition;
export interface DefinitionIssue { severity: "error" | "warning"; code: string; path: string; message: string; }

export interface TransitionOption { transition: string; label: string; from: string; to: string; toLabel: string; direction: "forward" | "backward" | "self"; /** nothing blocks it */ allowed: boolean; /** only what `requires` asks the user for is missing: show the dialog */ needsInput: boolean; blockers: Blocker[]; requires?: Transition["requires"]; }

export type BlockerCode =
  | "wrong-stage" | "stage-unknown" | "stage-disabled" | "transition-disabled" | "role-missing" | "guard-unmet" | "guard-error"
  | "activity-missing" | "field-missing" | "reason-required" | "reason-unknown" | "note-required" | "answer-required" | "answer-invalid"
  | "archived" | "erased" | "not-started" | "activation-unmet";
export interface Blocker { code: BlockerCode; message: string; params: Record<string, unknown>; /** what would clear it */ fix?: Fix; }
export type Fix = { do: "log"; type: string; missing: number } | { do: "set"; field: string } | { do: "input"; what: "reason" | "note" | "answer"; question?: string } | { do: "restore" } | { do: "start"; definition: string };

/** Labels are kept in all languages of their definition as they were, and given in the book's locale. */
export interface TransitionRecord { id: string; contactId: string; from: string | null; fromLabel: string | null; to: string; toLabel: string; transition: string | null; by: string; byName: string; occurredAt: string; recordedAt: string; reason?: string; note?: string; answers?: Record<string, unknown>; /** milliseconds spent in `from` */ durationMs?: number; automatic: boolean; /** id of the entry that won, when a concurrent move on another device did */ supersededBy?: string; /** refused by a server: it does not count */ voided?: { by: string; reason: string }; }
export type BulkResult = { contactId: string; ok: true; record: TransitionRecord } | { contactId: string; ok: false; error: StagebookError };
export interface Insights { stages: { stage: string; contacts: number; stale: number; medianMs: number | null; p90Ms: number | null }[]; flows: { from: string; to: string; count: number }[]; conversion: { won: number; lost: number; open: number }; backSteps: number; }

// ─────────────────────────────────────────────────────────────── activities
/** The "Task" box: what was done. Setting `type` is all that is needed: date (now) and user are filled in. `user` is who makes the entry: another than the actor is "not-allowed". */
export interface ActivityDraft { type: string; date?: Day | Instant; user?: string; description?: string; outcome?: string; }
/** The "Pending activity" box: what is to be done next. draft() proposes the actor as assignee; a save without one is refused. */
export interface PendingDraft { type: string; /** default today */ date?: Day; description?: string; /** closing date: due on this day or at this instant */ due?: Day | Instant; assignee: string; remind?: { start: Day | Instant; end: Day | Instant }; createTask?: boolean; }
export interface PendingChanges { type?: string; date?: Day; description?: string | null; due?: Day | Instant | null; assignee?: string; remind?: { start: Day | Instant; end: Day | Instant } | null; createTask?: boolean; }
/** A box with nothing in it is no box: no issue. */
export interface Boxes { log?: Partial<ActivityDraft>; pending?: Partial<PendingDraft>; }
export interface ActivityTypeOption { type: string; label: string; required: boolean; suggested: boolean; allowed: boolean; reason?: string; logged: number; min: number; }

export interface LoggedActivity { box: "log"; id: string; contactId: string; type: string; typeLabel: string; date: string; user: string; userName: string; description?: string; outcome?: string; stage: string | null; recordedAt: string; /** the pending activity it closed */ closes?: string; }
export interface PendingActivity { box: "pending"; id: string; contactId: string; type: string; typeLabel: string; date: string; description?: string; due?: string; assignee: string; assigneeName: string; remind?: { start: string; end: string; snoozedUntil?: string; acknowledgedAt?: string }; createTask: boolean; taskId?: string; status: "open" | "done" | "cancelled"; state: "overdue" | "today" | "planned" | "done" | "cancelled"; closedAt?: string; follows?: string; }
export interface Task { id: string; contactId: string; contactName: string; pendingId: string; type: string; typeLabel: string; description?: string; due?: string; assignee: string; status: "open" | "done" | "cancelled"; state: PendingActivity["state"]; closedAt?: string; }

export interface Activities {
  /** Types for the contact's current stage: required and suggested first; with `allowed: false` and a reason where policy is closed.
   * @example
   * const types = await book.activities.types(contact.id);
   * console.log(types.filter(({ required }) => required).map(({ type }) => type)); // ["register-contact","intro-call"]
   */
  types(contactId: string): Promise<ActivityTypeOption[]>;
  /** What the form shows the moment a type is chosen: date, user, defaults filled in where empty. Changes nothing. Synchronous, as validate().
   * @example
   * const { pending } = book.activities.draft({ pending: { type: "intro-call" } });
   * console.log(pending?.assignee); // "ada"
   */
  draft(boxes: Boxes, context?: { stage?: string; definition?: string }): Boxes;
  /** All problems of the two boxes at once, by field path ("pending.due"). Synchronous: made for every keystroke.
   * @example
   * const issues = book.activities.validate({ pending: { type: "intro-call" } });
   * console.log(issues.map(({ path, code }) => [path, code])); // [["pending.assignee","assignee-required"]]
   */
  validate(boxes: Boxes, context?: { stage?: string; definition?: string }): Issue[];
  /** Newest first by date.
   * @example
   * await book.contacts.save(contact.id, { activities: [{ log: { type: "intro-call" } }] });
   * const { items } = await book.activities.list(contact.id, { status: "logged" });
   * console.log(items.map(({ userName }) => userName)); // ["Ada Rossi"]
   */
  list(contactId: string, query: { status: "logged"; limit?: number; cursor?: string }): Promise<Page<LoggedActivity>>;
  list(contactId: string, query: { status: PendingActivity["status"]; limit?: number; cursor?: string }): Promise<Page<PendingActivity>>;
  list(contactId: string, query?: { limit?: number; cursor?: string }): Promise<Page<LoggedActivity | PendingActivity>>;
  /** Logs a pending activity as done, and closes its task. `next` plans what follows.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada" } }] });
   * const pendingId = planned.pending[0]!.id;
   * const done = await book.activities.complete(pendingId, { outcome: "Interested." });
   * console.log(done.logged[0]?.closes === pendingId); // true
   */
  complete(pendingId: string, input?: { outcome?: string; description?: string; date?: string; next?: PendingDraft }, options?: CommandOptions): Promise<SaveResult>;
  /** Opens a done or cancelled one again, and its task with it. What was logged stays.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada" } }] });
   * const pendingId = planned.pending[0]!.id;
   * await book.activities.complete(pendingId);
   * console.log((await book.activities.reopen(pendingId)).status); // "open"
   */
  reopen(pendingId: string, options?: CommandOptions): Promise<PendingActivity>;
  /** Closes an open one without doing it, and its open task with it.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada" } }] });
   * const cancelled = await book.activities.cancel(planned.pending[0]!.id, { reason: "Moved abroad." });
   * console.log(cancelled.status); // "cancelled"
   */
  cancel(pendingId: string, options?: CommandOptions & { reason?: string }): Promise<PendingActivity>;
  /** Like complete({ next }) a save of the contact: `createTask` makes its task now.
   * @example
   * const { pending: [call] } = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-09", remind: { start: "2036-03-08", end: "2036-03-09" } } }] });
   * const changed = await book.activities.update(call!.id, { description: "Ask about the offer" });
   * console.log(changed.description); // "Ask about the offer"
   */
  update(pendingId: string, changes: PendingChanges, options?: CommandOptions): Promise<PendingActivity>;
  /** Reminders whose window contains `at` (default now) and that are neither acknowledged nor snoozed.
   * @example
   * const { pending: [call] } = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-09", remind: { start: "2036-03-08", end: "2036-03-09" } } }] });
   * const ringing = await book.activities.reminders({ at: "2036-03-08T12:00:00Z" });
   * console.log(ringing.map(({ pendingId }) => pendingId === call!.id)); // [true]
   */
  reminders(query?: { at?: string; assignee?: string }): Promise<Reminder[]>;
  /** The next instant at which reminders() or the `state` of an open activity can change (local midnight, too): a host needs one timer. Ask again after "change".
   * @example
   * const { pending: [call] } = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-09", remind: { start: "2036-03-08", end: "2036-03-09" } } }] });
   * console.log((await book.activities.nextReminderAt({ assignee: "ada" })) !== undefined && call!.state); // "planned"
   */
  nextReminderAt(query?: { assignee?: string }): Promise<Instant | undefined>;
  /** Puts a reminder off until then; it shows again if its window still lasts.
   * @example
   * const { pending: [call] } = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-09", remind: { start: "2036-03-08", end: "2036-03-09" } } }] });
   * const { remind } = await book.activities.snooze(call!.id, "2036-03-08T16:00:00Z");
   * console.log(remind?.snoozedUntil); // "2036-03-08T16:00:00.000Z"
   */
  snooze(pendingId: string, until: string, options?: CommandOptions): Promise<PendingActivity>;
  /** Dismisses a reminder; the activity stays open.
   * @example
   * const { pending: [call] } = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-09", remind: { start: "2036-03-08", end: "2036-03-09" } } }] });
   * const { status, remind } = await book.activities.acknowledge(call!.id);
   * console.log([status, remind?.acknowledgedAt !== undefined]); // ["open",true]
   */
  acknowledge(pendingId: string, options?: CommandOptions): Promise<PendingActivity>;
  /** RFC 5545 calendar of open pending activities (VTODO with VALARM), without those of archived contacts. `UID` is the pending
   * activity's id and the book's name, `DUE` a moment in UTC, or the day where it is only a day; `DTSTART` the pending date,
   * left out where it is not before the due. `CONTACT` is the assignee's name, `X-STAGEBOOK-CONTACT` the contact's id. The alarm
   * is at the start of the reminder's window or when it was put off to, and gone once it was acknowledged or is over.
   * @example
   * await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", due: "2036-03-20" } }] });
   * const calendar = await book.activities.calendar({ assignee: "ada" });
   * console.log(calendar.includes("DUE;VALUE=DATE:20360320\r\n")); // true
   */
  calendar(query?: { assignee?: string; contactId?: string }): Promise<string>;
}
export interface Reminder { pendingId: string; contactId: string; contactName: string; typeLabel: string; description?: string; due?: string; assignee: string; start: string; end: string; }

/** A person's own task list: the entries made by `createTask`. Closing one side closes the other. */
export interface Tasks {
  /** By due, those without one last; without those of archived contacts.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", createTask: true } }] });
   * const { items } = await book.tasks.list({ assignee: "ada", status: "open" });
   * console.log(items[0]?.pendingId === planned.pending[0]?.id); // true
   */
  list(query?: { assignee?: string; status?: Task["status"]; state?: Task["state"]; limit?: number; cursor?: string }): Promise<Page<Task>>;
  /** Closes a task and its pending activity, and logs what was done.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", createTask: true } }] });
   * const { status } = await book.tasks.complete(planned.tasks[0]!.id, { outcome: "Reached" });
   * console.log(status); // "done"
   */
  complete(id: string, input?: { outcome?: string }, options?: CommandOptions): Promise<Task>;
  /** Opens a closed task and its pending activity again; what was logged stays.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", createTask: true } }] });
   * await book.tasks.complete(planned.tasks[0]!.id);
   * console.log((await book.tasks.reopen(planned.tasks[0]!.id)).status); // "open"
   */
  reopen(id: string, options?: CommandOptions): Promise<Task>;
  /** Hands a task and its pending activity to somebody else.
   * @example
   * const planned = await book.contacts.save(contact.id, { activities: [{ pending: { type: "intro-call", assignee: "ada", createTask: true } }] });
   * console.log((await book.tasks.reassign(planned.tasks[0]!.id, "luca")).assignee); // "luca"
   */
  reassign(id: string, assignee: string, options?: CommandOptions): Promise<Task>;
}

// ─────────────────────────────────────────────────────────────── history
export type EntryKind =
  | "contact.created" | "contact.changed" | "contact.archived" | "contact.restored" | "contact.erased"
  | "contact.commented" | "contact.invited" | "contact.messaged" | "contact.shared"
  | "workflow.started" | "workflow.transitioned" | "workflow.reverted" | "workflow.migrated" | "workflow.refused" | "definition.added"
  | "activity.logged" | "activity.planned" | "activity.changed" | "activity.completed" | "activity.reopened" | "activity.cancelled"
  | "reminder.snoozed" | "reminder.acknowledged"
  | "task.created"
  | "delivery.sent" | "delivery.failed" | "entry.voided"; // a task has no entries of its own but "task.created": closing, reopening, reassigning are its pending activity's
export interface HistoryQuery { kinds?: readonly EntryKind[]; by?: string; from?: Day | Instant; to?: Day | Instant; /** in what the entry holds, in the name of who made it, or in its summary; whatever the case */ text?: string; limit?: number; cursor?: string; order?: "newest" | "oldest"; /** fill Page.total */ count?: boolean; }
/** What `data` holds; of other kinds see the ledger format. Gone once the contact is erased, but for the tombstone. */
export interface EntryData {
  "contact.changed": { changes: { field: string; old: string | number | boolean | null; new: string | number | boolean | null }[] };
  "contact.archived": { reason?: string };
  "contact.erased": { reason?: string; entries: number };
  "contact.commented": { text: string };
  "contact.invited": { email: string; message?: string };
  "contact.messaged": { text: string; subject?: string; channel?: string };
  "contact.shared": { email: string; fields: string[]; note?: string };
}
export type HistoryEntry = { [K in EntryKind]: HistoryRow & { kind: K; data: K extends keyof EntryData ? EntryData[K] : Record<string, unknown> } }[EntryKind];
export interface HistoryRow { id: string; /** of an erased contact: the ledger's name of it, where the host's id is not known */ contactId: string; contactName?: string; by: string; byName: string; byKind: "user" | "system" | "rule" | "import"; occurredAt: string; recordedAt: string; /** one line in the book's locale */ summary: string; /** this device's, or another's */ replica: string; seq: number; synced: boolean; supersededBy?: string; voided?: { by: string; reason: string }; }

// ─────────────────────────────────────────────────────────────── outbox: what the host delivers
export type OutboxItem = OutboxState & (
  | { kind: "invite"; to: string; payload: { message?: string } }
  | { kind: "message"; to?: string; payload: { text: string; subject?: string; channel?: string } }
  | { kind: "share"; to: string; payload: { /** as it was when shared */ details: Record<string, string | number | boolean | null>; note?: string } });
export interface OutboxState { id: string; contactId: string; status: "waiting" | "sent" | "failed"; attempts: number; error?: string; createdAt: string; }
export interface Outbox {
  /** Oldest first.
   * @example
   * await book.contacts.message(contact.id, { text: "Hello" });
   * const { items } = await book.outbox.list({ status: "waiting" });
   * console.log(items.map(({ kind }) => kind)); // ["message"]
   */
  list(query?: { status?: OutboxItem["status"]; limit?: number; cursor?: string }): Promise<Page<OutboxItem>>;
  /** Hands each waiting item to the host, oldest first, one tab at a time; item.id is the idempotency key. A handler that throws is tried again with backoff (`retryAfterMs` on the error postpones); one that gives { failed } is not. Returns the stopper, which aborts.
   * @example
   * await book.contacts.message(contact.id, { text: "Hello" });
   * const sent = new Promise<string>((done) => {
   *   const stop = book.outbox.deliver(async (item) => { // send it here, with item.id as the idempotency key
   *     queueMicrotask(() => { stop(); done(item.kind); });
   *   });
   * });
   * console.log(await sent); // "message"
   */
  deliver(handler: (item: OutboxItem, context: { signal: AbortSignal }) => Promise<void | { ref?: string } | { failed: string }>, options?: { maxAttempts?: number }): () => void;
  /** Says what became of an item that was delivered by other means. One that is settled is "conflict".
   * @example
   * const { id } = await book.contacts.message(contact.id, { text: "Hello" });
   * console.log((await book.outbox.settle(id, { status: "sent" })).status); // "sent"
   */
  settle(id: string, result: { status: "sent"; ref?: string } | { status: "failed"; error: string }): Promise<OutboxItem>;
}

// ─────────────────────────────────────────────────────────────── audit
export interface Audit {
  /** Recomputes every hash. Names the first entry that does not fit. With `checkpoints` it also finds a log that was cut or written anew below them, or is not here at all; one that can't be read is "invalid".
   * @example
   * const kept = await book.audit.checkpoint();
   * const { ok, entries } = await book.audit.verify({ checkpoints: [kept] });
   * console.log(ok && entries > 0); // true
   */
  verify(options?: { /** heads known from elsewhere */ checkpoints?: readonly string[]; onProgress?: (done: number, total: number) => void; signal?: AbortSignal }): Promise<VerifyReport>;
  /** Tree head (C2SP tlog-checkpoint) of this device's log; a signed note where the book has a signer. What it covers survives a power cut. What the signer throws comes through as it is; a signature that is none is "invalid".
   * @example
   * const [origin, size] = (await book.audit.checkpoint()).split("\n");
   * const { replica, entries } = await book.diagnostics();
   * console.log(origin === `stagebook/${book.name}/${replica}` && Number(size) === entries); // true
   */
  checkpoint(): Promise<string>;
  /** RFC 6962 proofs: that an entry is in its replica's log; that this device's log extends an earlier size. Hashes in standard base64. An entry that the book lacks is "not-found". `checkpoint` is the head of that replica's log, signed if it is this device's.
   * @example
   * import { verifyInclusion } from "stagebook";
   * const [entry] = (await book.historyAll({ limit: 1 })).items;
   * const proof = await book.audit.proveInclusion(entry!.id);
   * console.log(await verifyInclusion(proof, await book.audit.checkpoint())); // true
   */
  proveInclusion(entryId: string): Promise<InclusionProof>;
  /** `fromSize` from 1 to the log's size, else "invalid": of the empty log nothing is proven.
   * @example
   * import { verifyConsistency } from "stagebook";
   * const earlier = await book.audit.checkpoint();
   * await book.contacts.create({ name: "Carla Neri" });
   * const proof = await book.audit.proveConsistency(Number(earlier.split("\n")[1]));
   * console.log(await verifyConsistency(proof, earlier, await book.audit.checkpoint())); // true
   */
  proveConsistency(fromSize: number): Promise<ConsistencyProof>;
  /** "jsonl" is the ledger, always whole, with the checkpoints: what verifyLog reads. It is cut at its start: what is written meanwhile is not in it, but the tombstone of a contact that is erased meanwhile. The others are views and take a query.
   * A stream is made of pieces that are read when they are asked for, so memory does not grow with the log, and a reader that
   * cancels stops the work. What is written meanwhile may or may not be in a view; nothing is in it twice. What goes wrong ends it
   * with a StagebookError ("invalid" for a query that can't be, "closed", "storage" …): nothing is thrown by the call itself.
   *
   * - **csv**: UTF-8, RFC 4180, a row an entry as `historyAll` has them, newest first unless `order` says otherwise; headings in
   *   the book's language (keys `column.*`), times in UTC, the entry's `data` as JSON in the last column. A cell that begins
   *   with =, +, -, @, tab or CR has an apostrophe in front, so that no spreadsheet runs it. With `bom` it begins with a byte
   *   order mark, by which Excel knows UTF-8 (an addition to the contract).
   * - **xes** (IEEE 1849-2016): a trace a contact that has any event, with its id as `concept:name` and, for comparisons, its
   *   name, company and own `fields` (a ":" in a field's name becomes "."). Events, in the order of time whatever `order` says:
   *   stage changes (`complete`, by the stage's label as it was) and activities (by the type's): planned and reopened
   *   `schedule`, reassigned `reassign`, performed `complete`, cancelled `withdraw`, those of one pending activity with its id
   *   as `concept:instance`. `org:resource` is the actor's id; `kind`, `code` (the stage's or type's id), `entry` (the entry's
   *   id) and what was said stand beside it. Erased contacts, and stage changes that lost against another device's, are left
   *   out; a character that XML can't hold becomes U+FFFD.
   * - **cloudevents** (1.0, JSON batch): a list of events as `historyAll` has the entries. `id` is the entry's, `source`
   *   "stagebook/<book>/<replica>", `type` "dev.stagebook." and the kind, `subject` the contact's id, `time` when it happened,
   *   the extension `recordedtime` when it was recorded, `sequence` the seq in 16 digits, `data` the HistoryEntry.
   * @example
   * const ledger = await new Response(book.audit.export("jsonl")).text();
   * console.log(ledger.split("\n").at(-2)!.startsWith('{"checkpoint":')); // true
   * const table = await new Response(book.audit.export("csv", { contactId: contact.id })).text(); // the headings, and two entries
   * console.log(table.trim().split("\r\n").length); // 3
   */
  export(format: "jsonl"): ReadableStream<Uint8Array>;
  export(format: "csv", query?: Omit<HistoryQuery, "limit" | "cursor" | "count"> & { contactId?: string; /** begin with a byte order mark */ bom?: boolean }): ReadableStream<Uint8Array>;
  export(format: "csv" | "xes" | "cloudevents", query?: Omit<HistoryQuery, "limit" | "cursor" | "count"> & { contactId?: string }): ReadableStream<Uint8Array>;
  /** A whole ledger export into an empty or older book: the same state, the same roots. Entries go in piece by piece, each durable before the next is read; lines that are not sound or not the next of their log are refused ("batch"), what came before them stays.
   * @example
   * const elsewhere = await openBook({ definitions: crmContact, actor: { id: "auditor" }, store: "memory" });
   * await elsewhere.audit.import(book.audit.export("jsonl"));
   * console.log((await elsewhere.audit.verify()).ok); // true
   */
  import(lines: AsyncIterable<string> | (Iterable<string> & object) | ReadableStream<Uint8Array>): Promise<{ entries: number; duplicates: number }>;
  /** History from another system, with its own dates and people. Rows of one contact come in the order of time. A row is rejected for an unknown contact, stage or type, a date that can't be read, or a stage row older than a stage change that was not imported ("out-of-order"); no rule of the workflow holds a row back. Rejected rows are reported and left out; nothing is lost silently. What was imported before an abort stays ("aborted" carries the report in `details`).
   * @example
   * const report = await book.audit.importHistory([
   *   { kind: "contact", contact: "c7", at: "2012-03-09T14:05:00+01:00", by: "112", set: { name: "Case 7" } },
   *   { kind: "stage", contact: "c7", at: "2012-03-09T14:06:30+01:00", by: "112", stage: "start", definition: "crm-contact" },
   *   { kind: "stage", contact: "c7", at: "2012-03-10T09:00:00+01:00", by: "113", stage: "lead" },
   * ]);
   * console.log(report); // {"imported":3,"skipped":0,"rejected":[]}
   */
  importHistory(rows: AsyncIterable<ImportRow> | Iterable<ImportRow>, options?: { onProgress?: (rows: number) => void; signal?: AbortSignal }): Promise<{ imported: number; skipped: number; rejected: { row: number; code: string; message: string }[] }>;
}
export interface InclusionProof { replica: string; leaf: string; index: number; size: number; path: string[]; checkpoint: string; }
export interface ConsistencyProof { replica: string; fromSize: number; size: number; path: string[]; checkpoint: string; }
/** Whether the proof shows that its leaf is in the log with this head: a checkpoint that you trust, signed or not (who signed is not looked at). The proof's own checkpoint counts for nothing. False also for what is no proof.
 * @example
 * import { verifyInclusion } from "stagebook";
 *
 * const kept = await book.audit.checkpoint();
 * const [entry] = (await book.historyAll({ limit: 1 })).items;
 * const proof = await book.audit.proveInclusion(entry!.id);
 * console.log(await verifyInclusion(proof, kept)); // true
 * console.log(await verifyInclusion({ ...proof, index: 0 }, kept)); // false
 */
export function verifyInclusion(proof: InclusionProof, checkpoint: string): Promise<boolean>;
/** Whether the proof shows that the log with the head `to` begins with all of the log with the head `from`. False also for what is no proof.
 * @example
 * import { verifyConsistency } from "stagebook";
 *
 * const from = await book.audit.checkpoint();
 * await book.contacts.comment(contact.id, { text: "Later" });
 * const proof = await book.audit.proveConsistency(Number(from.split("\n")[1]));
 * console.log(await verifyConsistency(proof, from, proof.checkpoint)); // true
 * console.log(await verifyConsistency(proof, proof.checkpoint, from)); // false
 */
export function verifyConsistency(proof: ConsistencyProof, from: string, to: string): Promise<boolean>;
/** ok: nothing changed, missing or cut. erased: bodies gone with their tombstone. withheld: header-only lines of another replica's log, no fault. missing: a body gone without a tombstone, a fault. */
export interface VerifyReport { ok: boolean; entries: number; erased: number; withheld: number; missing: number; replicas: { replica: string; size: number; root: string; ok: boolean; firstBad?: { seq: number; reason: string }; truncated?: true; /** size that a server has acknowledged; beyond it this device could have rewritten its own log */ acknowledged?: number }[]; }
/** Verifies an export or a sync batch without a book: on a server, in an auditor's hands. Strings are lines, with or without their break; bytes may be cut anywhere. A batch has no end of its own: give its `checkpoint` among `checkpoints`. A batch that begins after seq 0 is part of a log: checked, its `root` empty, and `truncated` at best; `firstBad` tells a fault. Bodies may be `withheld` but in the only log of an export, where they are `missing`. Nothing to verify is not ok.
 * @example
 * import { verifyLog } from "stagebook";
 * const report = await verifyLog(book.audit.export("jsonl"), { checkpoints: [await book.audit.checkpoint()] });
 * console.log(report.ok); // true
 */
export function verifyLog(lines: AsyncIterable<string> | (Iterable<string> & object) | ReadableStream<Uint8Array>, options?: { /** heads known from elsewhere: finds a log that was cut or rewritten */ checkpoints?: readonly string[]; onProgress?: (done: number) => void; signal?: AbortSignal; wasm?: WasmSource }): Promise<VerifyReport>;
export interface ImportRow { contact: string; at: Instant; by: string; byName?: string; /** of the source; a row whose id was imported before is skipped, so a broken run can be run again */ id?: string; kind: "contact" | "stage" | "log" | "pending" | "complete" | "comment" | "message" | "archive"; /** "contact": its data; comes first, starts no workflow: the first stage row does, from nothing */ set?: ContactChanges["set"]; definition?: string; stage?: string; reason?: string; type?: string; /** "complete": the id of the pending row */ ref?: string; description?: string; outcome?: string; due?: Day | Instant; assignee?: string; text?: string; }

// ─────────────────────────────────────────────────────────────── sync
/** The two hooks a host implements; `stagebook/sync/http` makes them over HTTP, and `stagebook/server` answers those. Both may be retried; both must be idempotent by (replica, seq). What a hook throws is tried again with backoff; `retry: false` on the error stops ("error"), `retryAfterMs` postpones. A server that keeps lines must, when a "contact.erased" line arrives, drop `body` and `salt` of every line it has or gets with that header.contact (stagebook/server does). */
export interface SyncHooks {
  /** accepted: lines from the start that are now held for good, duplicates and voided ones included; fewer than sent: the rest is sent again. rejected: those among them that the server voids. expected: the seq it needs next (a gap, a restored server); sending goes on there. */
  push(batch: SyncBatch, context: { signal: AbortSignal }): Promise<{ accepted: number; rejected?: { seq: number; reason: string }[]; expected?: number }>;
  /** limit counts lines. server: who may void entries; another id, or a smaller size, starts from null. */
  pull(cursor: string | null, context: { signal: AbortSignal; limit: number }): Promise<{ batches: SyncBatch[]; cursor: string; more: boolean; server?: { id: string; replica: string } }>;
}
/** Consecutive entries of one replica: the ledger's lines (header-only where a body is erased or withheld), and the unsigned tree head after the last, computed by whoever cuts the batch. */
export interface SyncBatch { book: string; replica: string; from: number; lines: string[]; checkpoint: string; }
export interface SyncStatus { state: "idle" | "syncing" | "offline" | "error" | "stopped"; waiting: number; lastSyncedAt?: string; /** of the last round; without one, why a batch of another device waits and can't be applied ("batch") */ error?: { code: string; message: string }; conflicts: number; }
export interface Sync {
  /** Keeps syncing until stopped: at once, on change, when the browser comes online, and every intervalMs (milliseconds, default one minute); backs off on failure; one tab leads. `batchSize` counts entries, default 500. Gives the stopper.
   * @example
   * const hooks: import("stagebook").SyncHooks = {
   *   push: async (batch) => ({ accepted: batch.lines.length }), // POST it to your server
   *   pull: async () => ({ batches: [], cursor: "0", more: false }), // GET what is new behind the cursor
   * };
   * const stop = book.sync.start(hooks, { intervalMs: 30_000 });
   * console.log(book.sync.status().state); // "idle"
   * stop();
   */
  start(hooks: SyncHooks, options?: { intervalMs?: number; batchSize?: number }): () => void;
  /** One round. Rejects when it fails, with what the hook threw or why a batch could not be applied ("batch", "fork"); what else the round brought is kept.
   * @example
   * const hooks: import("stagebook").SyncHooks = {
   *   push: async (batch) => ({ accepted: batch.lines.length }),
   *   pull: async () => ({ batches: [], cursor: "0", more: false }),
   * };
   * const { state, waiting } = await book.sync.now(hooks);
   * console.log([state, waiting]); // ["idle",0]
   */
  now(hooks: SyncHooks, options?: { signal?: AbortSignal }): Promise<SyncStatus>;
  /** How this device stands with its server: own entries that wait, when the last round was complete, conflicts to be looked at.
   * @example
   * console.log(book.sync.status().waiting > 0); // true
   */
  status(): SyncStatus;
  /** The export hook in its plainest form: what this device has and the cursor does not. `limit` counts entries, 1 to 5 000, default 500.
   * @example
   * const { batches, cursor } = await book.sync.changes();
   * console.log(batches[0].from); // 0
   * const later = await book.sync.changes(cursor);
   * console.log(later.batches.length); // 0
   */
  changes(since?: string | null, limit?: number): Promise<{ batches: SyncBatch[]; cursor: string; more: boolean }>;
  /** Checks everything before it applies anything of a batch; a bad one changes nothing ("batch"). A known log with other entries is "fork". A batch whose clock is more than a day ahead is kept and waits for its time.
   * @example
   * const { batches } = await book.sync.changes();
   * const { applied, duplicates } = await book.sync.apply(batches[0]); // its own: all of it is known
   * console.log([applied, duplicates === batches[0].lines.length]); // [0,true]
   */
  apply(batch: SyncBatch): Promise<{ applied: number; duplicates: number; conflicts: Conflict[] }>;
  /** What devices did that does not fit together: which entry counts and which does not.
   * @example
   * const conflicts = await book.sync.conflicts({ contactId: contact.id });
   * console.log(conflicts.length); // 0
   */
  conflicts(query?: { contactId?: string }): Promise<Conflict[]>;
}
export interface Conflict { id: string; contactId: string; kind: "transition" | "completed-twice" | "erased"; /** ids of entries */ winner: string; loser: string; message: string; at: string; }

// ─────────────────────────────────────────────────────────────── errors
export type ErrorCode =
  | "definition" | "invalid" | "refused" | "not-found" | "forbidden" | "conflict" | "batch" | "fork"
  | "storage" | "quota" | "blocked-upgrade" | "too-new" | "corrupt" | "closed" | "wasm-blocked" | "wasm-load" | "aborted" | "internal";
/** What every refusal and failure is. Its message is in the book's language; its `code` and data are for programs.
 * @example
 * import { StagebookError } from "stagebook";
 *
 * try {
 *   await book.workflow.transition(contact.id, { to: "qualification" });
 * } catch (error) {
 *   if (!(error instanceof StagebookError)) throw error;
 *   console.log(error.code); // "refused"
 *   console.log(error.blockers.length); // 2
 * }
 */
export class StagebookError extends Error {
  constructor(code: ErrorCode, message: string, data?: { issues?: Issue[]; blockers?: Blocker[]; definitionIssues?: DefinitionIssue[]; details?: Record<string, unknown>; cause?: unknown });
  readonly name: "StagebookError"; // survives two copies of the package, where instanceof does not
  readonly code: ErrorCode;
  /** "invalid": one per field, path as in the call ("activities.0.pending.due"). Else empty. */
  readonly issues: readonly Issue[];
  /** "refused": all of them. Else empty. */
  readonly blockers: readonly Blocker[];
  /** "definition": all of them. Else empty. */
  readonly definitionIssues: readonly DefinitionIssue[];
  /** "conflict": { expected, actual } versions where one was expected. */
  readonly details?: Record<string, unknown>;
}
export type IssueCode =
  | "required" | "type-unknown" | "type-disabled" | "type-not-in-stage" | "date-invalid" | "due-before-date" | "due-past" | "remind-order" | "remind-incomplete" | "remind-after-due"
  | "assignee-required" | "assignee-unknown" | "email-invalid" | "too-long" | "too-large" | "not-allowed" | "unknown-field" | "confirm-mismatch";
export interface Issue { path: string; code: IssueCode; severity: "error" | "warning"; message: string; params?: Record<string, unknown>; }

export interface BookEvents {
  /** contactIds empty: more than 1 000, or an import: reload. Bursts are merged. */
  change: { contactIds: string[]; source: "local" | "tab" | "sync" };
  /** The book ended: by close(), for another tab's newer version, because its storage was lost, or after a fault. Open again. */
  closed: { reason: "close" | "upgrade" | "storage" | "internal" };
  conflict: { conflict: Conflict };
  outbox: { item: OutboxItem };
  sync: { status: SyncStatus };
}
export interface Diagnostics { version: string; store: "indexeddb" | "localstorage" | "memory"; /** why it is not the first choice, or that the storage was found emptied */ storeReason?: string; persisted: boolean; replica: string; entries: number; contacts: number; definitions: { id: string; version: number; hash: string }[]; wasmBytes: number; outboxWaiting: number; syncWaiting: number; }
