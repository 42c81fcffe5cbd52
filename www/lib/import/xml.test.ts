import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, random } from "./test-kit.js";
import { XmlReader } from "./xml.js";

type Seen = [name: string, ...attributes: string[]];

function read(...pieces: readonly string[]): Seen[] {
  const seen: Seen[] = [];
  const reader = new XmlReader({ open: (name, attributes) => void seen.push([name, ...attributes]), close: (name) => void seen.push([`/${name}`]) });
  for (const piece of pieces) reader.write(piece);
  reader.end();
  return seen;
}

const SAMPLE = `<?xml version="1.0" encoding="UTF-8" ?>
<!-- a comment with <tags> & "quotes' -- -->
<!DOCTYPE log [ <!ELEMENT log ANY> <!-- ']>' --> <!ENTITY x "]>"> ]>
<log  a = "1"
 b='say "hi" > no'>text &amp; more<![CDATA[ <a b="]]]]>]><?pi <x> ?>
  <x:e key="a&lt;b&amp;&quot;&apos;&gt;&#8364;&#x1F642;&#10;"/><è
  ù="tab	line
end" /></log >
<!-- end -->`;

test("attributes in any form, entities, comments, CDATA, instructions and a document type", () => {
  assert.deepEqual(read(SAMPLE), [
    ["log", "a", "1", "b", 'say "hi" > no'],
    ["x:e", "key", "a<b&\"'>€🙂\n"], ["/x:e"],
    ["è", "ù", "tab line end"], ["/è"],
    ["/log"],
  ]);
});

test("a document cut in two at every place is the same document", () => {
  const whole = read(SAMPLE);
  for (let at = 0; at <= SAMPLE.length; at += 1) assert.deepEqual(read(SAMPLE.slice(0, at), SAMPLE.slice(at)), whole, `cut at ${at}`);
  assert.deepEqual(read(...SAMPLE), whole);
});

test("any document in any pieces gives the elements it was made of", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const next = random(seed);
    const expected: Seen[] = [];
    const text = `${filler(next)}${element(next, 3, expected)}${filler(next)}`;
    assert.deepEqual(read(...cut(text, next)), expected, `seed ${seed}: ${text}`);
  }
});

test("a document that is not well-formed is an error", () => {
  const broken = [
    "", "  ", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>text", "</a>", "<a", "<a b", "<a b=", "<a b='", "<a><!-- ", "<a><![CDATA[ ]] ></a>",
    "<a b=c/>", "<a b/>", '<a b="1"c="2"/>', '<a b="1" b="2"/>', '<a b="<"/>', '<a b="&nbsp;"/>', '<a b="& "/>', '<a b="&#0;"/>', '<a b="&#xD800;"/>',
    "<a / >", "<1/>", "< a/>", "<a><!DOCTYPE b></a>", "<![CDATA[x]]><a/>", "<!x><a/>", "<a><!DOCTYPE x", "<a =''/>", "<a>< /a>", "<a></a b>",
  ];
  for (const text of broken) {
    assert.throws(() => read(text), { name: "ImportError", code: "xml" }, text);
    assert.throws(() => read(...text), { name: "ImportError", code: "xml" }, text);
  }
});

test("a tag without end does not fill the memory", () => {
  const reader = new XmlReader({ open() {}, close() {} });
  reader.write('<a b="');
  const piece = "x".repeat(1 << 20);
  assert.throws(() => { for (let at = 0; at < 20; at += 1) reader.write(piece); }, { code: "xml", message: /does not end/ });
});

test("a comment of any length is skipped", () => {
  const reader = new XmlReader({ open() {}, close() {} });
  reader.write("<a><!--");
  const piece = "- ->".repeat(1 << 18);
  for (let at = 0; at < 20; at += 1) reader.write(piece);
  reader.write("--></a>");
  reader.end();
});

const CHARACTERS = ["a", "Z", "9", " ", "&", "<", ">", '"', "'", "=", "/", "è", "春", "🙂", "]]>", "-->", "--", "\n"];
const pick = <T>(next: () => number, from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
const many = (next: () => number, most: number, make: () => string): string => Array.from({ length: Math.floor(next() * (most + 1)) }, make).join("");

function filler(next: () => number): string {
  return many(next, 2, () => pick(next, [" ", "\n\t", "<!--<a b='-->", "<?x y='?>", "<!---->"]));
}

function element(next: () => number, depth: number, expected: Seen[]): string {
  const name = pick(next, ["event", "x:trace", "string", "é-1.2", "_"]);
  const seen: Seen = [name];
  expected.push(seen);
  const attributes = ["key", "value", "a.b", "è"].filter(() => next() < 0.5).map((key) => {
    const value = many(next, 6, () => pick(next, CHARACTERS));
    seen.push(key, value);
    return `${pick(next, [" ", "\n ", "\t"])}${key}${pick(next, ["=", " = "])}${quoted(value, next)}`;
  }).join("");
  const inner = depth === 0 ? "" : many(next, 3, () => pick(next, [() => element(next, depth - 1, expected), () => filler(next), () => "<![CDATA[</x>]]>", () => "a > b"])());
  expected.push([`/${name}`]);
  return inner === "" && next() < 0.7 ? `<${name}${attributes}${pick(next, ["", " "])}/>` : `<${name}${attributes}>${inner}</${name}${pick(next, ["", " "])}>`;
}

function quoted(value: string, next: () => number): string {
  const quote = pick(next, ['"', "'"]);
  const named: Record<string, string> = { "<": "&lt;", "&": "&amp;", '"': "&quot;", "'": "&apos;", "\n": "&#xA;" };
  const escaped = [...value].map((one) => {
    if (one === "<" || one === "&" || one === quote || one === "\n" || next() < 0.1) return named[one] ?? `&#${one.codePointAt(0)};`;
    return one;
  });
  return quote + escaped.join("") + quote;
}
