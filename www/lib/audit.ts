// book.audit: verifying, taking the log elsewhere, and bringing in history from another system.

import type { RawBook } from "#glue";
import { aborted } from "./errors.js";
import { exportLog } from "./audit-export.js";
import { attempt } from "./events.js";
import type { Handle } from "./handle.js";
import { importHistory } from "./import-history.js";
import type { Session } from "./session.js";
import type { Audit, VerifyReport } from "./types.js";

export function audit(session: Session, raw: RawBook, handle: Handle): Audit {
  return {
    verify: (options) => verify(session, raw, options),
    importHistory: async (rows, options) => {
      session.check();
      const store = (json: string, first: number) => session.write<never>(() => raw.importRows(json, first));
      return importHistory(store, rows, { ...options, locale: session.locale });
    },
    checkpoint: async () => session.lacks("audit.checkpoint"),
    proveInclusion: async () => session.lacks("audit.proveInclusion"),
    proveConsistency: async () => session.lacks("audit.proveConsistency"),
    export: (format: string, query?: object) => exportLog(session, handle, format, query),
    import: async () => session.lacks("audit.import"),
  };
}

async function verify(
  session: Session, raw: RawBook, { checkpoints, onProgress, signal }: Parameters<Audit["verify"]>[0] = {},
): Promise<VerifyReport> {
  // Heads that are not compared would make "ok" say more than is known.
  if (checkpoints?.length) session.lacks("audit.verify with checkpoints");
  if (signal?.aborted) throw aborted(signal, session.locale);
  // The component asks and tells in the middle of its work: host code runs after it, and cannot throw into it.
  const tell = onProgress && ((done: number, total: number) =>
    queueMicrotask(() => attempt(() => onProgress(done, total))));
  return session.read(() => raw.auditVerify(tell, signal && (() => signal.aborted)));
}
