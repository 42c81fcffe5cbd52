// Bundles the TypeScript of www/lib with esbuild: the package's entries, the elements apart from them, and the unit tests.
// esbuild itself is loaded when it is used: these scripts start before set-up has brought it.
// Two names stand for what the build makes: "#glue" (createGlue) and "#wasm-base64" (the .wasm as a string).

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { www } from "./paths.mjs";
import { Problem } from "./run.mjs";
import { folder } from "./wasm.mjs";

const lib = join(www, "lib");

const built = {
  name: "built",
  setup(build) {
    build.onResolve({ filter: /^#(glue|wasm-base64)$/ }, ({ path }) =>
      path === "#glue" ? { path: join(folder, "glue.js") } : { path: join(folder, "stagebook.wasm"), namespace: "base64" });
    build.onLoad({ filter: /.*/, namespace: "base64" }, ({ path }) => ({ contents: readFileSync(path).toString("base64"), loader: "text" }));
  },
};

const common = {
  bundle: true,
  format: "esm",
  target: ["es2022"],
  plugins: [built],
  loader: { ".sql": "text" },
  logLevel: "warning",
  absWorkingDir: www,
};

/** esbuild has told what is wrong by the time it rejects. */
export async function esbuild(options) {
  const { build } = await import("esbuild");
  return build(options).catch(() => { throw new Problem("esbuild failed."); });
}

/** The files of the package that are imported, and the sources they are made of. */
const ENTRIES = {
  browser: "browser.ts",
  node: "node.ts",
  inline: "inline.ts",
  import: "import/index.ts",
  "sync-http": "sync/http.ts",
  server: "server/default.ts",
  "server-node": "server/node.ts",
  "server-postgres": "server/postgres.ts",
};

/** The package's JavaScript: what is common to its entries goes into chunks. Returns esbuild's metafile. */
export async function bundleLibrary(outdir) {
  const { metafile, outputFiles } = await esbuild({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(lib, file)])),
    outdir,
    splitting: true,
    minify: true,
    legalComments: "none",
    chunkNames: "chunk-[hash]",
    external: ["node:*"],
    metafile: true,
    write: false,
  });
  for (const file of outputFiles) writeFileSync(file.path, await inLines(file));
  return metafile;
}

/**
 * Node prints the source line of an uncaught error, so that a chunk must not be one. Entries stay as they are: bundlers
 * recognise `new URL("…", import.meta.url)` only unbroken.
 */
async function inLines({ path, text }) {
  if (!basename(path).startsWith("chunk-")) return text;
  const { transform } = await import("esbuild");
  return (await transform(text, { minifyWhitespace: true, lineLimit: 160, legalComments: "none", target: common.target })).code;
}

/** Lit's sources name what only a page has; elsewhere those names stand for something that does nothing. */
const withElements = (plugins = []) => ({
  ...common,
  plugins: [built, ...plugins, styles],
  minify: true,
  legalComments: "none",
  inject: [join(lib, "elements/page.ts")],
  define: { HTMLElement: "HTMLElementOrNone", document: "documentOrNone" },
  conditions: ["production"],
});

/** The elements, with Lit in them: apart, so that no other entry shares a chunk with them. Importing them is safe on a server. */
export async function bundleElements(outdir) {
  const { metafile, outputFiles } = await esbuild({
    ...withElements([late]),
    entryPoints: { elements: join(lib, "elements/index.ts"), "elements-define": join(lib, "elements/define.ts") },
    outdir,
    splitting: true,
    chunkNames: "chunk-[hash]",
    metafile: true,
    write: false,
  });
  for (const { path, text } of outputFiles) writeFileSync(path, text);
  return metafile;
}

/** One classic script with all of it. */
export async function bundleGlobal(outdir) {
  const entryPoints = { "stagebook.global": join(lib, "global.ts") };
  const { metafile } = await esbuild({ ...withElements(), entryPoints, outdir, format: "iife", metafile: true });
  return metafile;
}

/** Style sheets are minified; the templates' indentation is not part of what they say. */
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /elements.*\.ts$/ }, ({ path, pluginData }) => ({ contents: readFileSync(path, "utf8").replaceAll(/(?<=[>}"])\n\s+/g, "\n") + (pluginData?.after ?? ""), loader: "ts" }));
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { transform } = await import("esbuild");
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: ["chrome123", "firefox120", "safari17.5"] });
      return { contents: code, loader: "text" };
    });
  },
};

/**
 * What is loaded later says that it needs all that is there by then. Without that, esbuild cuts what is there into a piece for
 * each way it is shared, and pieces compress worse than the whole.
 */
const late = {
  name: "late",
  setup(build) {
    const after = `\nimport ${JSON.stringify(join(lib, "elements/index.ts"))};`;
    build.onResolve({ filter: /^\..*\.js$/ }, async ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const { path: found } = await build.resolve(path, { kind: "import-statement", resolveDir });
      return { path: found, pluginData: { after } };
    });
  },
};

/** The files a browser loads for an entry besides the .wasm: the entry and its chunks. */
export function filesOf(metafile, entry) {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set([entry]);
  for (const name of found)
    for (const { path, external, kind } of outputs.get(name).imports)
      if (!external && kind === "import-statement") found.add(basename(path));
  return [...found];
}

/** Unit tests, each to one file that `node --test` runs, beside the .wasm that the Node entry looks for. */
export async function bundleUnitTests(files, outdir) {
  const named = files.map((file) => [file.slice(www.length + 1).replaceAll(/[\\/]/g, "-").replace(/\.ts$/, ""), file]);
  await esbuild({ ...common, entryPoints: Object.fromEntries(named), outdir, platform: "node", packages: "external", sourcemap: "inline" });
  copyFileSync(join(folder, "stagebook.wasm"), join(outdir, "stagebook.wasm"));
}
