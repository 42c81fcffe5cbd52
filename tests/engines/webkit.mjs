// WebKit, Safari's engine, in the small browser that WebKitGTK brings for tests: plain WebDriver calls, on a display of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { atDeep } from "./deep.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const SOFTWARE = { WEBKIT_DISABLE_COMPOSITING_MODE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1", LC_ALL: "C.UTF-8" };

export async function start(paths) {
  const display = await startDisplay(paths.display);
  const port = await freePort();
  const driver = spawn(paths.driver, [`--port=${port}`, "--host=127.0.0.1"], { env: { ...process.env, ...SOFTWARE, DISPLAY: display.name }, stdio: "ignore" });
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error} ${value.message}`);
    return value;
  };
  const stop = () => { driver.kill(); display.stop(); };
  try {
    await patiently(() => ask("GET", "/status"));
    const options = { binary: paths.browser, args: ["--automation"] };
    const { sessionId, capabilities } = await ask("POST", "/session", { capabilities: { alwaysMatch: { browserName: "MiniBrowser", "webkitgtk:browserOptions": options } } });
    const session = (method, path, body) => ask(method, `/session/${sessionId}${path}`, body);
    await session("POST", "/window/rect", { width: 1100, height: 900 });
    await session("POST", "/timeouts", { script: 60_000, pageLoad: 60_000 });
    return {
      version: `WebKitGTK ${capabilities.browserVersion}`,
      tab: (url) => tab(session, url),
      async close() {
        await ask("DELETE", `/session/${sessionId}`).catch(() => {});
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

async function tab(session, url) {
  const { handle } = await session("POST", "/window/new", { type: "tab" });
  const inTab = async (method, path, body) => {
    await session("POST", "/window", { handle });
    return session(method, path, body);
  };
  const script = (kind, text, args) => inTab("POST", `/execute/${kind}`, { script: text, args });
  const one = (wanted) => script("sync", `return (${atDeep})(arguments[0])`, [wanted]);
  const at = async (wanted) => `/element/${(await one(wanted))[ELEMENT]}`;
  await inTab("POST", "/url", { url });
  return {
    async run(work, ...args) {
      const [ok, result] = await script("async", `const done = arguments[1]; Promise.resolve().then(() => (${work})(...arguments[0])).then((result) => done([true, result ?? null]), (error) => done([false, String(error)]))`, [args]);
      if (!ok) throw new Error(result);
      return result;
    },
    there: async (wanted) => (await one(wanted)) !== null,
    click: async (wanted) => inTab("POST", `${await at(wanted)}/click`, {}),
    type: async (wanted, text) => inTab("POST", `${await at(wanted)}/value`, { text }),
    reload: () => inTab("POST", "/refresh", {}),
    close: () => inTab("DELETE", "/window"),
    front: () => session("POST", "/window", { handle }),
  };
}

/** Xvfb chooses a free number and writes it to the descriptor it is given. */
async function startDisplay(program) {
  const server = spawn(program, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const [number] = await Promise.race([once(server.stdio[3], "data"), once(server, "error").then(([error]) => { throw error; })]);
  return { name: `:${String(number).trim()}`, stop: () => server.kill() };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function patiently(work) {
  for (let left = 100; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
