// What the two guides say a contact's workflow, activities and log must do, §1 to §3 of the reference.

import { codeOf, MARCO, moveTo } from "./opening.mjs";

/** The types of a stage, those it offers apart from those it merely allows. */
async function offered(book, id) {
  const types = await book.activities.types(id);
  const names = (fits) => types.filter(fits).map(({ type }) => type);
  return { offers: names(({ required, suggested }) => required || suggested), requires: names(({ required }) => required), allows: names(({ allowed }) => allowed), refuses: types.filter(({ allowed }) => !allowed).map(({ type, reason }) => [type, typeof reason === "string" && reason.length > 0]) };
}

/** As the preset, but what a stage does not list can't be logged there. */
function closed({ crmContact }) {
  const stages = crmContact.stages.map((stage) => (stage.id === "opportunity" ? { ...stage, activityPolicy: "closed", activities: [{ type: "register-contact" }] } : stage));
  return { ...crmContact, id: "closed-grid", stages };
}

export const scenarios = [
  {
    name: "§1 The Workflow Log appears only if a workflow is active for the contact and that workflow asks for it (showLog)",
    async act({ crmContact }, { open }) {
      const book = await open();
      const quiet = await open({ definitions: { ...crmContact, showLog: false } });
      const asking = await book.contacts.create({ name: "Asks" });
      const none = await book.contacts.create({ name: "No workflow", workflow: null });
      const silent = await quiet.contacts.create({ name: "Does not ask" });
      const started = await book.workflow.start(none.contact.id, "crm-contact");
      const after = await book.contacts.get(none.contact.id);
      await Promise.all([book.close(), quiet.close()]);
      return { asking: asking.contact.workflow.showLog, none: none.contact.workflow ?? null, silent: silent.contact.workflow.showLog, started: started.to, after: after.workflow.showLog };
    },
    expected: { asking: true, none: null, silent: false, started: "start", after: true },
  },
  {
    name: "§1 Stages offer different activities: in Qualification an introductory call matters, in Opportunity it does not",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const start = await offered(book, id);
      await moveTo(book, id, ["qualification"]);
      const qualification = await offered(book, id);
      await moveTo(book, id, ["prospect", "lead", "opportunity"]);
      const opportunity = await offered(book, id);
      const logged = await codeOf(book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] }));
      await book.close();
      return { start, qualification, opportunity, logged };
    },
    expected: {
      start: { offers: ["register-contact", "intro-call"], requires: ["register-contact", "intro-call"], allows: ["register-contact", "intro-call"], refuses: [] },
      qualification: { offers: ["intro-call"], requires: [], allows: ["intro-call", "register-contact"], refuses: [] },
      opportunity: { offers: [], requires: [], allows: ["register-contact", "intro-call"], refuses: [] },
      logged: "done",
    },
  },
  {
    name: "§1 Stages offer different activities: a stage with a closed grid refuses the others and says why",
    async act(stagebook, { open }) {
      const book = await open({ definitions: closed(stagebook) });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      await moveTo(book, id, ["qualification", "prospect", "lead", "opportunity"]);
      const opportunity = await offered(book, id);
      const logged = await codeOf(book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] }));
      const listed = await codeOf(book.contacts.save(id, { activities: [{ log: { type: "register-contact" } }] }));
      const planned = await book.contacts.save(id, { activities: [{ pending: { type: "intro-call", assignee: "anna" } }] });
      await book.close();
      return { opportunity, logged, listed, warned: planned.issues.map(({ severity, code }) => [severity, code]) };
    },
    expected: {
      opportunity: { offers: ["register-contact"], requires: [], allows: ["register-contact"], refuses: [["intro-call", true]] },
      logged: ["invalid", "activities.0.log.type type-not-in-stage"],
      listed: "done",
      warned: [["warning", "type-not-in-stage"]],
    },
  },
  {
    name: "§2 Activities and Log speak Italian: stages, types, and what is missing",
    async act(stagebook, { open }) {
      const book = await open({ locale: "it" });
      const { contact } = await book.contacts.create({ name: "Bruno" });
      const types = await book.activities.types(contact.id);
      const [issue] = book.activities.validate({ pending: { type: "intro-call" } });
      await moveTo(book, contact.id, ["qualification"]);
      const [moved] = (await book.workflow.log(contact.id)).items;
      await book.close();
      return { stage: contact.workflow.stageLabel, types: types.map(({ label }) => label), missing: issue.message, moved: [moved.fromLabel, moved.toLabel] };
    },
    expected: { stage: "Inizio", types: ["Inserimento anagrafica", "Call conoscitiva"], missing: "Serve l'operatore che svolgerà l'attività in sospeso.", moved: ["Inizio", "Qualifica"] },
  },
  {
    name: "§2 Task box: activity type by stage, date filled in the moment the type is entered, user who made the entry, description",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const nothing = book.activities.draft({});
      const { log } = book.activities.draft({ log: { type: "intro-call" } });
      const kept = book.activities.draft({ log: { type: "intro-call", date: "2026-03-02" } }).log.date;
      pass(5);
      const { logged: [saved] } = await book.contacts.save(id, { activities: [{ log: { type: "intro-call", description: "Wants an offer" } }] });
      const another = await codeOf(book.contacts.save(id, { activities: [{ log: { type: "intro-call", user: "marco" } }] }));
      const unknown = await codeOf(book.contacts.save(id, { activities: [{ log: { type: "nonsense" } }] }));
      const byMarco = await book.as(MARCO).contacts.save(id, { activities: [{ log: { type: "register-contact" } }] });
      const { items } = await book.activities.list(id, { status: "logged" });
      await book.close();
      return {
        nothing, draft: [log.date, log.user], kept, saved: [saved.date, saved.user, saved.userName, saved.typeLabel, saved.description, saved.stage],
        another, unknown, users: [byMarco.logged[0].userName, items.length],
      };
    },
    expected: {
      nothing: {}, draft: ["2026-03-09T22:30:00.000Z", "anna"], kept: "2026-03-02",
      saved: ["2026-03-09T22:35:00.000Z", "anna", "Anna Rossi", "Introductory call", "Wants an offer", "start"],
      another: ["invalid", "activities.0.log.user not-allowed"], unknown: ["invalid", "activities.0.log.type type-unknown"], users: ["Marco Bianchi", 2],
    },
  },
  {
    name: "§2 Pending activity box: date filled in (today), closing date, user must be defined and is proposed, reminder range",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const { pending } = book.activities.draft({ pending: { type: "intro-call" } });
      pass(60);
      const tomorrow = book.activities.draft({ pending: { type: "intro-call" } }).pending.date;
      const whole = { type: "intro-call", assignee: "marco", description: "Ring again", due: "2026-03-20", remind: { start: "2026-03-18", end: "2026-03-20" } };
      const { pending: [saved] } = await book.contacts.save(id, { activities: [{ pending: whole }] });
      const refused = (change) => codeOf(book.contacts.save(id, { activities: [{ pending: { ...whole, ...change } }] }));
      const wrong = {
        noUser: await refused({ assignee: undefined }), stranger: await refused({ assignee: "nobody" }), dueBefore: await refused({ due: "2026-03-01" }),
        halfReminder: await refused({ remind: { start: "2026-03-18" } }), reversed: await refused({ remind: { start: "2026-03-20", end: "2026-03-18" } }),
      };
      const listed = (await book.activities.list(id, { status: "open" })).items;
      await book.close();
      return { draft: [pending.date, pending.assignee], tomorrow, saved: [saved.date, saved.typeLabel, saved.description, saved.due, saved.assigneeName, saved.remind.start, saved.remind.end, saved.state], wrong, listed: listed.length };
    },
    expected: {
      draft: ["2026-03-09", "anna"], tomorrow: "2026-03-10",
      saved: ["2026-03-10", "Introductory call", "Ring again", "2026-03-20", "Marco Bianchi", "2026-03-18", "2026-03-20", "planned"],
      wrong: {
        noUser: ["invalid", "activities.0.pending.assignee assignee-required"], stranger: ["invalid", "activities.0.pending.assignee assignee-unknown"],
        dueBefore: ["invalid", "activities.0.pending.due due-before-date"],
        halfReminder: ["invalid", "activities.0.pending.remind.end remind-incomplete"], reversed: ["invalid", "activities.0.pending.remind.end remind-order"],
      },
      listed: 1,
    },
  },
  {
    name: "§2 Create activity: ticked, it makes an entry in that user's own task list when the contact is saved, and not before",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const ticked = { type: "intro-call", assignee: "marco", description: "Ring again", due: "2026-03-20", createTask: true };
      const made = async () => (await book.history(id, { kinds: ["task.created"] })).items.length;
      book.activities.draft({ pending: ticked });
      book.activities.validate({ pending: ticked });
      const before = await made();
      const { tasks: [task, ...more], pending: [plan] } = await book.contacts.save(id, { activities: [{ pending: ticked }] });
      const after = await made();
      const again = await book.contacts.save(id, { set: { company: "Acme" } });
      const { items: [listed] } = await book.activities.list(id, { status: "open" });
      const inTheEnd = await made();
      await book.close();
      return {
        before, after, more: more.length, again: [again.tasks.length, inTheEnd],
        task: [task.assignee, task.contactName, task.typeLabel, task.description, task.due, task.status], linked: task.pendingId === plan.id && plan.taskId === task.id && listed.taskId === task.id,
      };
    },
    expected: { before: 0, after: 1, more: 0, again: [0, 1], task: ["marco", "Bruno", "Introductory call", "Ring again", "2026-03-20", "open"], linked: true },
  },
  {
    name: "§2 Create activity: unticked, the activity lives only in the contact's workflow",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const { tasks, pending: [plan] } = await book.contacts.save(id, { activities: [{ pending: { type: "intro-call", assignee: "marco" } }] });
      const { items } = await book.activities.list(id, { status: "open" });
      const kinds = (await book.history(id)).items.map(({ kind }) => kind);
      await book.close();
      return { tasks, taskId: plan.taskId ?? null, createTask: plan.createTask, listed: items.length, noted: kinds.includes("task.created") };
    },
    expected: { tasks: [], taskId: null, createTask: false, listed: 1, noted: false },
  },
  {
    name: "§3 Every stage change with starting stage, ending stage, operator, date; the first entry has no starting stage",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      pass(10);
      await moveTo(book, id, ["qualification"]);
      pass(10);
      await book.as(MARCO).workflow.transition(id, { to: "start" });
      const { items } = await book.workflow.log(id);
      await book.close();
      return items.map(({ from, fromLabel, to, toLabel, by, byName, occurredAt }) => [from, fromLabel, to, toLabel, by, byName, occurredAt]);
    },
    expected: [
      ["qualification", "Qualification", "start", "Start", "marco", "Marco Bianchi", "2026-03-09T22:50:00.000Z"],
      ["start", "Start", "qualification", "Qualification", "anna", "Anna Rossi", "2026-03-09T22:40:00.000Z"],
      [null, null, "start", "Start", "anna", "Anna Rossi", "2026-03-09T22:30:00.000Z"],
    ],
  },
];
