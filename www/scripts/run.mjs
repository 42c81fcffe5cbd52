// Starts other programs. All that needs a child process comes through here, so that it is shown, timed and ended alike.

import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";

/** A problem the person at the keyboard can solve: printed as it is, without a stack. */
export class Problem extends Error {}

/** Under `npm --prefix www …` npm tells its children its own settings, and another npm would work in the wrong folder. */
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(local_)?prefix$/i.test(name)));

const onWindows = process.platform === "win32";

/**
 * Runs a program to its end, showing what it prints (with `data`, only its errors). Resolves to { code, output }.
 * Rejects when it cannot be started, and, unless `check` is false, when it fails.
 */
export function run(command, args, { env, cwd, seconds, check = true, data = false } = {}) {
  console.log(`$ ${[command, ...args].join(" ")}`);
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      shell: onWindows,
    });
    let output = "";
    const timer = seconds && setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      from.setEncoding("utf8");
      from.on("data", (text) => {
        if (!data || from === child.stdout) output += text;
        if (!data || from === child.stderr) to.write(text);
      });
    }
    child.on("error", (error) => fail(new Problem(`${command} did not start: ${error.message}`)));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (check && code !== 0) fail(new Problem(`${command} ${args[0] ?? ""} ended with ${signal ?? code}`));
      else done({ code: code ?? 1, output });
    });
  });
}

/** What a program prints, trimmed; undefined when it is missing or fails. */
export function ask(command, args, { env, cwd } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    env: { ...inherited, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: onWindows,
  });
  return status === 0 ? stdout.trim() : undefined;
}

export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** Runs a script's work, if this module is the one that was started: a Problem ends it with its message alone. */
export async function main(meta, work) {
  if (!process.argv[1] || realpathSync(process.argv[1]) !== meta.filename) return;
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Problem ? `\nstagebook: ${error.message}` : error);
    process.exitCode = 1;
  }
}
