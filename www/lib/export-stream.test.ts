import assert from "node:assert/strict";
import { test } from "node:test";
import { streamOf } from "./export-stream.js";

/** Pieces "0 ", "1 " … and what was asked for. */
function shelf(pieces: readonly string[]) {
  const asked: (string | undefined)[] = [];
  const read = async (_: undefined, cursor?: string) => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    return { data: pieces[at]!, next: at + 1 < pieces.length ? String(at + 1) : undefined };
  };
  return { asked, stream: () => streamOf(() => undefined, read) };
}

const later = () => new Promise<void>((resolve) => setTimeout(resolve));
const text = (stream: ReadableStream<Uint8Array>) => new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text();

test("the stream is the pieces one after the other, empty ones too", async () => {
  const { stream, asked } = shelf(["", "è", "", "", "b", ""]);
  assert.equal(await text(stream()), "èb");
  assert.deepEqual(asked, [undefined, "1", "2", "3", "4", "5"]);
  assert.equal(await text(shelf([""]).stream()), "");
});

test("nothing is asked for before somebody reads, and one piece for one read", async () => {
  const { stream, asked } = shelf(["a", "b", "c", "d"]);
  const reader = stream().getReader();
  await later();
  assert.equal(asked.length, 0);
  await reader.read();
  await later();
  assert.equal(asked.length, 1);
  await reader.read();
  assert.equal(asked.length, 2);
});

test("a reader that cancels is asked for no further piece, not even in the middle of empty ones", async () => {
  const { stream, asked } = shelf(Array.from({ length: 100 }, () => ""));
  const reader = stream().getReader();
  const reading = reader.read();
  await reader.cancel();
  assert.deepEqual(await reading, { done: true, value: undefined });
  await later();
  assert.ok(asked.length < 3, `${asked.length}`);
});

test("what goes wrong in the beginning or between ends the stream with that very error", async () => {
  const wrong = new Error("wrong");
  const early = streamOf(() => { throw wrong; }, async () => ({ data: "a" }));
  await assert.rejects(text(early), (error) => error === wrong);
  const late = streamOf(() => 0, async (_, cursor) => {
    if (cursor) throw wrong;
    return { data: "a", next: "1" };
  });
  const reader = late.getReader();
  assert.equal((await reader.read()).done, false);
  await assert.rejects(reader.read(), (error) => error === wrong);
});

test("what it begins with is taken when it is made", () => {
  let begun = 0;
  streamOf(() => { begun += 1; }, async () => ({ data: "" }));
  assert.equal(begun, 1);
});
