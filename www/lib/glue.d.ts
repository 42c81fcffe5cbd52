// The boundary as the facade sees it: what the generated glue module and, for the inline entry, the embedded
// component give. What goes in and comes out is JSON text, and every error is a JSON string.

declare module "#glue" {
  export interface Glue {
    imports: WebAssembly.Imports;
    init(instance: WebAssembly.Instance): void;
    exports: Exports;
  }

  export interface Exports {
    checkDefinition(definition: string, options: string): string;
    simulate(definition: string, steps: string, options: string): string;
    /** An inclusion proof against `to`, or a consistency proof between the checkpoints. */
    verifyProof(proof: string, from: string | undefined, to: string): boolean;
    LedgerCheck: new (checkpoints: string, locale?: string) => LedgerCheck;
    openTrial(definition: string, options: string): RawTrial;
    ServerBook: new (options: string) => ServerBook;
    deleteBook(name: string, discardUnsynced: boolean): Promise<void>;
    openBook(options: string, hooks: Hooks): Promise<RawBook>;
    /** Where a form is written, in memory(). */
    form(): number;
    /** Its memory as it now is; it moves when it grows. */
    memory(): Uint8Array;
  }

  /** Called from inside the component: nothing here may throw or call back into it. */
  export interface Hooks {
    clock?: (() => number) | undefined;
    /** Calls back in a task of its own, so that what takes long holds nobody up. */
    turn?: (resume: () => void) => void;
    tell(...told:
      | [event: "change", detail: { contactIds: string[]; source: "local" | "tab" | "sync" }]
      | [event: "closed", detail: { reason: "upgrade" | "storage" }]): void;
  }

  export interface LedgerCheck {
    /** How many lines there were. */
    push(bytes: Uint8Array): number;
    /** Frees it. */
    finish(): string;
    free(): void;
  }

  /** A simulated contact. Transitions are numbered as the definition lists them, activity types after them. */
  export interface RawTrial {
    fork(): RawTrial;
    /** The place of the stage as often as 2, and 1 more if it happened. */
    step(number: number): number;
    /** Why it does not happen; of no command, why the last save did not. */
    refusal(number: number): string | undefined;
    /** Tells as step(). */
    save(changes: string): number;
    can(number: number, request?: string): boolean;
    wait(ms: number): void;
    free(): void;
  }

  /** A book on its server. */
  export interface ServerBook {
    nameOf(contactId: string): string;
    read(batch: string): PushedBatch;
    /** A tombstone, as a verdict. */
    bury(burial: string): string;
    free(): void;
  }

  export interface PushedBatch {
    /** `{contacts, end, replica}` */
    summary(): string;
    /** A verdict. */
    judge(known: string, sender: string): string;
    free(): void;
  }

  export interface RawBook {
    as(actor: string): RawBook;
    /** What the contract's call of that name gives, as JSON. */
    call(name: string, args: string): Promise<string | undefined>;
    /** The same for what needs no store. */
    ask(name: string, args: string): string | undefined;
    /** What is wrong with the form of so many bytes: the numbers of the issues, to the base of 256 and the first of them
     * last; below 0 where found(0) has them, or only JSON can ask for them. */
    check(size: number): number;
    /** The issue of that number, as a list. */
    found(number: number): string | undefined;
    auditVerify(checkpoints: string, onProgress?: (done: number, total: number) => void, isAborted?: () => boolean): Promise<string>;
    /** The part of the ledger behind `state`, and the state behind that part: lines, or JSON of a log's head. */
    exportLedger(state: string | undefined): Promise<[state: string, part: Uint8Array | string] | undefined>;
    /** Whole lines of an export. */
    importLedger(lines: Uint8Array[], end: boolean): Promise<string>;
    importRows(rowsJson: string, firstRow: number, end: boolean): Promise<string>;
    free(): void;
  }

  /** A self-contained scope: an instance never shares its variables, memory views or finalizers with another. */
  export default function createGlue(): Glue;
}

declare module "*.sql" {
  const text: string;
  export default text;
}

declare module "#wasm-base64" {
  const base64: string;
  export default base64;
}
