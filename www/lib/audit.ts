// book.audit: verifying, proving, carrying out, and bringing in history from another system.

import type { RawBook } from "#glue";
import { aborted } from "./errors.js";
import { attempt } from "./events.js";
import { streamOf } from "./export-stream.js";
import type { Handle } from "./handle.js";
import { json, plain } from "./plain.js";
import type { Session } from "./session.js";
import { signing } from "./signing.js";
import type { Audit, ConsistencyProof, InclusionProof, VerifyReport } from "./types.js";

export function audit(session: Session, handle: Handle, raw: RawBook): Audit {
  const sign = signing(session, raw, session.signer);
  const signed = async <P extends { checkpoint: string }>(proof: P) => ({ ...proof, checkpoint: await sign(proof.checkpoint) });
  return {
    verify: (options) => verify(session, raw, options),
    importHistory: async (rows, options) => {
      session.check();
      const { importHistory } = await import("./import-history.js");
      const store = (json: string, first: number, end: boolean) => session.write<never>(() => raw.importRows(json, first, end));
      return importHistory(store, rows, { ...options, locale: session.locale });
    },
    checkpoint: async () => sign(await handle.read("audit.checkpoint")),
    proveInclusion: async (entryId) => {
      const { proof, isOwn } = await handle.read<{ proof: InclusionProof; isOwn: boolean }>("audit.proveInclusion", { entryId });
      // Another replica's head is not this book's to sign.
      return isOwn ? signed(proof) : proof;
    },
    proveConsistency: async (fromSize) => signed(await handle.read<ConsistencyProof>("audit.proveConsistency", {}, fromSize)),
    export: (format: string, query?: object) => streamOf(
      // The caller's own object may change while the stream is read.
      () => plain(query, session.locale),
      async (copy: unknown, place?: string) => (await import("./audit-export.js")).pieceOf({ session, handle, raw, sign }, format, copy, place),
    ),
    import: async (lines) => {
      session.check();
      return (await import("./bring-in.js")).bringIn(session, raw, lines);
    },
  };
}

async function verify(
  session: Session, raw: RawBook, { checkpoints = [], onProgress, signal }: Parameters<Audit["verify"]>[0] = {},
): Promise<VerifyReport> {
  if (signal?.aborted) throw aborted(signal, session.locale);
  // The component asks and tells in the middle of its work: host code runs after it, and cannot throw into it.
  const tell = onProgress && ((done: number, total: number) =>
    queueMicrotask(() => attempt(() => onProgress(done, total))));
  return session.read(() => raw.auditVerify(json(checkpoints, session.locale), tell, signal && (() => signal.aborted)));
}
