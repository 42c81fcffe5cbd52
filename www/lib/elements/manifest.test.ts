// custom-elements.json against the elements' sources: what they have stands in it, and it names nothing they have not.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

interface Named { name: string }
interface Declared { tagName: string; attributes: Named[]; members: Named[]; events: Named[]; slots: Named[]; cssParts: Named[]; cssProperties: Named[] }

const LIB = "www/lib/elements";
const declared: Declared[] = JSON.parse(readFileSync("pkg/custom-elements.json", "utf8")).modules[0].declarations;
const read = (folder: string, ending: RegExp) => readdirSync(folder).filter((file) => ending.test(file)).map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
const own = ({ tagName }: Declared) => read(join(LIB, tagName.replace("stagebook-", "")), /\.ts$/);
/** What asks is loaded by any of them, and acts for it. */
const asking = read(join(LIB, "asking"), /\.ts$/);
const common = read(LIB, /(?<!\.d|\.test)\.ts$/) + asking;
const matches = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, found]) => found!));

const actsOf = (code: string) => matches(code, /\bact\("(\w+)"/g);

test("every element is in it", () => {
  const tags = matches(readFileSync(join(LIB, "public.d.ts"), "utf8"), /^ {2}"(stagebook-[\w-]+)": Stagebook/gm);
  assert.deepEqual(new Set(declared.map(({ tagName }) => tagName)), tags);
});

for (const element of declared) {
  test(`${element.tagName}: its parts, slots, attributes and acts`, () => {
    const code = own(element).replace(/\/\*\*[\s\S]*?\*\//g, "");
    const names = (list: Named[]) => new Set(list.map(({ name }) => name));
    for (const part of matches(code, / part="([\w-]+)"/g)) assert.ok(names(element.cssParts).has(part), `part ${part}`);
    for (const slot of matches(code, /<slot name="(\w+)"/g)) assert.ok(names(element.slots).has(slot), `slot ${slot}`);
    for (const part of names(element.cssParts)) assert.match(code + common, new RegExp(`part="${part}"`), `part ${part}`);
    for (const act of actsOf(code)) for (const event of [`stagebook-before-${act}`, `stagebook-${act}`]) assert.ok(names(element.events).has(event), event);
    for (const { name } of element.events) assert.ok(/-(error|retry|fix|open|seen|link|print)$/.test(name) || actsOf(code + asking).has(name.replace(/^stagebook-(before-)?/, "")), name);
    assert.ok(names(element.members).has("book") && names(element.members).has("failure"));
  });
}

test("every custom property that a host can set is in it, and is used", () => {
  const used = matches(readFileSync(join(LIB, "base.css"), "utf8") + readFileSync(join(LIB, "panel/panel.css"), "utf8"), /var\((--stagebook-[\w-]+)/g);
  const panel = declared.find(({ tagName }) => tagName === "stagebook-panel")!;
  const written = matches(JSON.stringify(panel.cssProperties), /(--stagebook-[\w-]+)/g);
  assert.deepEqual([...written].sort(), [...used].sort());
});
