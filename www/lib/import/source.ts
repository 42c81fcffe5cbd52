/**
 * From whatever a host has at hand to text in chunks: bytes are pulled, unpacked where they are gzip, and decoded. A chunk is
 * asked for when the one before has been used up, so memory does not grow with the source. Knows no format, and keeps
 * nothing back: ending the iteration early cancels the source.
 */
import { ImportError } from "./errors.js";

/** A File from an `<input>`, a fetched Response, a stream, chunks, or the text itself. Gzip is recognised by its first bytes. */
export type ImportSource =
  | Blob
  | Response
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Uint8Array
  | string;

export interface SourceOptions {
  /** A label of the Encoding Standard ("windows-1252"). Default: the byte order mark's, then the XML declaration's, then UTF-8. Bytes that don't fit are an error (ImportError "encoding"), never replaced. */
  encoding?: string;
  /** Told now and then with the bytes read so far, as the source holds them (so packed ones where it is gzip: compare with `file.size`). Of text: UTF-16 code units. */
  onProgress?: (bytes: number) => void;
  /** Ends the iteration with the signal's reason. */
  signal?: AbortSignal;
}

type Chunk = Uint8Array | string;

const PIECE = 1 << 16;
const PATIENCE_MS = 12;

/** The source's text in order, in chunks of any size. Between chunks the event loop gets its turn, or a page would freeze. */
export async function* textOf(source: ImportSource, options: SourceOptions = {}): AsyncGenerator<string, void, undefined> {
  let since = performance.now();
  for await (const text of decoded(unpacked(counted(chunksOf(source), options)), options.encoding)) {
    yield text;
    if (performance.now() - since < PATIENCE_MS) continue;
    await nextTask();
    since = performance.now();
  }
}

/** Streams and decompressors can answer in microtasks alone; only a new task lets timers, input and painting in. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function* counted(chunks: AsyncIterable<Chunk>, { onProgress, signal }: SourceOptions): AsyncGenerator<Chunk> {
  let bytes = 0;
  signal?.throwIfAborted();
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    onProgress?.(bytes);
    yield chunk;
  }
}

/** By what they can do, not by class: a host's Blob may come from another window, its Response from a package. */
function chunksOf(source: ImportSource): AsyncIterable<Chunk> {
  if (typeof source === "string") return pieces(source);
  if (ArrayBuffer.isView(source)) return pieces(source);
  if ("stream" in source) return streamed(source.stream());
  if ("getReader" in source) return streamed(source);
  if ("body" in source) return streamed(bodyOf(source));
  return source;
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (!response.ok) throw new ImportError("source", `The server answered ${response.status} ${response.statusText}`.trim() + ".");
  return response.body ?? new Blob([]).stream();
}

async function* pieces<T extends Chunk>(whole: T): AsyncGenerator<T> {
  for (let at = 0; at < whole.length; at += PIECE) {
    yield (typeof whole === "string" ? whole.slice(at, at + PIECE) : whole.subarray(at, at + PIECE)) as T;
  }
}

/** Not `for await (… of stream)`: Safari's streams are no async iterables. */
async function* streamed(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

/** Gzip begins with 1f 8b, which begins neither XML nor CSV in any encoding. */
async function* unpacked(chunks: AsyncGenerator<Chunk>): AsyncGenerator<Chunk> {
  try {
    const first = await head(chunks, 2);
    if (first === undefined) return;
    if (typeof first !== "string" && first[0] === 0x1f && first[1] === 0x8b) yield* gunzipped(first, chunks);
    else {
      yield first;
      yield* chunks;
    }
  } finally {
    await chunks.return(undefined);
  }
}

async function* gunzipped(first: Uint8Array, rest: AsyncGenerator<Chunk>): AsyncGenerator<Uint8Array> {
  // Whatever the decompressor throws (each engine something else) means bad data, but an error of the source is passed on as it is.
  let fault: { error: unknown } | undefined;
  const packed = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      try {
        const { done, value } = await rest.next();
        if (done) controller.close();
        else if (typeof value === "string") throw mixed();
        else controller.enqueue(value);
      } catch (error) {
        fault = { error };
        throw error;
      }
    },
  });
  try {
    yield* streamed(packed.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>));
  } catch (cause) {
    throw fault ? fault.error : new ImportError("source", "The gzip file is damaged or cut short.", cause);
  }
}

function mixed(): ImportError {
  return new ImportError("source", "The chunks of a source are all bytes or all text.");
}

/** The first chunk, of bytes made of as many as it takes to hold `size`; undefined of an empty source. */
async function head(chunks: AsyncGenerator<Chunk>, size: number): Promise<Chunk | undefined> {
  let first: Chunk | undefined;
  while (first === undefined || (typeof first !== "string" && first.length < size)) {
    const { done, value } = await chunks.next();
    if (done) break;
    if (value.length === 0) continue;
    if (first === undefined) first = value;
    else if (typeof value !== "string" && typeof first !== "string") first = joined(first, value);
    else throw mixed();
  }
  return first;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function* decoded(chunks: AsyncGenerator<Chunk>, encoding: string | undefined): AsyncGenerator<string> {
  try {
    const first = await head(chunks, 256);
    if (first === undefined) return;
    let decoder: TextDecoder | undefined;
    let bytes = 0;
    const text = (chunk: Chunk): string => {
      if (typeof chunk === "string") return chunk;
      decoder ??= decoderFor(encoding ?? encodingOf(chunk));
      bytes += chunk.length;
      return decode(decoder, chunk, bytes);
    };
    yield text(first).replace(/^\uFEFF/, "");
    for await (const chunk of chunks) yield text(chunk);
    if (decoder) yield decode(decoder, undefined, bytes);
  } finally {
    await chunks.return(undefined);
  }
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, bytes: number): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw new ImportError("encoding", `The text is not ${decoder.encoding}, somewhere before byte ${bytes}. Name its encoding.`, cause);
  }
}

function decoderFor(label: string): TextDecoder {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch (cause) {
    throw new ImportError("encoding", `The encoding "${label}" is not known.`, cause);
  }
}

function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  const ascii = String.fromCharCode(...start.subarray(0, 256));
  return /^(?:\xEF\xBB\xBF)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(ascii)?.[1] ?? "utf-8";
}
