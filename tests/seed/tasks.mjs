// A pending activity and its task, the reminders, and whose day it is: §2 and §5 of the reference.

import { allOf, ANNA, codeOf, MARCO } from "./opening.mjs";

const PLAN = { type: "intro-call", assignee: "marco", description: "Ring again", due: "2026-03-20", createTask: true };
const REMIND = { start: "2026-03-10", end: "2026-03-11T12:00:00Z" };

export const scenarios = [
  {
    name: "§2 Link between a pending activity and its task: completing, reopening, cancelling, reassigning or editing one shows in the other",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const { pending: [{ id: plan }], tasks: [{ id: task }] } = await book.contacts.save(id, { activities: [{ pending: PLAN }] });
      const both = async () => {
        const [pending] = (await book.activities.list(id)).items.filter((one) => one.id === plan);
        const [entry] = (await book.tasks.list()).items;
        const equal = ["status", "state", "closedAt", "assignee", "due", "description", "type"].every((field) => pending[field] === entry[field]);
        return [entry.status, entry.closedAt !== undefined, equal];
      };
      const { tasks, activities } = book;
      const done = [(await tasks.complete(task)).status, ...(await both())];
      const reopened = [(await activities.reopen(plan)).status, ...(await both())];
      const completed = [(await activities.complete(plan)).tasks[0].status, ...(await both())];
      const again = [(await tasks.reopen(task)).status, ...(await both())];
      const reassigned = [(await tasks.reassign(task, "anna")).assignee, ...(await both())];
      const edited = await activities.update(plan, { description: "Write", assignee: "marco", due: "2026-04-01" });
      const [entry] = (await tasks.list({ assignee: "marco" })).items;
      const stranger = await codeOf(tasks.reassign(task, "nobody"));
      const cancelled = [(await activities.cancel(plan, { reason: "no need" })).status, ...(await both())];
      const closed = [await codeOf(tasks.complete(task)), await codeOf(activities.update(plan, { due: null })), await codeOf(tasks.complete("nothing"))];
      const made = (await book.history(id, { kinds: ["task.created"] })).items.length;
      await book.close();
      return { done, reopened, completed, again, reassigned, edited: [edited.assigneeName, entry.description, entry.due, entry.assignee], stranger, cancelled, closed, made };
    },
    expected: {
      done: ["done", "done", true, true], reopened: ["open", "open", false, true], completed: ["done", "done", true, true], again: ["open", "open", false, true],
      reassigned: ["anna", "open", false, true], edited: ["Marco Bianchi", "Write", "2026-04-01", "marco"], stranger: ["invalid", "assignee assignee-unknown"],
      cancelled: ["cancelled", "cancelled", true, true], closed: [["conflict"], ["conflict"], ["not-found"]], made: 1,
    },
  },
  {
    name: "§2 A person's task list: by due, those without one last, filtered and page by page as a whole",
    async act(stagebook, { open }) {
      const book = await open();
      const dues = ["2026-03-20", undefined, "2026-03-09", "2026-03-01", "2026-03-20T08:00:00Z", "2026-03-12"];
      for (const [nth, due] of dues.entries()) {
        await book.contacts.create({ id: `c-${nth}`, name: `Contact ${nth}`, activities: [{ pending: { ...PLAN, date: "2026-03-01", due, assignee: nth === 5 ? "anna" : "marco" } }] });
      }
      const { items: [first] } = await book.tasks.list({ assignee: "anna" });
      await book.tasks.complete(first.id);
      const marcos = (query) => allOf((paging) => book.tasks.list({ assignee: "marco", ...query, ...paging }), 2);
      const names = (items) => items.map(({ contactName }) => contactName.slice(-1)).join("");
      const lists = { all: names(await marcos()), overdue: names(await marcos({ state: "overdue" })), today: names(await marcos({ state: "today" })), planned: names(await marcos({ state: "planned" })) };
      const done = names((await book.tasks.list({ status: "done" })).items);
      await book.contacts.archive("c-3");
      const without = names(await marcos());
      await book.close();
      return { lists, done, without };
    },
    expected: { lists: { all: "32401", overdue: "3", today: "2", planned: "401" }, done: "5", without: "2401" },
  },
  {
    name: "§2 Reminder start/end date: it shows in its range, both ends inside, until acknowledged or snoozed",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id }, pending: [{ id: plan }] } = await book.contacts.create({ name: "Bruno", activities: [{ pending: { ...PLAN, createTask: false, remind: REMIND } }] });
      const { activities } = book;
      const at = async (moment) => (await activities.reminders({ at: moment })).length;
      const shows = [await at("2026-03-09T22:59:59.999Z"), await at("2026-03-09T23:00:00Z"), await at("2026-03-11T12:00:00Z"), await at("2026-03-11T12:00:00.001Z"), await at("2026-03-10")];
      const next = [await activities.nextReminderAt(), await activities.nextReminderAt({ assignee: "anna" }) ?? null];
      pass(30);
      const [reminder] = await activities.reminders({ assignee: "marco" });
      const wrong = [await codeOf(activities.snooze(plan, "2026-03-09")), await codeOf(activities.snooze(plan, "nonsense"))];
      const snoozed = await activities.snooze(plan, "2026-03-10T08:00:00+01:00");
      const asleep = [(await activities.reminders()).length, await activities.nextReminderAt(), await at("2026-03-10T07:00:00Z")];
      const acknowledged = await activities.acknowledge(plan);
      await activities.acknowledge(plan);
      const quiet = [await at("2026-03-10T07:00:00Z"), await activities.nextReminderAt()];
      const changed = await activities.update(plan, { remind: { start: "2026-03-11", end: "2026-03-12" } });
      const anew = [await at("2026-03-11"), changed.remind.acknowledgedAt ?? null];
      const none = await activities.update(plan, { remind: null });
      const nothing = await codeOf(activities.snooze(plan, "2026-03-12"));
      const kinds = (await book.history(id, { order: "oldest" })).items.map(({ kind }) => kind).slice(3);
      await book.close();
      return {
        shows, next, reminder: [reminder.contactName, reminder.typeLabel, reminder.description, reminder.due, reminder.assignee, reminder.start, reminder.end], wrong,
        snoozed: snoozed.remind.snoozedUntil, asleep, acknowledged: acknowledged.remind.acknowledgedAt, quiet, anew, none: none.remind ?? null, nothing, kinds,
      };
    },
    expected: {
      shows: [0, 1, 1, 0, 1], next: ["2026-03-09T23:00:00.000Z", null],
      reminder: ["Bruno", "Introductory call", "Ring again", "2026-03-20", "marco", "2026-03-09T23:00:00.000Z", "2026-03-11T12:00:00.000Z"],
      wrong: [["invalid", "until date-invalid"], ["invalid", "until date-invalid"]], snoozed: "2026-03-10T07:00:00.000Z", asleep: [0, "2026-03-10T07:00:00.000Z", 1],
      acknowledged: "2026-03-09T23:00:00.000Z", quiet: [0, "2026-03-19T23:00:00.000Z"], anew: [1, null], none: null, nothing: ["invalid", "remind required"],
      kinds: ["reminder.snoozed", "reminder.acknowledged", "activity.changed", "activity.changed"],
    },
  },
  {
    name: "§5 Today, overdue: in the assignee's own time zone, else the book's, right across midnight and daylight saving",
    async act(stagebook, { open, pass }) {
      const zoe = { id: "zoe", name: "Zoe Hall", timeZone: "America/New_York" };
      const book = await open({ users: [ANNA, MARCO, zoe] });
      const plans = [["anna", "2026-03-09"], ["zoe", "2026-03-09"], ["anna", "2026-03-29"], ["zoe", "2026-03-29"]];
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", activities: plans.map(([assignee, due]) => ({ pending: { type: "intro-call", assignee, due, date: "2026-03-01" } })) });
      const states = async () => {
        const { items } = await book.activities.list(id, { status: "open" });
        return plans.map(([assignee, due]) => items.find((one) => one.assignee === assignee && one.due === due).state).join(" ");
      };
      const next = (assignee) => book.activities.nextReminderAt({ assignee });
      const evening = [await states(), await next("anna"), await next("zoe")];
      pass(30);
      const midnight = [await states(), await next("anna"), await next("zoe")];
      pass(5 * 60);
      const later = [await states(), await next("anna"), await next("zoe")];
      pass((18 * 24 + 19) * 60 + 30);
      const changing = [await states(), await next("anna"), await next("zoe")];
      await book.close();
      return { evening, midnight, later, changing };
    },
    expected: {
      evening: ["today today planned planned", "2026-03-09T23:00:00.000Z", "2026-03-10T04:00:00.000Z"],
      midnight: ["overdue today planned planned", "2026-03-28T23:00:00.000Z", "2026-03-10T04:00:00.000Z"],
      later: ["overdue overdue planned planned", "2026-03-28T23:00:00.000Z", "2026-03-29T04:00:00.000Z"],
      changing: ["overdue overdue today planned", "2026-03-29T22:00:00.000Z", "2026-03-29T04:00:00.000Z"],
    },
  },
];
