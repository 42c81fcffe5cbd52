// The ledger out of a book as a stream and into the check, by every way there is to hand it over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crmContact, openBook, verifyLog } from "./node.js";
import type { Book } from "./types.js";

const streamOf = (next: () => Promise<Uint8Array | undefined>) => new ReadableStream<Uint8Array>({
  async pull(controller) {
    const chunk = await next();
    if (chunk) controller.enqueue(chunk);
    else controller.close();
  },
});

const open = () => openBook({ definitions: crmContact, actor: { id: "anna" }, store: "memory", name: "crm" });

async function filled(contacts = 40): Promise<Book> {
  const book = await open();
  const ids = Array.from({ length: contacts }, (_, n) => `c${n}`);
  await Promise.all(ids.map((id) => book.contacts.create({ id, name: `Name of ${id} “è”` })));
  return book;
}

const all = async (book: Book) => Buffer.from(await new Response(book.audit.export("jsonl")).arrayBuffer());

test("an export is verified from a stream, from bytes cut anywhere, and from lines with or without their break", async () => {
  const book = await filled();
  await book.contacts.erase("c3", { confirm: "c3" });
  const report = await verifyLog(book.audit.export("jsonl"));
  const { entries, replica } = await book.diagnostics();
  assert.deepEqual(report, await book.audit.verify());
  assert.deepEqual([report.ok, report.entries, report.erased], [true, entries, 2]);
  assert.deepEqual(Object.keys(report.replicas[0]!).sort(), ["ok", "replica", "root", "size"]);
  assert.equal(report.replicas[0]!.replica, replica);
  const bytes = await all(book);
  const lines = bytes.toString().split("\n");
  async function* cut(size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  async function* later(of: string[]) { yield* of; }
  const ways = [
    ...[1, 7, 1000, 1e7].map((size) => { const of = cut(size); return streamOf(async () => (await of.next()).value || undefined); }),
    cut(333) as unknown as AsyncIterable<string>, new Blob([bytes]).stream(),
    lines, lines.slice(0, -1), lines.slice(0, -1).map((line) => `${line}\n`), new Set(lines), later(lines),
  ];
  for (const way of ways) assert.deepEqual(await verifyLog(way), report);
  await book.close();
});

test("a change, a cut and a line too many are told", async () => {
  const book = await filled();
  const lines = (await all(book)).toString().trimEnd().split("\n");
  const changed = lines.with(5, lines[5]!.replace("Name", "Mane"));
  const { ok, replicas } = await verifyLog(changed);
  assert.deepEqual([ok, replicas[0]!.firstBad!.seq], [false, 5]);
  assert.equal((await verifyLog(lines.slice(0, -1))).replicas[0]!.truncated, true);
  assert.equal((await verifyLog(lines.with(7, ""))).replicas[0]!.firstBad!.seq, 7);
  assert.equal((await verifyLog([])).ok, false);
  for (const wrong of [[1, 2], [null], [lines[0], undefined, lines[1]]]) assert.equal((await verifyLog(wrong as never)).ok, false);
  await book.close();
});

test("heads that were kept are compared, a batch is whole with its own", async () => {
  const book = await filled();
  const early = await book.audit.checkpoint();
  await book.contacts.comment("c1", { text: "later" });
  const head = await book.audit.checkpoint();
  const lines = (await all(book)).toString().trimEnd().split("\n");
  assert.equal((await verifyLog(lines, { checkpoints: [early, head] })).ok, true);
  assert.equal((await verifyLog(lines.slice(0, -1), { checkpoints: [head] })).ok, true, "a batch and its checkpoint");
  assert.equal((await verifyLog(lines.slice(0, -2), { checkpoints: [head] })).replicas[0]!.truncated, true);
  const part = (await verifyLog(lines.slice(5, -1), { checkpoints: [head] })).replicas[0]!;
  assert.deepEqual([part.ok, part.truncated, part.firstBad, part.root], [false, true, undefined, ""]);
  assert.equal((await book.audit.verify({ checkpoints: [early, head] })).ok, true);
  const other = head.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1}\n`);
  assert.equal((await book.audit.verify({ checkpoints: [other] })).replicas[0]!.truncated, true);
  for (const checkpoints of [["x"], [early, ""], "x", [1]]) {
    await assert.rejects(verifyLog(lines, { checkpoints } as never), { code: "invalid" });
    await assert.rejects(book.audit.verify({ checkpoints } as never), { code: "invalid" });
  }
  await book.close();
});

test("progress is told, an abort ends it even where the source has stalled, and the source is given back", async () => {
  const book = await filled(2_000);
  const bytes = await all(book);
  const seen: number[] = [];
  const report = await verifyLog(new Blob([bytes]).stream(), { onProgress: (done) => seen.push(done) });
  assert.equal(report.ok, true);
  assert.ok(seen.length > 1 && seen.at(-1)! > report.entries && seen.every((done, n) => n === 0 || done >= seen[n - 1]!));
  for (const stalled of [true, false]) {
    let cancelled = 0;
    const abort = new AbortController();
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => stalled ? new Promise(() => {}) : controller.enqueue(bytes.subarray(0, 100_000)),
      cancel: () => void (cancelled += 1),
    });
    setTimeout(() => abort.abort("enough"), 50);
    await assert.rejects(verifyLog(source, { signal: abort.signal }), ({ code, cause }) => code === "aborted" && cause === "enough");
    await new Promise((done) => setTimeout(done));
    assert.equal(cancelled, 1);
  }
  const unread = { [Symbol.iterator]: () => assert.fail("it was asked") };
  await assert.rejects(verifyLog(unread, { signal: AbortSignal.abort() }), { code: "aborted" });
  await book.close();
});

test("what is no source is refused, and the source's own error is passed on", async () => {
  for (const bad of [undefined, null, "a line", 1, {}]) await assert.rejects(verifyLog(bad as never), { code: "invalid" });
  const broken = new Error("the disk");
  async function* breaks() { yield "x"; throw broken; }
  await assert.rejects(verifyLog(breaks()), broken);
});

test("an export reads on only when it is read, ends when it is cancelled, and fails when its book is closed", async () => {
  let asked = 0;
  const stream = streamOf(async () => { asked += 1; return new Uint8Array(1); });
  const settle = () => new Promise((done) => setTimeout(done, 10));
  await settle();
  assert.equal(asked, 1, "one chunk ahead");
  const reader = stream.getReader();
  await reader.read();
  await settle();
  assert.equal(asked, 2);
  await reader.cancel();
  await settle();
  assert.equal(asked, 2);

  const book = await filled(1_500);
  const cancelled = book.audit.export("jsonl").getReader();
  await cancelled.read();
  await cancelled.cancel();
  const cut = book.audit.export("jsonl").getReader();
  await cut.read();
  await book.close();
  await assert.rejects((async () => { while (!(await cut.read()).done); })(), { code: "closed" });
  await assert.rejects(book.audit.export("jsonl").getReader().read(), { code: "closed" });
});
