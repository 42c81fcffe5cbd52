// What users of the guides' product reported as bugs: §2 of the reference. Each must never be seen here.

import { allOf, codeOf, TO_QUALIFICATION } from "./opening.mjs";

const PLAN = { type: "intro-call", assignee: "marco", description: "Ring again", due: "2026-03-20", createTask: true };
const shownOf = ({ due, description, status }) => [due ?? null, description ?? null, status];

/** The preset in which a logged introductory call has another one follow in a week, by itself. */
function following({ crmContact }) {
  const activityTypes = crmContact.activityTypes.map((type) => (type.id === "intro-call" ? { ...type, next: { type: "register-contact", afterDays: 7, mode: "trigger" } } : type));
  return { ...crmContact, id: "following", activityTypes };
}

/** Three ways from start to qualification: the best one is listed last, and one is for another stage. */
function prioritized({ crmContact }) {
  const way = (id, priority, more = {}) => ({ id, from: "start", to: "qualification", priority, gated: false, ...more });
  const ways = [way("late", 5), way("later", 9), way("elsewhere", -5, { from: "lead" }), way("first", -1), way("aside", 2, { to: "prospect" })];
  return { ...crmContact, id: "prioritized", transitions: [...ways, ...crmContact.transitions.filter(({ id }) => id !== "start-qualification")] };
}

