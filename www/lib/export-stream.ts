// A stream of bytes out of pieces of text or bytes that are asked for one by one: nothing is asked before somebody reads, and no
// more than one piece is held. It knows nothing of what the pieces are.

export interface Piece {
  data: string | Uint8Array;
  /** Where the next one begins; absent on the last. */
  next?: string | undefined;
}

/** `begin` runs at once; what it and `read` throw ends the stream. A reader that cancels is asked for no further piece. */
export function streamOf<T>(begin: () => T, read: (begun: T, cursor?: string) => Promise<Piece>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let begun: T;
  let cursor: string | undefined;
  let wanted = true;
  return new ReadableStream({
    async start() {
      begun = begin();
    },
    async pull(controller) {
      let piece: Piece;
      do {
        piece = await read(begun, cursor);
        cursor = piece.next;
      } while (wanted && !piece.data.length && cursor !== undefined);
      if (!wanted) return;
      const { data } = piece;
      if (data.length) controller.enqueue(typeof data === "string" ? encoder.encode(data) : data);
      if (cursor === undefined) controller.close();
    },
    cancel() {
      wanted = false;
    },
  }, { highWaterMark: 0 });
}
