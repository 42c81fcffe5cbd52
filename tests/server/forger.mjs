// A client that keeps to the format and to nothing else: it seals whatever it is told, in anybody's name, at any time. Written
// from the format's description, apart from the package's own code.

import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const hex = (hash) => `sha256:${hash.toString("hex")}`;

/** RFC 8785, for texts and whole numbers. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** RFC 6962. */
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Buffer.of(1), root(leaves.slice(0, split)), root(leaves.slice(split)));
}

export class Forger {
  replica = randomUUID();
  leaves = [];
  lines = [];
  #hlc = 0;

  constructor({ book = "crm", secret = "", now = Date.now() } = {}) {
    this.book = book;
    this.now = now;
    this.key = sha("stagebook/key/v1\0", `${book}\0`, secret);
  }

  name(sort, id) {
    return createHmac("sha256", this.key).update(`${sort}\0${id}`).digest("base64url").slice(0, 22);
  }

  /** Puts an entry onto its log; `header` overrides what would stand there. Gives its id. */
  add(kind, contact, data, { by = "ada", byKind = "user", at = this.now, header = {}, body: given = {} } = {}) {
    const tombstone = kind === "contact.erased";
    const body = canonical({ by, byKind, byName: by, contact: tombstone ? undefined : contact, data, ...given });
    const salt = randomBytes(32);
    this.#hlc = Math.max(this.#hlc + 1, at);
    const head = canonical({
      at: new Date(at).toISOString(),
      body: hex(sha("stagebook/body/v1\0", salt, body)),
      book: this.book,
      by: this.name("actor", by),
      contact: this.name("contact", contact),
      hlc: `${String(this.#hlc).padStart(13, "0")}-0000`,
      kind,
      prev: this.leaves.length ? hex(this.leaves.at(-1)) : undefined,
      replica: this.replica,
      seq: this.lines.length,
      v: 1,
      ...header,
    });
    this.leaves.push(sha(Buffer.of(0), head));
    this.lines.push(`{"body":${body},"header":${head},"salt":"${salt.toString("base64url")}"}`);
    return `${this.replica}/${this.lines.length - 1}`;
  }

  batch(from = 0, to = this.lines.length) {
    const checkpoint = `stagebook/${this.book}/${this.replica}\n${to}\n${root(this.leaves.slice(0, to)).toString("base64")}\n`;
    return { book: this.book, replica: this.replica, from, lines: this.lines.slice(from, to), checkpoint };
  }
}

/** The data of some kinds, under the preset. */
export const data = {
  created: (name) => ({ fields: {}, name }),
  commented: (text) => ({ id: randomUUID(), text }),
  started: (stage = "start", workflow = "crm-contact") => ({ from: null, to: { label: stage, stage }, version: 1, workflow }),
  moved: (from, to, transition = `${from}-${to}`, workflow = "crm-contact") =>
    ({ answers: {}, from: { label: from, stage: from }, to: { label: to, stage: to }, transition, version: 1, workflow }),
  erased: (entries = 1) => ({ entries }),
};
