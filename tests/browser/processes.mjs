// What the browser that a test started costs: memory of its processes, as Linux tells it, and bytes of a folder on disk.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const status = (pid, key) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // ended meanwhile, or no Linux
  }
}

/** Process ids that descend from this process. */
function descendants() {
  let pids = [];
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
  const parents = new Map(pids.map((pid) => [pid, status(pid, "PPid")]));
  const ours = (pid) => pid === process.pid || (parents.has(pid) && pid > 1 && ours(parents.get(pid)));
  return pids.filter((pid) => pid !== process.pid && ours(pid));
}

/** Clock ticks of user and system time, which Linux counts by the hundredth of a second. */
const cpuSeconds = (pid) => {
  const [user, system] = read(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ").slice(11, 13);
  return (Number(user ?? 0) + Number(system ?? 0)) / 100;
};

/** Megabytes: the most that any renderer process held so far, and what all browser processes hold now. Seconds of processor
 * time that all of them used so far: unlike the time that passed, they say the same on a machine that is busy. */
export function browserMemory() {
  const pids = descendants();
  const renderers = pids.filter((pid) => read(`/proc/${pid}/cmdline`).includes("--type=renderer"));
  const megabytes = (kilobytes) => Math.round(kilobytes / 1024);
  return {
    rendererPeak: megabytes(Math.max(0, ...renderers.map((pid) => status(pid, "VmHWM")))),
    cpu: pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    all: megabytes(pids.reduce((sum, pid) => sum + status(pid, "VmRSS"), 0)),
  };
}

export function bytesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
