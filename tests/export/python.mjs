// A Python that has pm4py, in target/: made where there is a Python and a package index answers. What pm4py's licence asks
// of those who ship it does not concern a test that runs it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { target } from "../../www/scripts/paths.mjs";
import { ask, run } from "../../www/scripts/run.mjs";

const folder = join(target, "pm4py");
const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const has = () => existsSync(python) && ask(python, ["-c", "import pm4py"]) !== undefined;
const SECONDS = 300;

/** { python }, or { lacks }: what is missing, in words. */
export async function pm4py() {
  if (has()) return { python };
  const system = ["python3", "python"].find((name) => ask(name, ["-c", "import sys, venv; assert sys.version_info >= (3, 9)"]) !== undefined);
  if (!system) return { lacks: "no Python 3.9 with venv is here" };
  for (const [command, args] of [[system, ["-m", "venv", folder]], [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pm4py>=2.7,<3"]]]) {
    const { code } = await run(command, args, { check: false, seconds: SECONDS }).catch(() => ({ code: 1 }));
    if (code !== 0) return { lacks: `${command} ${args.join(" ")} failed` };
  }
  return has() ? { python } : { lacks: "pm4py can't be imported" };
}
