// Reads from a test runner's closing lines how many tests it ran.

export const NONE = { passed: 0, failed: 0, skipped: 0 };

/** `cargo test`, one line a test binary, and wasm-bindgen's runner, which writes the same line. */
export function ofRust(output) {
  const lines = [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)];
  return lines.map(([, passed, failed, skipped]) => ({ passed: +passed, failed: +failed, skipped: +skipped })).reduce(add, NONE);
}

/** `node --test` with the spec reporter. */
export function ofNode(output) {
  const last = (word) => Number([...output.matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, "gm"))].at(-1)?.[1] ?? 0);
  return { passed: last("pass"), failed: last("fail") + last("cancelled"), skipped: last("skipped") + last("todo") };
}

export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A runner that failed without naming a failed test, or ran none at all, counts as one failure. */
export function judge({ code, output }, read) {
  const counts = read(output);
  const silent = counts.failed === 0 && (code !== 0 || counts.passed + counts.skipped === 0);
  if (silent) console.log(code === 0 ? "No test ran." : `Ended with ${code}, outside any test.`);
  return silent ? { ...counts, failed: 1 } : counts;
}
