// The tarball as a host without a bundler meets it: its files, its manifest, its types, and both ways to load it in Node.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { consumer } from "./consumer.mjs";
import { USED } from "./use.mjs";

const execute = promisify(execFile);
const attw = fileURLToPath(new URL("../node_modules/@arethetypeswrong/cli/dist/index.js", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

describe("the packed package", () => {
  let host;
  before(async () => { host = await consumer(); });
  after(() => host?.remove());

  it("holds what it is used for, and nothing else", async () => {
    const files = (await readdir(host.installed, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(host.installed.length + 1).replaceAll("\\", "/").replace(/chunk-\w+/, "chunk"));
    const expected = [
      "CHANGELOG.md", "LICENSE", "README.md", "package.json", "index.d.ts", "stagebook.wasm",
      "browser.js", "node.js", "inline.js", "import.js", "sync-http.js", "server.js", "server-node.js", "server-postgres.js", "chunk.js", "server/sql/001-tables.sql", "messages/en.json", "messages/it.json",
      "elements.js", "elements-define.js", "custom-elements.json", "THIRD-PARTY.txt", "messages/elements-en.json", "messages/elements-it.json",
      ...["index", "define", "react", "vue", "svelte"].map((name) => `elements/${name}.d.ts`),
      "stagebook.global.js", "stagebook.global.d.ts",
    ];
    assert.deepEqual([...new Set(files)].filter((file) => !/^(import|server|sync)\/[\w-]+\.d\.ts$/.test(file)).sort(), expected.sort());
  });

  it("names what of others is in it, and carries their licences along", async () => {
    const text = await readFile(join(host.installed, "THIRD-PARTY.txt"), "utf8");
    const direct = /\n\[dependencies\]\n([^[]*)/.exec(await readFile(fileURLToPath(new URL("../../Cargo.toml", import.meta.url)), "utf8"))[1];
    for (const [, name] of direct.matchAll(/^([\w-]+) =/gm)) assert.match(text, new RegExp(`^${name} [\\d.]+ \\(.*MIT`, "m"));
    assert.match(text, /BSD 3-Clause[^]*Google LLC/);
    assert.ok(text.split("Permission is hereby granted, free of charge").length > 10);
  });

  it("has a manifest that publint finds nothing wrong with", async () => {
    const tarball = await readFile(host.tarball);
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) }, strict: true });
    assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), []);
  });

  /** The component is a file, and no module: it has no types. CommonJS hosts require() the modules, as Node 20.19 does. */
  it("has types that are right for every entry, as attw sees it", async () => {
    const checked = await execute(process.execPath, [attw, host.tarball, "--profile", "esm-only", "--format", "json", "--exclude-entrypoints", "./wasm"]).catch((error) => error);
    const { analysis } = JSON.parse(checked.stdout);
    assert.equal(checked.code, undefined, JSON.stringify(analysis.problems));
    assert.ok(Object.keys(analysis.entrypoints).includes("./elements/define"));
  });

  for (const entry of ["stagebook", "stagebook/inline"]) {
    it(`works in Node by import of ${entry}`, async () => {
      const result = await host.node("import.mjs", `
        import * as stagebook from "${entry}";
        import { use } from "./use.mjs";
        console.log(JSON.stringify(await use(stagebook, "memory")));`);
      assert.deepEqual(result, USED);
    });

    it(`works in Node by require of ${entry}`, async () => {
      const result = await host.node("require.cjs", `
        const stagebook = require("${entry}");
        require("./use.mjs").use(stagebook, "memory").then((result) => console.log(JSON.stringify(result)));`);
      assert.deepEqual(result, USED);
    });
  }

  it("does nothing when it is imported", async () => {
    const touched = await host.node("nothing.mjs", `
      const touched = [];
      const before = Object.getOwnPropertyNames(globalThis);
      const watch = (object, name) => { const real = object[name]; object[name] = (...args) => (touched.push(name), real.apply(object, args)); };
      for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"]) watch(WebAssembly, name);
      for (const name of ["fetch", "setTimeout", "setInterval", "queueMicrotask", "atob"]) watch(globalThis, name);
      await Promise.all(["stagebook", "stagebook/inline", "stagebook/import", "stagebook/elements"].map((entry) => import(entry)));
      const ofLit = /^(lit|reactive)\\w+(Versions|Metadata)$/; // it tells itself from other copies
      touched.push(...Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name) && !ofLit.test(name)));
      console.log(JSON.stringify(touched));`);
    assert.deepEqual(touched, []);
  });

  it("has its elements apart: no other entry loads any of them, and importing them elsewhere than in a page does nothing", async () => {
    const files = async (entry, found = new Set()) => {
      if (found.has(entry)) return found;
      found.add(entry);
      const text = await readFile(join(host.installed, entry), "utf8");
      for (const [, next] of text.matchAll(/(?:from|import)\s*\(?\s*"\.\/([\w-]+\.js)"/g)) await files(next, found);
      return found;
    };
    const elements = await files("elements-define.js");
    for (const entry of ["browser.js", "node.js", "inline.js", "import.js"]) assert.deepEqual([...await files(entry)].filter((file) => elements.has(file)), [], entry);
    const names = await host.node("elements.mjs", `
      import { define, elements } from "stagebook/elements";
      await import("stagebook/elements/define");
      define();
      console.log(JSON.stringify(Object.keys(elements)));`);
    assert.equal(names.length, 9);
  });

  it("gives its messages and its component as files", async () => {
    const found = await host.node("files.mjs", `
      import { readFile } from "node:fs/promises";
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      const keys = (locale) => Object.keys(require("stagebook/messages/" + locale + ".json"));
      const wasm = await readFile(require.resolve("stagebook/wasm"));
      console.log(JSON.stringify({ en: keys("en"), it: keys("it"), wasm: WebAssembly.validate(wasm), version: require("stagebook/package.json").version }));`);
    assert.ok(found.en.length > 0 && found.wasm);
    assert.deepEqual(found.en.toSorted(), found.it.toSorted());
    assert.match(found.version, /^\d+\.\d+\.\d+/);
  });

  it("has elements that a server may import, where nothing is defined and nothing breaks", async () => {
    const found = await host.node("server.mjs", `
      import { createRequire } from "node:module";
      import { elements } from "stagebook/elements";
      await import("stagebook/elements/define");
      const { define } = createRequire(import.meta.url)("stagebook/elements");
      define();
      console.log(JSON.stringify({ tags: Object.keys(elements), registry: typeof customElements }));`);
    assert.ok(found.tags.includes("stagebook-panel"));
    assert.equal(found.registry, "undefined");
  });

  for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    it(`has types that a strict project with ${moduleResolution} resolution compiles`, async () => {
      await host.put("typed/index.ts", `
        import { openBook, crmContact, StagebookError, type Book, type Contact } from "stagebook";
        import { openBook as openInline } from "stagebook/inline";
        import * as converters from "stagebook/import";
        import { define, type StagebookTags } from "stagebook/elements";
        import "stagebook/elements/define";
        import type {} from "stagebook/global";
        export const open = (): Promise<Book> => openBook({ definitions: crmContact, actor: { id: "u1" } });
        export const same: typeof openBook = openInline;
        export const nameOf = (contact: Contact): string => contact.name;
        export const codeOf = (error: unknown) => (error instanceof StagebookError ? error.code : undefined);
        export const converted: object = converters;
        export type Panel = StagebookTags["stagebook-panel"];
        export const defined: () => void = define;
        export const pick = (): string => stagebook.elements["stagebook-panel"].name;
        // @ts-expect-error the actor is required
        openBook({ definitions: crmContact });`);
      await host.put("typed/tsconfig.json", JSON.stringify({
        compilerOptions: { strict: true, noEmit: true, target: "es2022", lib: ["es2023", "dom"], types: [], module, moduleResolution, skipLibCheck: false },
      }));
      const { stdout } = await execute(process.execPath, [tsc, "-p", join(host.folder, "typed")]).catch((error) => error);
      assert.equal(stdout, "");
    });
  }
});
