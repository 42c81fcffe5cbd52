// Signed notes: the host's signer signs the text of a checkpoint, the component puts the note together. A book without a
// signer gives its checkpoints as they are.

import type { RawBook } from "#glue";
import { StagebookError } from "./errors.js";
import { say } from "./messages.js";
import type { Session } from "./session.js";
import type { BookOptions } from "./types.js";

export type Signer = NonNullable<BookOptions["signer"]>;
/** Gives the note of a checkpoint. What the signer throws is its host's own, and passed on as it is. */
export type Sign = (checkpoint: string) => Promise<string>;

export function signing(session: Session, raw: RawBook, signer?: Signer): Sign {
  if (!signer) return async (checkpoint) => checkpoint;
  return async (checkpoint) => {
    const signature = await signer.sign(new TextEncoder().encode(checkpoint));
    const args = JSON.stringify([checkpoint, base64(signer.publicKey), base64(signature)]);
    return session.now(() => JSON.parse(raw.ask("audit.note", args)!));
  };
}

/** Refuses what can sign nothing, before anything is opened. */
export function checkSigner(signer: Signer | undefined, locale?: string): void {
  if (!signer) return;
  const { name, publicKey, sign } = signer;
  const wrong = [
    typeof name !== "string" || name === "" ? "signer.name" : "",
    publicKey?.length === 32 ? "" : "signer.publicKey",
    typeof sign === "function" ? "" : "signer.sign",
  ].filter(Boolean);
  if (wrong.length === 0) return;
  const message = say("signer", locale);
  const issues = wrong.map((path) => ({ path, code: "not-allowed", severity: "error", message }) as const);
  throw new StagebookError("invalid", message, { issues });
}

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
