// A host of the package: a folder outside the checkout, in which the packed tarball is installed as npm would install it
// from a registry. Tests put the host's files there and build, start or look at them.

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));

/** Under `npm --prefix …` npm hands its own settings down, and this one would work in the checkout. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Packs pkg/, installs the tarball and adds use.mjs. Returns the consumer's folder and how to use it. */
export async function consumer() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "stagebook-pack-")));
  await execute("npm", ["pack", pkg, "--pack-destination", folder], { env: environment, cwd: folder });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  const put = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    return join(folder, path);
  };
  await put("package.json", JSON.stringify({ name: "host", version: "1.0.0", private: true, type: "module" }));
  await copyFile(new URL("use.mjs", import.meta.url), join(folder, "use.mjs"));
  await execute("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { env: environment, cwd: folder });
  return {
    folder,
    tarball: join(folder, tarball),
    installed: join(folder, "node_modules/stagebook"),
    put,
    /** Runs a file in Node and reads the JSON it prints. */
    async node(path, text) {
      const { stdout } = await execute(process.execPath, [await put(path, text)], { cwd: folder, env: environment });
      return JSON.parse(stdout);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
