// Every mutating call is idempotent under its commandId, and a stale one can be refused: §5 of the reference.

import { codeOf } from "./opening.mjs";

const PLAN = { type: "intro-call", assignee: "anna", due: "2026-03-20", createTask: true, remind: { start: "2026-03-01", end: "2026-03-20" } };

/** Contacts and activities for the calls below, each under a fixed id. */
export async function prepare(book) {
  const plans = async (id, count) => (await book.contacts.create({ id, name: id, email: `${id}@example.com`, activities: Array.from({ length: count }, () => ({ pending: PLAN })) })).pending;
  const pending = await plans("c-1", 8);
  const [done, cancelled] = [pending[0], pending[1]];
  await book.activities.complete(done.id);
  await book.activities.complete(cancelled.id);
  for (const id of ["archived", "restored", "erased", "moved"]) await book.contacts.create({ id, name: id });
  await book.contacts.create({ id: "none", name: "none", workflow: null });
  await book.contacts.archive("restored");
  const message = await book.contacts.message("c-1", { text: "to be settled" });
  return { pending: pending.map(({ id }) => id), tasks: pending.map(({ taskId }) => taskId), item: message.id };
}

/** Each call of the contract that writes: [name, the call with its options, the same with another payload or of another thing]. */
export function mutations({ contacts, workflow, activities, tasks, outbox }, { pending: [, , completed, cancelled, updated, snoozed, acknowledged], pending, tasks: ids, item }) {
  const log = [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }];
  return [
    ["contacts.create", (options) => contacts.create({ id: "new", name: "New" }, options), (options) => contacts.create({ id: "new", name: "Newer" }, options)],
    ["contacts.save", (options) => contacts.save("moved", { activities: log }, options), (options) => contacts.save("moved", { activities: [log[0]] }, options)],
    ["contacts.archive", (options) => contacts.archive("archived", { reason: "left", ...options }), (options) => contacts.archive("archived", { reason: "right", ...options })],
    ["contacts.restore", (options) => contacts.restore("restored", options), (options) => contacts.restore("archived", options)],
    ["contacts.comment", (options) => contacts.comment("c-1", { text: "once" }, options), (options) => contacts.comment("c-1", { text: "twice" }, options)],
    ["contacts.invite", (options) => contacts.invite("c-1", { email: "a@example.com" }, options), (options) => contacts.invite("c-1", { email: "b@example.com" }, options)],
    ["contacts.message", (options) => contacts.message("c-1", { text: "once" }, options), (options) => contacts.message("c-1", { text: "once", channel: "sms" }, options)],
    ["contacts.share", (options) => contacts.share("c-1", { email: "a@example.com" }, options), (options) => contacts.share("c-1", { email: "a@example.com", fields: ["name"] }, options)],
    ["workflow.start", (options) => workflow.start("none", "crm-contact", options), (options) => workflow.start("c-1", "crm-contact", options)],
    ["workflow.transition", (options) => workflow.transition("moved", { to: "qualification" }, options), (options) => workflow.transition("moved", { to: "prospect" }, options)],
    ["workflow.revert", (options) => workflow.revert("moved", { note: "too early", ...options }), (options) => workflow.revert("moved", { note: "too late", ...options })],
    ["activities.complete", (options) => activities.complete(completed, { outcome: "won" }, options), (options) => activities.complete(completed, { outcome: "lost" }, options)],
    ["activities.cancel", (options) => activities.cancel(cancelled, { reason: "no", ...options }), (options) => activities.cancel(cancelled, { reason: "yes", ...options })],
    ["activities.reopen", (options) => activities.reopen(pending[0], options), (options) => activities.reopen(completed, options)],
    ["activities.update", (options) => activities.update(updated, { due: "2026-03-21" }, options), (options) => activities.update(updated, { due: "2026-03-22" }, options)],
    ["activities.snooze", (options) => activities.snooze(snoozed, "2026-03-15", options), (options) => activities.snooze(snoozed, "2026-03-16", options)],
    ["activities.acknowledge", (options) => activities.acknowledge(acknowledged, options), (options) => activities.acknowledge(snoozed, options)],
    ["tasks.complete", (options) => tasks.complete(ids[7], { outcome: "done" }, options), (options) => tasks.complete(ids[7], {}, options)],
    ["tasks.reopen", (options) => tasks.reopen(ids[1], options), (options) => tasks.reopen(ids[0], options)],
    ["tasks.reassign", (options) => tasks.reassign(ids[4], "marco", options), (options) => tasks.reassign(ids[4], "anna", options)],
    ["outbox.settle", (options) => outbox.settle(item, { status: "sent" }, options), (options) => outbox.settle(item, { status: "failed", error: "x" }, options)],
    ["contacts.erase", (options) => contacts.erase("erased", { confirm: "erased", ...options }), (options) => contacts.erase("erased", { confirm: "erased", reason: "x", ...options })],
  ];
}

