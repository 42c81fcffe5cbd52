// The boundary as the facade sees it: what the generated glue module and, for the inline entry, the embedded
// component give. Commands go in as plain data; all that comes out is JSON text, and every error is a JSON string.

declare module "#glue" {
  export interface Glue {
    imports: WebAssembly.Imports;
    init(instance: WebAssembly.Instance): void;
    exports: Exports;
  }

  export interface Exports {
    /** Once per instance, before anything else. */
    start(onPanic: (message: string) => void): void;
    checkDefinition(definition: unknown, options: object): string;
    openBook(options: object, hooks: Hooks): Promise<RawBook>;
  }

  /** Called from inside the component: nothing here may throw or call back into it. */
  export interface Hooks {
    change(json: string): void;
    closed(reason: string): void;
  }

  export interface RawBook {
    as(actor: object): RawBook;
    info(): string;
    text(label: string | object): string;
    contactsCreate(input: object, options?: object): Promise<string>;
    contactsGet(id: string): Promise<string | undefined>;
    contactsList(query?: object): Promise<string>;
    contactsSave(id: string, changes: object, options?: object): Promise<string>;
    contactsErase(id: string, options: object): Promise<void>;
    contactsComment(id: string, input: object, options?: object): Promise<string>;
    workflowDefinitions(): string;
    workflowStart(contactId: string, definition: string, options?: object): Promise<string>;
    workflowOptions(contactId: string, input?: object): Promise<string>;
    workflowTransition(contactId: string, request: object, options?: object): Promise<string>;
    workflowLog(contactId: string, query?: object): Promise<string>;
    activitiesTypes(contactId: string): Promise<string>;
    activitiesDraft(boxes: object, context?: object): string;
    activitiesValidate(boxes: object, context?: object): string;
    activitiesList(contactId: string, query?: object): Promise<string>;
    activitiesComplete(pendingId: string, input?: object, options?: object): Promise<string>;
    activitiesReopen(pendingId: string, options?: object): Promise<string>;
    activitiesCancel(pendingId: string, options?: object): Promise<string>;
    history(contactId: string, query?: object): Promise<string>;
    auditVerify(onProgress?: (done: number, total: number) => void, isAborted?: () => boolean): Promise<string>;
    importRows(rowsJson: string, firstRow: number): Promise<string>;
    refresh(): Promise<void>;
    diagnostics(): Promise<string>;
    close(): Promise<void>;
    free(): void;
  }

  /** A self-contained scope: an instance never shares its variables, memory views or finalizers with another. */
  export default function createGlue(): Glue;
}

declare module "#wasm-base64" {
  const base64: string;
  export default base64;
}
