// Checkpoints, proofs and notes as a host gets them; the signatures are checked by Node's own cryptography.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";
import { crmContact, openBook, verifyConsistency, verifyInclusion } from "./node.js";
import type { BookOptions } from "./types.js";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
const signer = { name: "audit key", publicKey: raw, sign: async (note: Uint8Array) => new Uint8Array(sign(null, note, privateKey)) };
const open = (options: Partial<BookOptions> = {}) =>
  openBook({ definitions: crmContact, actor: { id: "anna" }, store: "memory", name: "crm", ...options });

/** Checks a signed note by the words of C2SP signed-note; gives the text. */
function opened(note: string): string {
  const [text, signature] = [note.slice(0, note.indexOf("\n\n") + 1), note.slice(note.indexOf("\n\n") + 2)];
  const [, name, base64] = /^— (\S+) (\S+)\n$/.exec(signature)!;
  assert.equal(name, text.split("\n")[0]);
  const bytes = Buffer.from(base64!, "base64");
  const id = createHash("sha256").update(name!).update("\n\u0001").update(raw).digest().subarray(0, 4);
  assert.deepEqual(bytes.subarray(0, 4), id);
  assert.ok(verify(null, Buffer.from(text), publicKey, bytes.subarray(4)));
  return text;
}

test("a checkpoint, and a proof for each entry and each earlier size, hold for anybody", async () => {
  const book = await open();
  const heads = [];
  for (const id of ["c1", "c2", "c3"]) {
    await book.contacts.create({ id, name: id });
    heads.push(await book.audit.checkpoint());
  }
  const head = heads.at(-1)!;
  const { replica, entries } = await book.diagnostics();
  assert.match(head, new RegExp(`^stagebook/crm/${replica}\n${entries}\n[A-Za-z0-9+/]{43}=\n$`));
  for (let seq = 0; seq < entries; seq += 1) {
    const proof = await book.audit.proveInclusion(`${replica}/${seq}`);
    assert.deepEqual(Object.keys(proof).sort(), ["checkpoint", "index", "leaf", "path", "replica", "size"]);
    assert.equal(await verifyInclusion(proof, head), true);
    assert.equal(await verifyInclusion(proof, heads[0]!), false);
    assert.equal(await verifyInclusion({ ...proof, index: (seq + 1) % entries }, head), false);
  }
  for (const from of heads) {
    const proof = await book.audit.proveConsistency(Number(from.split("\n")[1]));
    assert.equal(await verifyConsistency(proof, from, head), true);
    assert.equal(await verifyConsistency({ ...proof, path: [...proof.path, proof.path[0] ?? head] }, from, head), false);
  }
  await assert.rejects(book.audit.proveInclusion(`${replica}/${entries}`), { code: "not-found" });
  await assert.rejects(book.audit.proveInclusion(undefined as never), { code: "invalid" });
  for (const size of [0, -1, 0.5, entries + 1, "1"]) await assert.rejects(book.audit.proveConsistency(size as number), { code: "invalid" });
  await book.close();
  await assert.rejects(book.audit.checkpoint(), { code: "closed" });
});

test("what is no proof proves nothing, and throws nothing", async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (const bad of [undefined, null, 1, "x", [], {}, cycle, { replica: "r", leaf: "x", index: 0, size: 1, path: [1n] }, { path: "\ud800" }]) {
    assert.equal(await verifyInclusion(bad as never, "stagebook/crm/r\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), false);
    assert.equal(await verifyConsistency(bad as never, bad as never, bad as never), false);
  }
});

test("a signer's notes are signed notes of the same checkpoints", async () => {
  const book = await open({ signer });
  await book.contacts.create({ id: "c1", name: "Bruno" });
  const { replica } = await book.diagnostics();
  const note = await book.audit.checkpoint();
  const text = opened(note);
  const [inclusion, consistency] = [await book.audit.proveInclusion(`${replica}/1`), await book.audit.proveConsistency(1)];
  assert.equal(opened(inclusion.checkpoint), text);
  assert.equal(opened(consistency.checkpoint), text);
  assert.equal(await verifyInclusion(inclusion, note), true);
  assert.equal(await book.as({ id: "ugo" }).audit.checkpoint(), note, "Ed25519 signs the same the same way");
  await book.close();
});

test("a signer that can't be one is refused at once, and its own failure is its host's", async () => {
  const wrong = { name: "", publicKey: raw.subarray(1), sign: 1 } as never;
  await assert.rejects(open({ signer: wrong }), ({ code, issues }) => {
    assert.deepEqual([code, issues.map(({ path }: { path: string }) => path)], ["invalid", ["signer.name", "signer.publicKey", "signer.sign"]]);
    return true;
  });
  const locked = new Error("the key is locked");
  const book = await open({ signer: { ...signer, sign: async () => { throw locked; } } });
  await assert.rejects(book.audit.checkpoint(), locked);
  await book.close();
  const short = await open({ signer: { ...signer, sign: async () => new Uint8Array(63) } });
  await assert.rejects(short.audit.checkpoint(), { code: "invalid" });
  await short.close();
});
