/** The contract's types that the converters write. Named by the package's name, so that the published declarations find them too. */
export type { ImportRow, WorkflowDefinition } from "stagebook";
