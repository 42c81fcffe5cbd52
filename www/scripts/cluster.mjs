// A throw-away PostgreSQL: its own cluster in a temporary folder on a free loopback port, as a user that is not root.

import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ask = (program, args) => {
  try {
    return execFileSync(program, args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
};

/** The folder of PostgreSQL's programs, or undefined. Debian keeps them out of PATH. */
export function programs() {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").sort((a, b) => b - a) : [];
  const folders = [ask("pg_config", ["--bindir"]), ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  return folders.find((folder) => folder && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** False, or why tests that need PostgreSQL are skipped. */
export const skip = programs() ? false : "PostgreSQL is not installed";

function who() {
  if (process.getuid?.() !== 0) return {};
  const id = (flag) => Number(ask("id", [flag, "postgres"]) ?? ask("id", [flag, "nobody"]));
  return { uid: id("-u"), gid: id("-g") };
}

export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts one. @returns {Promise<{ url: string, folder: string, restart(): Promise<void>, stop(): Promise<void> }>} */
export async function cluster() {
  const bin = programs();
  const user = who();
  const folder = mkdtempSync(join(tmpdir(), "stagebook-postgres-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-A", "trust", "-U", "stagebook", "-E", "UTF8", "--locale=C"], { ...user, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  let running = await start();

  async function start() {
    const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "", max_connections: 60, logging_collector: "off", shared_buffers: "32MB" };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(join(bin, "postgres"), ["-D", data, ...options], { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise((done) => child.once("exit", done));
    let said = "";
    await new Promise((ready, failed) => {
      child.stderr.on("data", (text) => {
        said += text;
        if (said.includes("ready to accept connections")) ready();
      });
      child.once("exit", () => failed(new Error(said)));
    });
    return { child, ended };
  }
  async function end(signal) {
    running.child.kill(signal);
    await running.ended;
  }
  return {
    url: `postgres://stagebook@127.0.0.1:${port}/postgres`,
    folder,
    /** As after a power cut: nothing is told to anybody. */
    async restart() {
      await end("SIGQUIT");
      running = await start();
    },
    async stop() {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
