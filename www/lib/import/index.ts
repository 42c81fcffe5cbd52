/**
 * `stagebook/import`: history of another system as rows for `book.audit.importHistory`. Needs no book and no WebAssembly, runs in
 * browsers, workers and Node, and uses neither eval nor any package.
 */
export { fromXes, type NameChoice, type RowPart, type XesOptions, type XesRows, type XesSummary } from "./xes.js";
export type { XesAttributes, XesEvent, XesTrace, XesValue } from "./xes-log.js";
export { scanXes, type XesName, type XesScan, type XesScanOptions } from "./xes-scan.js";
export { definitionFromXes, type XesDefinitionOptions } from "./xes-definition.js";
export type { ImportSource, SourceOptions } from "./source.js";
export { fromCsv, scanCsv, type CsvOptions, type CsvRows, type CsvScan, type CsvSummary } from "./csv.js";
export type { CsvCells, CsvColumn, CsvColumns, CsvField, CsvValue } from "./csv-columns.js";
export { ImportError, type ImportErrorCode } from "./errors.js";