/** Makes every call a second time: what failed, answered otherwise or wrote something; and what was no conflict with another payload. */
export async function repeat(book, made, first) {
  const wrong = [];
  const entries = async () => (await book.diagnostics()).entries;
  const before = await entries();
  for (const [name, call, other] of mutations(book, made)) {
    const again = await call({ commandId: name }).then((answer) => idOf(answer), (error) => error.code);
    if (again !== first[name]) wrong.push([name, again, first[name]]);
    const code = await codeOf(other({ commandId: name }));
    if (`${code}` !== "conflict") wrong.push([name, "another payload", code]);
  }
  const written = (await entries()) - before;
  return written ? [...wrong, ["entries written", written]] : wrong;
}

export async function makeAll(book, made) {
  const first = {};
  for (const [name, call] of mutations(book, made)) first[name] = idOf(await call({ commandId: name }));
  return first;
}

/** What an answer names that would not be the same if it had been done twice. */
const idOf = (answer) => JSON.stringify([answer?.id, answer?.seq, answer?.contact?.id, answer?.logged?.map(({ id }) => id), answer?.pending?.map(({ id }) => id)]);

export const scenarios = [
  {
    name: "§5 Every mutating call is idempotent under its commandId; with another payload it is a conflict",
    async act(stagebook, { open }) {
      const book = await open();
      const made = await prepare(book);
      const first = await makeAll(book, made);
      const wrong = await repeat(book, made, first);
      const together = await Promise.all([1, 2, 3].map(() => book.contacts.invite("c-1", { email: "c@example.com" }, { commandId: "together" })));
      const names = new Set(mutations(book, made).map(([name]) => name));
      const missing = Object.keys({ contacts: 0, activities: 0, tasks: 0, outbox: 0, workflow: 0 }).flatMap((part) => Object.keys(book[part]).map((call) => `${part}.${call}`)).filter((call) => !names.has(call));
      await book.close();
      return { wrong, together: new Set(together.map(({ id }) => id)).size, missing };
    },
    expected: {
      wrong: [], together: 1,
      missing: [
        "contacts.get", "contacts.list", "activities.types", "activities.draft", "activities.validate", "activities.list", "activities.reminders", "activities.nextReminderAt", "activities.calendar",
        "tasks.list", "outbox.list", "outbox.deliver", "workflow.definitions", "workflow.options", "workflow.log", "workflow.transitionMany", "workflow.path", "workflow.insights",
        "workflow.diagram", "workflow.migrate",
      ],
    },
  },
  {
    name: "§5 A refused or failed command is not remembered: its commandId works once the reason is gone",
    async act(stagebook, { open }) {
      const book = await open();
      await book.contacts.create({ id: "c-1", name: "Bruno" });
      await book.contacts.archive("c-1");
      const invite = () => book.contacts.invite("c-1", { email: "a@example.com" }, { commandId: "invite" });
      const refused = await codeOf(invite());
      await book.contacts.restore("c-1");
      const items = [await invite(), await invite()];
      const waiting = (await book.outbox.list()).items.length;
      await book.close();
      return { refused, same: items[0].id === items[1].id, waiting };
    },
    expected: { refused: ["refused", "archived"], same: true, waiting: 1 },
  },
  {
    name: "§5 expectedVersion refuses a stale write with both versions; a repeated commandId is looked up before it",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id, version }, pending: [plan] } = await book.contacts.create({ name: "Bruno", activities: [{ pending: PLAN }] });
      const { version: newer } = (await book.contacts.save(id, { set: { phone: "1" } })).contact;
      const stale = { expectedVersion: version };
      const refused = {};
      for (const [name, call] of Object.entries({
        archive: () => book.contacts.archive(id, stale), restore: () => book.contacts.restore(id, stale), erase: () => book.contacts.erase(id, { confirm: id, ...stale }),
        invite: () => book.contacts.invite(id, { email: "a@example.com" }, stale), message: () => book.contacts.message(id, { text: "x" }, stale), share: () => book.contacts.share(id, { email: "a@example.com" }, stale),
        update: () => book.activities.update(plan.id, { due: null }, stale), snooze: () => book.activities.snooze(plan.id, "2026-03-15", stale), acknowledge: () => book.activities.acknowledge(plan.id, stale),
        task: () => book.tasks.complete(plan.taskId, {}, stale), reassign: () => book.tasks.reassign(plan.taskId, "marco", stale),
      })) refused[name] = await call().then(() => "done", ({ code, details }) => [code, details?.expected === version && details?.actual === newer].join());
      const written = (await book.history(id)).items.length;
      const archived = await book.contacts.archive(id, { expectedVersion: newer, commandId: "archive" });
      const again = await book.contacts.archive(id, { expectedVersion: newer, commandId: "archive" });
      await book.close();
      return { refused: [...new Set(Object.values(refused))], written, archived: [archived.status, archived.version > newer, again.version === archived.version] };
    },
    expected: { refused: ["conflict,true"], written: 5, archived: ["archived", true, true] },
  },
];
