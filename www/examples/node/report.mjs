// What an export says, on a server: is the log whole, where do the contacts stand, what is overdue?
// node report.mjs export.jsonl
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { crmContact, openBook, verifyLog } from "stagebook";

const file = process.argv[2];
const lines = () => Readable.toWeb(createReadStream(file));

const { ok, entries, replicas } = await verifyLog(lines());
console.log(ok ? `The log is whole: ${entries} entries.` : `The log is damaged: ${JSON.stringify(replicas.find((replica) => !replica.ok))}`);

const book = await openBook({ definitions: crmContact, actor: { id: "report", kind: "system" }, store: "memory" });
await book.audit.import(lines());
const { stages } = await book.workflow.insights();
for (const { stage, contacts } of stages) if (contacts > 0) console.log(`In ${stage}: ${contacts}`);
const { items } = await book.tasks.list({ state: "overdue" });
for (const { due, contactName, typeLabel } of items) console.log(`Overdue since ${due}: ${typeLabel}, ${contactName}`);
await book.close();
process.exitCode = ok ? 0 : 1;
