import assert from "node:assert/strict";
import { test } from "node:test";
import { CsvReader, type CsvRecord } from "./csv-reader.js";
import { cut, random } from "./test-kit.js";

function read(delimiter: string, ...pieces: readonly string[]): CsvRecord[] {
  const reader = new CsvReader(delimiter);
  return [...pieces.flatMap((piece) => reader.write(piece)), ...reader.end()];
}
const cells = (text: string, delimiter = ","): (readonly string[])[] => read(delimiter, text).map((record) => record.cells);

test("line ends of every system, with and without one at the end", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    assert.deepEqual(cells(`a,b${end}c,d${end}`), [["a", "b"], ["c", "d"]]);
    assert.deepEqual(cells(`a,b${end}${end}c,d`), [["a", "b"], ["c", "d"]]);
  }
});

test("quotes hold delimiters, line ends and quotes", () => {
  assert.deepEqual(cells('"a,1","b\r\n2","c ""3""",""\r\n"",x'), [["a,1", "b\r\n2", 'c "3"', ""], ["", "x"]]);
  assert.deepEqual(cells('a "quoted" word, "b"'), [['a "quoted" word', ' "b"']]);
});

test("blanks behind a closing quote mean nothing", () => {
  assert.deepEqual(read(",", '"a" ,"b"\t\n"c" ""').map(({ cells, fault }) => [cells, fault]), [[["a", "b"], undefined], [['c""'], "there is text behind a closing quote"]]);
  assert.deepEqual(cells('"a"\t"b" \n', "\t"), [["a", "b"]]);
  assert.deepEqual(read(",", '"'), [{ number: 1, cells: [""], fault: "a quote that opens in it never closes" }]);
});

test("empty cells, also at the end of a line and of the file", () => {
  assert.deepEqual(cells(",\n,,x,\na,"), [["", ""], ["", "", "x", ""], ["a", ""]]);
});

test("any character is a delimiter", () => {
  for (const delimiter of [";", "\t", "|", "^", "]", "\\", "-", "."]) assert.deepEqual(cells(`a${delimiter}b`, delimiter), [["a", "b"]]);
});

test("what is malformed is kept and marked", () => {
  assert.deepEqual(read(",", 'a,"b"c,d\ne,f\n"g,h\ni'), [
    { number: 1, cells: ["a", "bc", "d"], fault: "there is text behind a closing quote" },
    { number: 2, cells: ["e", "f"] },
    { number: 3, cells: ["g,h\ni"], fault: "a quote that opens in it never closes" },
  ]);
});

test("a quote that never closes does not fill the memory", () => {
  const reader = new CsvReader(",");
  reader.write('a\n"');
  assert.throws(() => { for (let at = 0; at < 100; at += 1) reader.write("x,\n".repeat(10_000)); }, { code: "csv", message: /Record 2/ });
});

test("any table in any pieces is read as it was written", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const next = random(seed);
    const delimiter = [",", ";", "\t"][seed % 3]!;
    const end = ["\n", "\r\n", "\r"][Math.floor(next() * 3)]!;
    const width = 2 + Math.floor(next() * 3);
    const cell = () => Array.from({ length: Math.floor(next() * 5) }, () => [",", ";", "\t", '"', "\n", "\r", " ", "a", "🙂", "è"][Math.floor(next() * 10)]).join("");
    const table = Array.from({ length: 1 + Math.floor(next() * 5) }, () => Array.from({ length: width }, cell));
    const quoted = (text: string) => (/[",;\t\n\r]/.test(text) || next() < 0.3 ? `"${text.replaceAll('"', '""')}"` : text);
    const text = table.map((row) => row.map(quoted).join(delimiter)).join(end) + (next() < 0.5 ? end : "");
    assert.deepEqual(read(delimiter, ...cut(text, next)).map((record) => record.cells), table, `seed ${seed}: ${JSON.stringify(text)}`);
  }
});
