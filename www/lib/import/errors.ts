/**
 * The one error of the converters: the source as a whole can't be read. A single row that can't be read is never an
 * error; it is passed on, or reported with its number. Imports nothing.
 */

/** "source": not delivered or not unpacked. "encoding": not the text encoding it should be. "xml", "csv": broken syntax. "column": a mapped column is not in the header. "stages": no event name was chosen as a stage. */
export type ImportErrorCode = "source" | "encoding" | "xml" | "csv" | "column" | "stages";

export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
