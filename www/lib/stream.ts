// A ReadableStream of what an async function gives, chunk after chunk: the next one is asked for when the reader wants it.

/** `next` gives undefined behind the last chunk. */
export function streamOf(next: () => Promise<Uint8Array | undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await next();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
}
