import assert from "node:assert/strict";
import { test } from "node:test";
import { fromCsv, scanCsv, type CsvOptions } from "./csv.js";
import type { ImportRow } from "./rows.js";
import { all, bytes, chunks, disorder, gzip, kinds } from "./test-kit.js";

const rows = (text: string, options?: CsvOptions): Promise<ImportRow[]> => all(fromCsv(text, options));
const brief = (found: readonly ImportRow[]) => found.map(({ contact, kind, at }) => `${contact} ${kind} ${at.slice(0, 10)}`);

test("columns called like the fields need no mapping", async () => {
  const source = fromCsv(`contact,at,by,byName,id,kind,stage,type,ref,due,name,set.City,text
c1,2026-01-02T10:00:00Z,ann,Ann Lee,r1,stage,start,,,,Ada Byron,London,
c1,2026-01-03T10:00:00Z,ann,Ann Lee,r2,pending,,call,,2026-01-09,,,
c1,2026-01-04T10:00:00Z,bob,,r3,complete,,,r2,,,,
c1,2026-01-05T10:00:00Z,,,r4,comment,,,,,,,"Said ""yes"", twice"
`);
  assert.deepEqual(await all(source), [
    { contact: "c1", at: "2026-01-02T10:00:00Z", by: "ann", byName: "Ann Lee", id: "c1/contact", kind: "contact", set: { name: "Ada Byron", fields: { City: "London" } } },
    { contact: "c1", at: "2026-01-02T10:00:00Z", by: "ann", byName: "Ann Lee", kind: "stage", id: "r1", stage: "start" },
    { contact: "c1", at: "2026-01-03T10:00:00Z", by: "ann", byName: "Ann Lee", kind: "pending", id: "r2", type: "call", due: "2026-01-09" },
    { contact: "c1", at: "2026-01-04T10:00:00Z", by: "bob", kind: "complete", id: "r3", ref: "r2" },
    { contact: "c1", at: "2026-01-05T10:00:00Z", by: "system", kind: "comment", id: "r4", text: 'Said "yes", twice' },
  ]);
  assert.deepEqual(source.summary, { records: 4, contacts: 1, rows: 5, kinds: { contact: 1, stage: 1, pending: 1, complete: 1, comment: 1 }, completedUnplanned: 0, timesUnread: 0, problems: 0 });
});

test("columns by header, place and function, with defaults", async () => {
  const found = await rows("Customer;When;New Status;E-mail;Score\nAda;03/04/2026 9:30;Won;ada@example.org;7\n", {
    columns: { contact: "Customer", at: 1, stage: (record) => record.get("new status").toLowerCase(), "set.email": "E-mail", "set.score": (record) => Number(record.get(4)), "set.row": (record) => record.number },
    defaults: { by: "import", "set.source": "old CRM", definition: "crm-contact" },
    timeZone: "Europe/Rome", dayOrder: "dmy",
  });
  const said = { contact: "Ada", at: "2026-04-03T09:30:00+02:00", by: "import" };
  assert.deepEqual(found.map(({ id, ...row }) => (assert.ok(id), row)), [
    { ...said, kind: "contact", set: { name: "Ada", email: "ada@example.org", fields: { score: 7, row: 2, source: "old CRM" } } },
    { ...said, kind: "stage", definition: "crm-contact", stage: "won" },
  ]);
});

test("records in any order give each contact's rows together, in order of time", async () => {
  const found = await rows("contact,at,stage\nb,2026-01-03,x\na,2026-01-02,x\nb,2026-01-01,y\na,2026-01-01,z\nb,2026-01-03,w\n");
  assert.deepEqual(brief(found), ["b contact 2026-01-01", "b stage 2026-01-01", "b stage 2026-01-03", "b stage 2026-01-03", "a contact 2026-01-01", "a stage 2026-01-01", "a stage 2026-01-02"]);
  assert.deepEqual(found.filter(({ contact, kind }) => contact === "b" && kind === "stage").map(({ stage }) => stage), ["y", "x", "w"]);
  assert.deepEqual(disorder(found), []);
});

test("of one time the upper record comes first, or the lower one where the newest is on top", async () => {
  const text = "contact,at,stage\na,2026-01-02,c\na,2026-01-01,b\na,2026-01-01,a\n";
  const stagesOf = async (options?: CsvOptions) => (await rows(text, options)).slice(1).map(({ stage }) => stage).join("");
  assert.equal(await stagesOf(), "bac");
  assert.equal(await stagesOf({ newestFirst: true }), "abc");
});

