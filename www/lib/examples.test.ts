// Every example of the published types is compiled against them and run against the built package. A line
// `console.log(x); // y` also says what x is, as JSON (undefined as such).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

interface Example { name: string; code: string }

const SOURCES = ["types.d.ts", "sync/http.ts", "server/node.ts", "server/memory.ts", "server/postgres.ts"];
const examples = SOURCES.flatMap((file) => read(readFileSync(`www/lib/${file}`, "utf8")));
const tools = createRequire(resolve("www/package.json"));
const { transform } = tools("esbuild") as typeof import("esbuild");
/** openBook's example opens the book that the others use. */
const opening = examples.find(({ name }) => name === "openBook")!.code;
const folder = consumer();
const logged: unknown[] = [];
Object.assign(globalThis, { logged: (value: unknown) => logged.push(value) });
after(() => rmSync(folder, { recursive: true }));

test("the examples' types are right", () => {
  examples.forEach((example, i) => writeFileSync(join(folder, `${i}.ts`), `${program(example)}\nexport {};\n`));
  const compiler = resolve("www/node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

for (const [i, example] of examples.entries()) {
  test(`example of ${example.name}`, async () => {
    const expected: string[] = [];
    const checked = program(example).replace(/^( *)console\.log\((.*)\); \/\/ (.*)$/gm, (_, indent, value, result) => {
      expected.push(result);
      return `${indent}logged(${value});`;
    });
    const file = join(folder, `${i}.mjs`);
    writeFileSync(file, (await transform(checked, { loader: "ts", format: "esm" })).code);
    logged.length = 0;
    await import(pathToFileURL(file).href);
    assert.deepEqual(logged.map((value) => JSON.stringify(value) ?? "undefined"), expected);
  });
}

/** Each `@example` block with the name of what is declared under it. */
function read(types: string): Example[] {
  return [...types.matchAll(/@example\n([\s\S]*?)\n *\*\/\n(.*)/g)].map(([, block, declaration]) => ({
    name: /^(?:export (?:function|class|const))? *(\w+)/.exec(declaration!)![1]!,
    code: block!.replace(/^ *\* ?/gm, ""),
  }));
}

/** The example as a module of its own: the opening, then the example in a block, with the imports of both above. */
function program({ name, code }: Example): string {
  if (name === "openBook") return code;
  const both = `${opening}\n${code}`;
  const imports = new Set(["import type { StagebookError } from \"stagebook\";", ...both.match(/^import .*$/gm)!]);
  if (/^import .*\bStagebookError\b/m.test(code)) imports.delete("import type { StagebookError } from \"stagebook\";");
  const body = (text: string) => text.replace(/^import .*$/gm, "");
  return `${[...imports].join("\n")}\n${body(opening)}\n{\n${body(code)}\n}`;
}

/** A project that has the package installed. */
function consumer(): string {
  const made = mkdtempSync(join(tmpdir(), "stagebook-examples-"));
  writeFileSync(join(made, "package.json"), '{ "type": "module" }');
  writeFileSync(join(made, "tsconfig.json"), JSON.stringify({
    compilerOptions: {
      strict: true, noEmit: true, target: "es2022", module: "esnext", moduleResolution: "bundler",
      lib: ["es2023", "dom", "dom.iterable"], types: [],
    },
  }));
  mkdirSync(join(made, "node_modules"));
  symlinkSync(resolve("pkg"), join(made, "node_modules/stagebook"), "junction");
  return made;
}
