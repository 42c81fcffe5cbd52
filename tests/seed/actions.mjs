// What a user can do with a contact beside its workflow, and where all of it is told: §4 of the reference.

import { allOf, ANNA, codeOf, MARCO } from "./opening.mjs";

const listed = async (book, status) => (await book.contacts.list(status && { status })).items.map(({ name }) => name);
const kindsOf = async (book, id, query) => (await allOf((paging) => book.history(id, { order: "oldest", ...query, ...paging }))).map(({ kind }) => kind);
const WHOLE = { name: "Bruno", email: "bruno@example.com", phone: "+39 1", company: "Acme", fields: { vip: true } };
const PLAN = { type: "intro-call", assignee: "anna", createTask: true, due: "2026-03-12", remind: { start: "2026-03-01", end: "2026-03-12" } };

export const scenarios = [
  {
    name: "§4 Archive: out of the list, information retained",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ ...WHOLE, activities: [{ pending: PLAN }] });
      pass(1);
      await book.contacts.create({ name: "Carla" });
      const before = await book.contacts.get(id);
      const archived = await book.contacts.archive(id, { reason: "moved away" });
      const { version, status, updatedAt, ...kept } = await book.contacts.get(id);
      const lists = [await listed(book), await listed(book, "archived")];
      const { items: [open_] } = await book.activities.list(id, { status: "open" });
      const restored = await book.contacts.restore(id);
      const { version: _, status: active, updatedAt: __, ...was } = before;
      const back = await listed(book);
      const [, , , , entry] = (await book.history(id, { order: "oldest" })).items;
      await book.close();
      return {
        statuses: [active, archived.status, status, restored.status], lists, back, retained: JSON.stringify(kept) === JSON.stringify(was),
        due: open_.due, versions: [archived.version > before.version, restored.version > archived.version], entry: [entry.kind, entry.data.reason, entry.byName],
      };
    },
    expected: {
      statuses: ["active", "archived", "archived", "active"], lists: [["Carla"], ["Bruno"]], back: ["Carla", "Bruno"], retained: true,
      due: "2026-03-12", versions: [true, true], entry: ["contact.archived", "moved away", "Anna Rossi"],
    },
  },
  {
    name: "§4 Archived: workflow, activities, tasks, invite and message refused, reminders suspended; comments, field changes, share go on",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id }, pending: [{ id: plan }], tasks: [task] } = await book.contacts.create({ ...WHOLE, activities: [{ pending: PLAN }] });
      const { workflow, activities, tasks, contacts } = book;
      const shown = async () => [(await activities.reminders()).length, (await tasks.list()).items.length, (await activities.nextReminderAt()) !== undefined];
      const before = await shown();
      await contacts.archive(id);
      const suspended = await shown();
      const refused = {
        move: await codeOf(workflow.transition(id, { to: "qualification" })), log: await codeOf(contacts.save(id, { activities: [{ log: { type: "intro-call" } }] })),
        plan: await codeOf(contacts.save(id, { activities: [{ pending: PLAN }] })), complete: await codeOf(activities.complete(plan)),
        cancel: await codeOf(activities.cancel(plan)), update: await codeOf(activities.update(plan, { due: null })), snooze: await codeOf(activities.snooze(plan, "2026-03-11")),
        acknowledge: await codeOf(activities.acknowledge(plan)), task: await codeOf(tasks.complete(task.id)), reassign: await codeOf(tasks.reassign(task.id, "marco")),
        invite: await codeOf(contacts.invite(id, { email: "bruno@example.com" })), message: await codeOf(contacts.message(id, { text: "Hello" })),
      };
      const options = (await workflow.options(id)).map(({ allowed, blockers }) => [allowed, ...blockers.map(({ code, fix }) => [code, fix.do])]);
      const goesOn = [
        await codeOf(contacts.comment(id, { text: "Still known" })), await codeOf(contacts.save(id, { set: { phone: "+39 2" } })),
        await codeOf(contacts.share(id, { email: "marco@example.com" })), await codeOf(contacts.archive(id)),
      ];
      await contacts.restore(id);
      const after = await shown();
      const archivings = (await kindsOf(book, id)).filter((kind) => kind === "contact.archived").length;
      await book.close();
      return { before, suspended, after, refused: [...new Set(Object.values(refused).map((code) => `${code}`))], options, goesOn, archivings };
    },
    expected: {
      before: [1, 1, true], suspended: [0, 0, false], after: [1, 1, true], refused: ["refused,archived"], options: [[false, ["archived", "restore"]]],
      goesOn: ["done", "done", "done", "done"], archivings: 1,
    },
  },
  {
    name: "§4 Delete: permanent, cannot be undone",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id }, pending: [plan] } = await book.contacts.create({ ...WHOLE, activities: [{ pending: PLAN }] });
      await book.contacts.invite(id, { email: "bruno@example.com", message: "Come in" });
      const unasked = await codeOf(book.contacts.erase(id, { confirm: "another" }));
      const before = (await book.history(id, { count: true })).total;
      await book.contacts.erase(id, { confirm: id, reason: "ticket 7" });
      const tombstone = (await book.history(id)).items.map(({ kind, data, byName }) => [kind, data.reason, data.entries, byName]);
      const gone = [await book.contacts.get(id) ?? null, await listed(book), await listed(book, "archived"), (await book.tasks.list()).items, (await book.outbox.list()).items, (await book.activities.reminders()).length];
      const undone = {
        restore: await codeOf(book.contacts.restore(id)), archive: await codeOf(book.contacts.archive(id)), create: await codeOf(book.contacts.create({ id, name: "Bruno" })),
        reopen: await codeOf(book.activities.reopen(plan.id)), share: await codeOf(book.contacts.share(id, { email: "a@example.com" })), again: await codeOf(book.contacts.erase(id, { confirm: id })),
      };
      const { ok, erased } = await book.audit.verify();
      const everywhere = JSON.stringify((await book.historyAll({ limit: 500 })).items);
      await book.close();
      return { unasked, tombstone, entries: before === tombstone[0][2], gone, undone, log: [ok, erased === before], named: /bruno|acme|come in/i.test(everywhere) };
    },
    expected: {
      unasked: ["invalid", "confirm confirm-mismatch"], tombstone: [["contact.erased", "ticket 7", 5, "Anna Rossi"]], entries: true, gone: [null, [], [], [], [], 0],
      undone: { restore: ["refused", "erased"], archive: ["refused", "erased"], create: ["conflict"], reopen: ["refused", "erased"], share: ["refused", "erased"], again: ["refused", "erased"] },
      log: [true, true], named: false,
    },
  },
  {
    name: "§4 Invite by email; email address is required",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id, version } } = await book.contacts.create({ name: "Bruno" });
      const refused = [await codeOf(book.contacts.invite(id, {})), await codeOf(book.contacts.invite(id, { email: "  " })), await codeOf(book.contacts.invite(id, { email: "bruno@" }))];
      const item = await book.contacts.invite(id, { email: " bruno@example.com ", message: "Join us" });
      const { items: [entry] } = await book.history(id, { kinds: ["contact.invited"] });
      const waiting = (await book.outbox.list({ status: "waiting" })).items;
      const after = await book.contacts.get(id);
      await book.close();
      return {
        refused, item: [item.kind, item.to, item.payload, item.status, item.attempts, item.contactId === id, item.createdAt], entry: [entry.data.email, entry.data.message, entry.byName],
        waiting: waiting.map((one) => JSON.stringify(one) === JSON.stringify(item)), sameVersion: after.version === version,
      };
    },
    expected: {
      refused: [["invalid", "email required"], ["invalid", "email required"], ["invalid", "email email-invalid"]],
      item: ["invite", "bruno@example.com", { message: "Join us" }, "waiting", 0, true, "2026-03-09T22:30:00.000Z"], entry: ["bruno@example.com", "Join us", "Anna Rossi"], waiting: [true], sameVersion: true,
    },
  },
  {
    name: "§4 Message: a direct text to the contact",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", email: "bruno@example.com" });
      const { contact: { id: noEmail } } = await book.contacts.create({ name: "Carla" });
      const refused = [await codeOf(book.contacts.message(id, {})), await codeOf(book.contacts.message(id, { text: " ", subject: "x".repeat(10_001) }))];
      const item = await book.contacts.message(id, { text: "Are you free?", subject: "Friday", channel: "chat" });
      const other = await book.contacts.message(noEmail, { text: "Hello" });
      const { items: [{ data }] } = await book.history(id, { kinds: ["contact.messaged"] });
      await book.close();
      return { refused, item: [item.kind, item.to, item.payload], other: [other.to ?? null, other.payload], logged: [data.text, data.subject, data.channel] };
    },
    expected: {
      refused: [["invalid", "text required"], ["invalid", "text required", "subject too-long"]],
      item: ["message", "bruno@example.com", { channel: "chat", subject: "Friday", text: "Are you free?" }], other: [null, { text: "Hello" }], logged: ["Are you free?", "Friday", "chat"],
    },
  },
  {
    name: "§4 Share via…: the contact's details or other information, by email",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create(WHOLE);
      const refused = [
        await codeOf(book.contacts.share(id, {})), await codeOf(book.contacts.share(id, { email: "x@example.com", fields: ["name", "nonsense"] })),
        await codeOf(book.contacts.share(id, { email: "x@example.com", fields: [] })),
      ];
      const usual = await book.contacts.share(id, { email: "x@example.com" });
      const named = await book.contacts.share(id, { email: "x@example.com", fields: ["name", "vip"], note: "Please call" });
      const only = await book.contacts.share(id, { email: "x@example.com", fields: [], note: "Other information" });
      await book.contacts.save(id, { set: { phone: "+39 2" } });
      const { items: [asItWas] } = await book.outbox.list();
      const { items } = await book.history(id, { kinds: ["contact.shared"], order: "oldest" });
      await book.close();
      return { refused, items: [usual, named, only].map(({ kind, to, payload }) => [kind, to, payload]), asItWas: asItWas.payload.details.phone, logged: items.map(({ data }) => [data.email, data.fields, data.note ?? null]) };
    },
    expected: {
      refused: [["invalid", "email required"], ["invalid", "fields.1 unknown-field"], ["invalid", "note required"]],
      items: [
        ["share", "x@example.com", { details: { company: "Acme", email: "bruno@example.com", name: "Bruno", phone: "+39 1" } }],
        ["share", "x@example.com", { details: { name: "Bruno", vip: true }, note: "Please call" }], ["share", "x@example.com", { details: {}, note: "Other information" }],
      ],
      asItWas: "+39 1",
      logged: [["x@example.com", ["name", "email", "phone", "company"], null], ["x@example.com", ["name", "vip"], "Please call"], ["x@example.com", [], "Other information"]],
    },
  },
  {
    name: "§4 Add comment: notes for the team or oneself, logged in the contact's history",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id, version } } = await book.contacts.create({ name: "Bruno" });
      const refused = [await codeOf(book.contacts.comment(id, { text: " " })), await codeOf(book.contacts.comment(id, { text: "x".repeat(10_001) }))];
      const entry = await book.contacts.comment(id, { text: "Prefers mornings" });
      pass(5);
      await book.as(MARCO).contacts.comment(id, { text: "Asked for a price" });
      const { items } = await book.history(id, { kinds: ["contact.commented"] });
      const after = await book.contacts.get(id);
      await book.close();
      return { refused, entry: [entry.kind, entry.data.text], logged: items.map(({ data, byName, occurredAt }) => [data.text, byName, occurredAt]), sameVersion: after.version === version };
    },
    expected: {
      refused: [["invalid", "text required"], ["invalid", "text too-long"]], entry: ["contact.commented", "Prefers mornings"],
      logged: [["Asked for a price", "Marco Bianchi", "2026-03-09T22:35:00.000Z"], ["Prefers mornings", "Anna Rossi", "2026-03-09T22:30:00.000Z"]], sameVersion: true,
    },
  },
  {
    name: "§4 Contact history lists them all: actions taken (archiving, deleting…), messages sent, comments added, invitations sent",
    async act(stagebook, { open }) {
      const book = await open({ users: undefined, actor: ANNA });
      const { contact: { id } } = await book.contacts.create(WHOLE);
      const sent = await book.contacts.invite(id, { email: "bruno@example.com" });
      const failed = await book.contacts.message(id, { text: "Hello" });
      await book.contacts.share(id, { email: "marco@example.com" });
      await book.contacts.comment(id, { text: "A note" });
      await book.outbox.settle(sent.id, { status: "sent", ref: "m-1" });
      const settled = await book.outbox.settle(failed.id, { status: "failed", error: "mailbox full" });
      await book.contacts.archive(id);
      await book.contacts.restore(id);
      const entries = (await book.history(id, { order: "oldest" })).items;
      const twice = await codeOf(book.outbox.settle(sent.id, { status: "sent" }));
      const left = (await book.outbox.list()).items.map(({ kind, status }) => [kind, status]);
      await book.contacts.erase(id, { confirm: id });
      const after = await kindsOf(book, id);
      await book.close();
      return { kinds: entries.map(({ kind }) => kind), told: entries.every(({ summary }) => summary.length > 0), results: entries.filter(({ kind }) => kind.startsWith("delivery")).map(({ data }) => data.error ?? data.ref), settled: [settled.status, settled.error], twice, left, after };
    },
    expected: {
      kinds: ["contact.created", "workflow.started", "contact.invited", "contact.messaged", "contact.shared", "contact.commented", "delivery.sent", "delivery.failed", "contact.archived", "contact.restored"],
      told: true, results: ["m-1", "mailbox full"], settled: ["failed", "mailbox full"], twice: ["conflict"], left: [["invite", "sent"], ["message", "failed"], ["share", "waiting"]], after: ["contact.erased"],
    },
  },
  {
    name: "§4 Who may archive, restore, delete, invite, message, share, comment and reassign is what the workflow's permissions say",
    async act(stagebook, { open }) {
      const guarded = ["comment", "invite", "message", "share", "reassign", "archive", "erase"];
      const permissions = Object.fromEntries(guarded.map((what) => [what, [`may-${what}`]]));
      const book = await open({ definitions: { ...stagebook.crmContact, permissions } });
      const { contact: { id }, pending: [plan], tasks: [task] } = await book.contacts.create({ ...WHOLE, activities: [{ pending: PLAN }] });
      const calls = ({ contacts, tasks, activities }) => ({
        comment: () => contacts.comment(id, { text: "x" }), invite: () => contacts.invite(id, { email: "a@example.com" }), message: () => contacts.message(id, { text: "x" }),
        share: () => contacts.share(id, { email: "a@example.com" }), reassign: () => tasks.reassign(task.id, "marco"), archive: () => contacts.archive(id), erase: () => contacts.erase(id, { confirm: id }),
        "reassign, by update": () => activities.update(plan.id, { assignee: "marco" }), "archive, by restore": () => contacts.restore(id), nothing: () => activities.update(plan.id, { due: null }),
      });
      const answers = { without: {}, with: {} };
      for (const [name, call] of Object.entries(calls(book))) answers.without[name] = `${await codeOf(call())}`;
      for (const what of guarded) answers.with[what] = `${await codeOf(calls(book.as({ ...ANNA, roles: [`may-${what}`] }))[what]())}`;
      await book.close();
      const { nothing, ...refused } = answers.without;
      return { refused: [...new Set(Object.values(refused))], nothing, allowed: answers.with };
    },
    expected: {
      refused: ["forbidden"], nothing: "done",
      allowed: { comment: "done", invite: "done", message: "done", share: "done", reassign: "done", archive: "done", erase: "done" },
    },
  },
];
