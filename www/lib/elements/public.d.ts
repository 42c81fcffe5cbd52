// stagebook/elements: custom elements that show a contact's workflow, activities, log and history. Importing this entry defines
// nothing; "stagebook/elements/define" does. Give each element its `book` (and `contactId`) by property: it follows the book's
// changes, its language and its people by itself. It looks like the page it is in: colours, font and sizes are the custom
// properties `--stagebook-…`, parts can be reached with `::part()`; both are listed in custom-elements.json.
// The page's Content-Security-Policy needs `script-src 'wasm-unsafe-eval'` for the book, and, if it requires Trusted Types,
// `trusted-types lit-html` for the elements; nothing is inline.
import type { Blocker, Book, Boxes, Contact, ContactChanges, Fix, HistoryEntry, PendingActivity, PendingChanges, PendingDraft, SaveResult, Task, TransitionRecord, TransitionRequest } from "stagebook";

/** What can be done in an element: what is about to be done, and what came of it. */
export interface Acts {
  save: [{ contactId: string; changes: ContactChanges }, SaveResult];
  move: [{ contactId: string; request: TransitionRequest }, TransitionRecord];
  revert: [{ contactId: string }, TransitionRecord];
  start: [{ contactId: string; definition: string }, TransitionRecord];
  restore: [{ contactId: string }, Contact];
  complete: [{ contactId: string; pendingId: string; outcome?: string; next?: PendingDraft }, SaveResult | Task];
  reopen: [{ contactId: string; pendingId: string }, PendingActivity];
  cancel: [{ contactId: string; pendingId: string; reason?: string }, PendingActivity];
  update: [{ contactId: string; pendingId: string; changes: PendingChanges }, PendingActivity | Task];
  snooze: [{ contactId: string; pendingId: string; until: string }, PendingActivity];
  acknowledge: [{ contactId: string; pendingId: string }, PendingActivity];
  comment: [{ contactId: string; text: string }, HistoryEntry];
  download: [{ contactId?: string; format: DownloadFormat }, { name: string }];
}
export type Act = keyof Acts;
export type DownloadFormat = "csv" | "jsonl" | "xes" | "cloudevents" | "ics";

/** `stagebook-before-<act>` can be cancelled, and then nothing is done; `stagebook-<act>` follows when it was written. All bubble and leave shadow roots. */
export type ActEvents = { [K in Act as `stagebook-before-${K}`]: CustomEvent<Acts[K][0]> } & { [K in Act as `stagebook-${K}`]: CustomEvent<Acts[K][0] & { result: Acts[K][1] }> };
export interface StagebookEventMap extends ActEvents {
  /** A blocker's button. Cancelled, the element leaves the fix to the host. */
  "stagebook-fix": CustomEvent<{ contactId: string; fix: Fix; blocker: Blocker }>;
  /** A conflict was settled or read. Kept by the host, its id goes into the panel's `seen` the next time. */
  "stagebook-seen": CustomEvent<{ contactId: string; conflict: string }>;
  /** An entry's link was pressed: the page makes an address of it that sets `entry` when it is opened. */
  "stagebook-link": CustomEvent<{ contactId: string; entry: string }>;
  /** "Print" was chosen. Cancelled, the host prints. */
  "stagebook-print": CustomEvent<{ contactId?: string }>;
  /** A contact's name was chosen in a list across contacts. */
  "stagebook-open": CustomEvent<{ contactId: string }>;
  /** What went wrong, and is shown. */
  "stagebook-error": CustomEvent<{ error: unknown }>;
  /** "Try again" where `failure` is shown: open the book again and set `book`. */
  "stagebook-retry": CustomEvent<Record<string, never>>;
}

/** What all elements have. */
export interface StagebookElement {
  book: Book | undefined;
  /** Shows, offers nothing that changes. Attribute `readonly`. */
  readonly: boolean;
  /** What openBook() rejected with: explained in place of the element, with a button to try again. */
  failure: unknown;
  /** Reads the book again. It is never needed after a change of the book itself. */
  refresh(): Promise<void>;
  /** Resolves when what was set is shown. */
  readonly updateComplete: Promise<boolean>;
}
/** What an element that shows one contact has besides. */
export interface ContactElement extends StagebookElement {
  /** Attribute `contact-id`. */
  contactId: string | undefined;
}

