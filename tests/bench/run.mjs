// The benchmark: what the package is held to, each beside hand-written IndexedDB on the same data in the same run. Rounds
// are interleaved; a cell is the median over the rounds, a ratio the median of the rounds' ratios. Prints one table and
// asserts no time: absolute numbers are the machine's, the ratios are the package's.
//   npm --prefix www run bench              sets up, builds and runs
//   node tests/bench/run.mjs [--rounds 7] [--quick] [--only saves,flights,imports,opening] [--package pkg]

import { cpus, loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { host } from "./host.mjs";
import { median, print } from "./table.mjs";

const { values: options } = parseArgs({
  strict: false,
  options: { rounds: { type: "string" }, quick: { type: "boolean" }, only: { type: "string" }, package: { type: "string" } },
});
const quick = options.quick ?? false;
const rounds = Number(options.rounds ?? (quick ? 2 : 7));
const SIZES = quick
  ? { saves: 100, imports: { contacts: 200, each: 20 }, contacts: 200, few: 10, many: 100, pages: 200 }
  : { saves: 100, imports: { contacts: 1_000, each: 20 }, contacts: 1_000, few: 10, many: 100, pages: 1_000 };

const lines = [];
const line = (what, book, beside, raw, ratio, goal) => lines.push([what, book, beside, raw, ratio, goal]);
const ms = (value) => `${value.toFixed(2)} ms`;
const us = (value) => `${(value * 1_000).toFixed(value < 0.1 ? 1 : 0)} µs`;
const times = (value) => value.toFixed(2);
const of = (list, pick) => median(list.map(pick));
const thousands = (value) => value.toLocaleString("en").replaceAll(",", " ");

const cases = { saves, flights, imports, opening };

async function saves({ run }) {
  const { bytes, rounds: list } = await run("saves", "saves", { count: SIZES.saves, rounds });
  const one = `awaited durable save (record ${bytes} B)`;
  const each = (name) => of(list, (round) => median(round[name]));
  const against = (name) => times(of(list, (round) => median(round.book) / median(round[name])));
  line(one, us(each("book")), "one add, Uint8Array", us(each("bytes")), against("bytes"), "≤ 1.1");
  line("", "", "one add, plain object", us(each("object")), against("object"), "≤ 1.1");
}

async function flights({ run }) {
  const list = await run("flights", "flights", { count: SIZES.saves, rounds });
  const per = (name) => us(of(list, (round) => round[name]) / SIZES.saves);
  const gain = (fast, slow) => `${of(list, (round) => round[slow] / round[fast]).toFixed(1)} ×`;
  line(`a save, ${SIZES.saves} awaited one by one`, per("alone"), "transactions one by one", per("rawAlone"), times(of(list, (round) => round.alone / round.rawAlone)), "");
  line(`a save, ${SIZES.saves} in flight together`, per("together"), "transactions together", per("rawTogether"), times(of(list, (round) => round.together / round.rawTogether)), "");
  line("", "", "one transaction for all", per("rawOne"), times(of(list, (round) => round.together / round.rawOne)), "");
  line("throughput, together to one by one", gain("together", "alone"), "the same", gain("rawTogether", "rawAlone"), "", "≥ 10 ×");
}

async function imports({ run }) {
  const list = [];
  for (let round = 0; round < rounds; round += 1) {
    const times = {};
    for (const how of rotated(["book", "records", "chunks"], round)) {
      const { milliseconds, entries } = await run("import", "imports", { ...SIZES.imports, how });
      times[how] = milliseconds / entries;
      times.entries = entries;
    }
    list.push(times);
  }
  const each = (how) => us(of(list, (round) => round[how]));
  const against = (how) => times(of(list, (round) => round.book / round[how]));
  line(`an entry of an import of ${thousands(list[0].entries)}`, each("book"), "a record an entry, index", each("records"), against("records"), "≤ 25 µs");
  line("", "", "chunks of 1000", each("chunks"), against("chunks"), "");
}

async function opening({ run }) {
  const books = [SIZES.few, SIZES.many].flatMap((each) => ["book", "raw"].map((how) => ({ each, how, profile: `${how}-${each}` })));
  for (const { profile, ...book } of books) await run(profile, "seed", { contacts: SIZES.contacts, ...book });
  const list = [];
  for (let round = 0; round < rounds; round += 1) {
    const results = {};
    for (const { profile, ...book } of rotated(books, round)) {
      const pages = book.each === SIZES.many ? SIZES.pages : 0;
      results[profile] = await run(profile, "opening", { contacts: SIZES.contacts, pages, ...book });
    }
    list.push(results);
  }
  openingLines(list);
}

function openingLines(list) {
  const both = (key, each) => {
    const value = (how) => of(list, (round) => round[`${how}-${each}`][key]);
    const ratio = of(list, (round) => round[`book-${each}`][key] / round[`raw-${each}`][key]);
    return { book: value("book"), raw: value("raw"), ratio: times(ratio) };
  };
  for (const each of [SIZES.few, SIZES.many]) {
    const size = thousands(each * SIZES.contacts);
    const opened = both("open", each), page = both("page", each), sum = both("both", each);
    line(`open ${size} entries`, ms(opened.book), "compound index", ms(opened.raw), opened.ratio, "");
    line(`  and a first page (${Math.min(50, each)} rows)`, ms(page.book), "", ms(page.raw), page.ratio, "");
    line("  both", ms(sum.book), "", ms(sum.raw), sum.ratio, "≤ 1");
    const load = of(list, (round) => round[`book-${each}`].load);
    line("  with loading the component", ms(load + sum.book), "", ms(sum.raw), "", "");
  }
  const growth = (how) => times(of(list, (round) => round[`${how}-${SIZES.many}`].both / round[`${how}-${SIZES.few}`].both));
  line(`open and first page, ${SIZES.many / SIZES.few} times the entries`, `${growth("book")} ×`, "", `${growth("raw")} ×`, "", "≤ 1.5 ×");
  const page = both("perPage", SIZES.many);
  line(`one of ${thousands(SIZES.pages)} random pages of 50`, us(page.book), "compound index", us(page.raw), page.ratio, "");
}

function rotated(list, by) {
  return list.map((_, place) => list[(place + by) % list.length]);
}

const site = await host(options.package && resolve(options.package));
const load = () => loadavg().map((value) => value.toFixed(1)).join(" ");
const before = load();
try {
  for (const name of options.only?.split(",") ?? Object.keys(cases)) await cases[name](site);
} finally {
  await site.close();
}
console.log(`\n${rounds} rounds, ${cpus().length} × ${cpus()[0]?.model.trim()}, load average ${before} before, ${load()} after`);
print(["", "stagebook", "hand-written IndexedDB", "", "ratio", "goal"], lines);