export const scenarios = [
  {
    name: "§2 Bug: due date lost on save",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const { pending: [plan], tasks: [task] } = await book.contacts.save(id, { activities: [{ pending: PLAN }] });
      const steps = {};
      const look = async (step) => {
        const [pending] = (await book.activities.list(id, {})).items.filter(({ id: one }) => one === plan.id);
        const [{ due }] = (await book.tasks.list()).items;
        steps[step] = [pending.due, due];
      };
      await look("planned");
      await book.contacts.save(id, { set: { phone: "1" } });
      await look("saved");
      await book.contacts.save(id, TO_QUALIFICATION);
      await look("moved");
      await book.activities.update(plan.id, { description: "Ring once more" });
      await look("edited");
      await book.tasks.reassign(task.id, "anna");
      await look("reassigned");
      await book.activities.complete(plan.id);
      await look("completed");
      await book.tasks.reopen(task.id);
      await look("reopened");
      await book.activities.cancel(plan.id);
      await look("cancelled");
      await book.activities.reopen(plan.id);
      const moved = await book.activities.update(plan.id, { due: "2026-03-25" });
      await look("changed");
      const cleared = await book.activities.update(plan.id, { due: null });
      await book.close();
      return { lost: Object.entries(steps).filter(([, dues]) => dues.some((due) => due !== "2026-03-20")), moved: moved.due, cleared: cleared.due ?? null };
    },
    expected: { lost: [["changed", ["2026-03-25", "2026-03-25"]]], moved: "2026-03-25", cleared: null },
  },
  {
    name: "§2 Bug: description lost on completion through the task",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const { tasks: [task] } = await book.contacts.save(id, { activities: [{ pending: PLAN }] });
      const done = await book.tasks.complete(task.id, { outcome: "Signed" });
      const { items: [pending] } = await book.activities.list(id, { status: "done" });
      const { items: [logged] } = await book.activities.list(id, { status: "logged" });
      const { items: [entry] } = await book.history(id, { kinds: ["activity.completed"] });
      const reopened = await book.tasks.reopen(task.id);
      await book.close();
      return { done: shownOf(done), pending: shownOf(pending), logged: [logged.description, logged.outcome, logged.closes === pending.id], entry: entry.data.description, reopened: shownOf(reopened) };
    },
    expected: {
      done: ["2026-03-20", "Ring again", "done"], pending: ["2026-03-20", "Ring again", "done"], logged: ["Ring again", "Signed", true], entry: "Ring again",
      reopened: ["2026-03-20", "Ring again", "open"],
    },
  },
  {
    name: "§2 Bug: duplicates from an automatic action",
    async act(stagebook, { open }) {
      const book = await open({ definitions: following(stagebook) });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const kinds = async (kind) => (await book.history(id, { kinds: [kind] })).items.length;
      const first = await book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] });
      for (let again = 0; again < 3; again += 1) await book.contacts.save(id, { set: { phone: `${again}` } });
      const followed = await kinds("activity.planned");
      const own = await book.contacts.save(id, { activities: [{ log: { type: "intro-call" }, pending: { type: "register-contact", assignee: "marco" } }] });
      const byRetry = [];
      for (const _ of [1, 2]) byRetry.push((await book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] }, { commandId: "once" })).pending[0].id);
      const before = await kinds("activity.planned");
      const { pending: [plan], tasks } = await book.contacts.save(id, { activities: [{ pending: PLAN }] });
      await Promise.all([1, 2, 3].map((nth) => book.contacts.save(id, { set: { company: `${nth}` } })));
      await book.activities.update(plan.id, { createTask: false });
      await book.activities.update(plan.id, { createTask: true });
      const made = (await book.tasks.list()).items.filter(({ pendingId }) => pendingId === plan.id).length;
      const completed = await book.activities.complete(plan.id);
      const after = await kinds("activity.planned");
      await book.close();
      return {
        first: first.pending.map(({ type, due, follows }) => [type, due, follows === first.logged[0].id]), followed, own: own.pending.map(({ assignee }) => assignee),
        byRetry: byRetry[0] === byRetry[1], before, tasks: [tasks.length, made], completed: completed.pending.map(({ type, status }) => [type, status]), after,
      };
    },
    expected: {
      first: [["register-contact", "2026-03-16", true]], followed: 1, own: ["marco"], byRetry: true, before: 3, tasks: [1, 1],
      completed: [["intro-call", "done"], ["register-contact", "open"]], after: 5,
    },
  },
  {
    name: "§2 Bug: a stage that advances just because a panel was opened",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", activities: [{ pending: PLAN }] });
      await book.contacts.save(id, { activities: TO_QUALIFICATION.activities });
      const all = async () => JSON.stringify([await book.contacts.get(id), await allOf((paging) => book.history(id, paging)), (await book.diagnostics()).entries]);
      const before = await all();
      for (let round = 0; round < 2; round += 1) {
        await Promise.all([
          book.contacts.list(), book.workflow.options(id), book.workflow.options(id, { reason: "x", note: "y" }), book.workflow.log(id), book.activities.types(id),
          book.activities.list(id), book.activities.reminders(), book.activities.nextReminderAt(), book.tasks.list(), book.outbox.list(), book.historyAll(),
        ]);
        const boxes = book.activities.draft({ log: { type: "intro-call" }, pending: { type: "intro-call" } }, { stage: "start" });
        book.activities.validate(boxes, { stage: "start" });
      }
      const same = (await all()) === before;
      const { contact, transitions } = await book.contacts.save(id, {});
      const ready = (await book.workflow.options(id)).map(({ to, allowed }) => [to, allowed]);
      await book.close();
      return { same, stage: contact.workflow.stage, transitions, ready };
    },
    expected: { same: true, stage: "start", transitions: [], ready: [["qualification", true]] },
  },
  {
    name: "§2 Bug: transition priority ignored",
    async act(stagebook, { open }) {
      const book = await open({ definitions: prioritized(stagebook) });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const options = (await book.workflow.options(id)).map(({ transition }) => transition);
      const byStage = await book.workflow.transition(id, { to: "qualification" });
      await book.workflow.transition(id, { to: "start" });
      const named = await book.workflow.transition(id, { transition: "later" });
      await book.workflow.transition(id, { to: "start" });
      const { transitions: [saved] } = await book.contacts.save(id, { transition: { to: "qualification" } });
      await book.close();
      return { options, moved: [byStage, named, saved].map(({ transition }) => transition) };
    },
    expected: { options: ["first", "aside", "late", "later"], moved: ["first", "later", "first"] },
  },
  {
    name: "§2 Bug: a bulk move stopped by one bad record (only that record must be held back)",
    async act(stagebook, { open }) {
      const book = await open();
      const ids = ["a", "b", "c", "d", "e", "f"];
      const ready = (id) => ["a", "d", "f"].includes(id);
      for (const id of ids.filter((one) => one !== "e")) await book.contacts.create({ id, name: id, activities: ready(id) ? TO_QUALIFICATION.activities : [] });
      await book.contacts.archive("c");
      const results = await book.workflow.transitionMany(ids, { to: "qualification" });
      const stages = await Promise.all(ids.map(async (id) => (await book.contacts.get(id))?.workflow.stage ?? null));
      const unknown = await codeOf(book.workflow.transitionMany([], { to: "qualification" }));
      await book.close();
      return {
        results: results.map(({ contactId, ok, record, error }) => [contactId, ok, ok ? record.to : [error.code, ...error.blockers.map(({ code }) => code)]]),
        ours: results.filter(({ ok }) => !ok).every(({ error }) => error instanceof stagebook.StagebookError), stages, unknown,
      };
    },
    expected: {
      results: [
        ["a", true, "qualification"], ["b", false, ["refused", "activity-missing", "activity-missing"]], ["c", false, ["refused", "archived"]],
        ["d", true, "qualification"], ["e", false, ["not-found"]], ["f", true, "qualification"],
      ],
      ours: true, stages: ["qualification", "start", "start", "qualification", null, "qualification"], unknown: "done",
    },
  },
];