export interface StagebookPanel extends ContactElement {
  /** Which tab is open. Default: the first. */
  tab: "activities" | "log" | "history" | undefined;
  /** The id of an entry: the history opens at it. Attribute `entry`. */
  entry: string | undefined;
  /** Offers a link at each entry of the history. Attribute `linked`. */
  linked: boolean;
  /** Ids of the conflicts that need not be shown any more. */
  seen: readonly string[];
}
export class StagebookPanel extends HTMLElement {}

export interface StagebookStagePath extends ContactElement {}
export class StagebookStagePath extends HTMLElement {}

export interface StagebookActivityForm extends ContactElement {
  /** Without buttons: the host saves `changes` with its own form, or calls save(). */
  embedded: boolean;
  /** What is being entered; a copy. */
  boxes: Boxes;
  /** The same, as contacts.save() takes it. */
  readonly changes: ContactChanges;
  /** Begins one of the boxes with this type, and puts the focus there. */
  begin(type: string, box?: "log" | "pending"): Promise<void>;
  /** Offers what follows something that was done elsewhere (`suggestions` of a SaveResult), a button each. */
  offer(suggestions: readonly PendingDraft[]): void;
  /** Saves the boxes with the contact. Undefined: there was nothing, the host forbade it, or it was refused and is shown. */
  save(): Promise<SaveResult | undefined>;
}
export class StagebookActivityForm extends HTMLElement {}

export interface StagebookActivities extends ContactElement {}
export class StagebookActivities extends HTMLElement {}

export interface StagebookLog extends ContactElement {}
export class StagebookLog extends HTMLElement {}

/** Without `contactId`: of all contacts. */
export interface StagebookHistory extends ContactElement {
  order: "newest" | "oldest";
  /** Times as dates, not as "2 hours ago". */
  exact: boolean;
  /** The id of an entry that is looked up, shown and given the focus. Attribute `entry`. */
  entry: string | undefined;
  /** Offers a link at each entry. Attribute `linked`. */
  linked: boolean;
  /** Puts the focus into the search. */
  search(): Promise<void>;
}
export class StagebookHistory extends HTMLElement {}

export interface StagebookTasks extends StagebookElement {
  /** Whose. Default: who operates; "" is everybody. */
  assignee: string | undefined;
  group: "open" | "overdue" | "today" | "planned" | "done" | "cancelled";
}
export class StagebookTasks extends HTMLElement {}

export interface StagebookInsights extends StagebookElement {
  /** Of which workflow. Default: the first. */
  definition: string | undefined;
  from: string | undefined;
  to: string | undefined;
}
export class StagebookInsights extends HTMLElement {}

export interface StagebookSyncStatus extends StagebookElement {
  /** Ids of the conflicts that need not be counted any more. */
  seen: readonly string[];
}
export class StagebookSyncStatus extends HTMLElement {}

/** The elements by the names that they have in a page. */
export interface StagebookTags {
  "stagebook-panel": StagebookPanel;
  "stagebook-stage-path": StagebookStagePath;
  "stagebook-activity-form": StagebookActivityForm;
  "stagebook-activities": StagebookActivities;
  "stagebook-log": StagebookLog;
  "stagebook-history": StagebookHistory;
  "stagebook-tasks": StagebookTasks;
  "stagebook-insights": StagebookInsights;
  "stagebook-sync-status": StagebookSyncStatus;
}
export const elements: { readonly [Name in keyof StagebookTags]: new () => StagebookTags[Name] };
/** Defines them all, as importing "stagebook/elements/define" does. A name that is taken stays as it is; elsewhere than in a page it does nothing. */
export function define(): void;

declare global {
  interface HTMLElementTagNameMap extends StagebookTags {}
  interface GlobalEventHandlersEventMap extends StagebookEventMap {}
}