test("the contact's data is the latest that is not empty", async () => {
  const [contact] = await rows("contact,at,kind,name,email,phone\na,2026-01-03,comment,New Name,,1\na,2026-01-01,contact,Old Name,old@x.org,\na,2026-01-04,comment,,,\n");
  assert.deepEqual([contact!.at, contact!.set], ["2026-01-01T00:00:00Z", { name: "New Name", email: "old@x.org", phone: "1" }]);
});

test("a record without a kind gives a row for each thing it speaks of, and loses nothing", async () => {
  const found = await rows("contact,at,id,stage,type,outcome,description,text,reason\na,2026-01-01,r1,won,call,good,long talk,bye,price\na,2026-01-02,r2,,,,,just text,\na,2026-01-03,r3,lost,,,why,,\na,2026-01-04,r4,,,,,,\na,2026-01-05,r5,,,odd,,,\n");
  const at = (day: number) => ({ contact: "a", at: `2026-01-0${day}T00:00:00Z`, by: "system" });
  assert.deepEqual(found.slice(1), [
    { ...at(1), kind: "stage", id: "r1", stage: "won", reason: "price" },
    { ...at(1), kind: "log", id: "r1/log", type: "call", description: "long talk", outcome: "good" },
    { ...at(1), kind: "comment", id: "r1/comment", text: "bye" },
    { ...at(2), kind: "comment", id: "r2", text: "just text" },
    { ...at(3), kind: "stage", id: "r3", stage: "lost", description: "why" },
    { ...at(5), kind: "", id: "r5", outcome: "odd" },
  ]);
});

test("words of the kind column are translated, or make the kind where there is no column", async () => {
  const text = "contact,at,what,note\na,2026-01-01,Planned,call\na,2026-01-02,Done,call\na,2026-01-03,Done,call\na,2026-01-04,?,call\n";
  const found = await rows(text, {
    columns: { contact: "contact", at: "at", kind: "what", type: "note" },
    kindFrom: (word) => ({ Planned: "pending", Done: "complete" } as const)[word],
  });
  assert.deepEqual(kinds(found), ["contact", "pending", "complete", "log", "?"]);
  assert.equal(found[2]!.ref, found[1]!.id);
  const made = await rows(text, { columns: { contact: "contact", at: "at", text: "note" }, kindFrom: (word, record) => (record.get("what") === "?" ? "message" : word === "" ? undefined : "log") });
  assert.deepEqual(kinds(made), ["contact", "comment", "comment", "comment", "message"]);
});

test("ids of rows that have none stay the same when the file grows", async () => {
  const header = "contact,at,text\n";
  const one = "a,2026-01-02,hello\na,2026-01-02,hello\n";
  const before = await rows(header + one);
  const after = await rows(`${header}a,2026-01-01,new\nb,2026-01-01,hello\n${one}`);
  assert.equal(new Set(after.map(({ id }) => id)).size, after.length);
  for (const { id } of before) assert.ok(after.some((row) => row.id === id));
  for (const { id } of await rows(`${header}${"🙂".repeat(200)},2026-01-01,x\n`)) assert.ok(id!.length <= 128);
});

test("a grouped file is given contact by contact while it is read", async () => {
  let read = 0;
  async function* file() {
    for (const piece of ["contact,at,text\n", "a,2026-01-02,x\n".repeat(6000), "a,2026-01-01,y\nb,2026-01-01,x\n", "b,2026-01-02,x\n".repeat(6000), "c,2026-01-01,x\n"]) {
      read += 1;
      yield piece;
    }
  }
  const found: ImportRow[] = [];
  for await (const row of fromCsv(file(), { grouped: true })) {
    if (found.push(row) === 1) assert.ok(read < 5, `${read} pieces`);
  }
  assert.equal(found.length, 12_003 + 3);
  assert.deepEqual(disorder(found), []);
});

test("what can't be taken is told with its number, or ends the import", async () => {
  const text = 'contact,at,text,id\na,2026-01-01,x,1\n,2026-01-01,x,2\na,2026-01-01,x,3,4\na,2026-01-01,"x"y,5\na,2026-01-01,x,1\na,2026-01-01,x,6,, \nb,"2026-01-01,x';
  const told: string[] = [];
  const source = fromCsv(text, { onProblem: (record, message) => told.push(`${record} ${message}`) });
  assert.deepEqual((await all(source)).map(({ id }) => id), ["a/contact", "1", "6"]);
  assert.deepEqual(told, [
    "3 it names no contact", "4 it has more cells than the header", "5 there is text behind a closing quote",
    "6 its id 1 is that of record 2", "8 a quote that opens in it never closes",
  ]);
  assert.equal(source.summary.problems, 5);
  await assert.rejects(rows(text), { name: "ImportError", code: "csv", message: "Record 3: it names no contact." });
  const loose = "contact,at,text\na,2026-01-01,x\nb,2026-01-01,x\na,2026-01-02,x\n";
  await assert.rejects(rows(loose, { grouped: true }), { code: "csv", message: /Record 4: the records of a/ });
  const kept = await rows(`${loose}b,2026-01-02,x,,y\nb,2026-01-02,x\n`, { grouped: true, onProblem: () => {} });
  assert.deepEqual(brief(kept), ["a contact 2026-01-01", "a comment 2026-01-01", "b contact 2026-01-01", "b comment 2026-01-01", "b comment 2026-01-02"]);
});

test("unknown kinds, missing and unreadable times are passed on to be rejected", async () => {
  const source = fromCsv("contact,at,kind,text\na,soon,comment,x\na,,whatever,y\na,2026-01-01,comment,z\n");
  assert.deepEqual((await all(source)).map(({ at, kind }) => [at, kind]), [
    ["2026-01-01T00:00:00Z", "contact"], ["soon", "comment"], ["", "whatever"], ["2026-01-01T00:00:00Z", "comment"],
  ]);
  assert.equal(source.summary.timesUnread, 2);
});

test("the delimiter is found, told or named by the file", async () => {
  const table = [["contact", "at", "text"], ["a", "2026-01-01", "1,5; 2|3"], ["b", "2026-01-01", "x,y"], ["c", "2026-01-01", 'x "q" \n y']];
  for (const delimiter of [",", ";", "\t", "|"]) {
    const text = table.map((row) => row.map((cell) => (/[",;|\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter)).join("\r\n");
    for (const given of [text, `\uFEFF${text}`]) assert.equal((await rows(given))[1]!.text, "1,5; 2|3", JSON.stringify(delimiter));
  }
  assert.equal((await rows("sep=^\r\ncontact^text^at\r\na^x,y^2026-01-01"))[1]!.text, "x,y");
  assert.equal((await rows("contact:text:at\na:x;y:2026-01-01", { delimiter: ":" }))[1]!.text, "x;y");
});

test("a header without the columns of the mapping, or no header, is an error", async () => {
  await assert.rejects(rows("a,b\n1,2\n"), { code: "column", message: /a, b/ });
  await assert.rejects(rows("a,b\n1,2\n", { columns: { contact: "a", at: "c" } }), { code: "column", message: /no column "c".*a, b/ });
  await assert.rejects(rows("a,b\n1,2\n", { columns: { contact: 2 } }), { code: "column" });
  await assert.rejects(rows("a,b\n1,2\n", { columns: { contact: (record) => record.get("z") } }), { code: "column" });
  for (const text of ["", "\n\n"]) await assert.rejects(rows(text), { code: "csv" });
  assert.deepEqual(await rows("contact,at\n"), []);
});

test("a file cut in two at every byte, packed or not, gives the same rows", async () => {
  const text = 'contact;at;text\r\nZoë;2026-01-01;"🙂 ""x"""\r\nb;2026-01-02;ü\r\n';
  const whole = await rows(text);
  for (const data of [bytes(text), await gzip(text)]) {
    for (let place = 0; place <= data.length; place += 1) assert.deepEqual(await all(fromCsv(chunks(data.subarray(0, place), data.subarray(place)))), whole, `cut at ${place}`);
  }
});

test("a scan gives columns, some records and the mapping that the header names, and lets go of the file", async () => {
  let cancelled = false;
  const file = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(bytes("a;2026-01-01;x;Rome\n".repeat(5000))), cancel: () => void (cancelled = true) });
  async function* withHeader() {
    yield bytes("Contact;At;NAME;set.City\n");
    yield* file as AsyncIterable<Uint8Array>;
  }
  assert.deepEqual(await scanCsv(withHeader(), { records: 2 }), {
    delimiter: ";", columns: ["Contact", "At", "NAME", "set.City"], sample: Array(2).fill(["a", "2026-01-01", "x", "Rome"]),
    suggested: { contact: 0, at: 1, "set.name": 2, "set.City": 3 },
  });
  assert.equal(cancelled, true);
});
