// What moves a contact besides a plain move, §1 of the reference: answers, transitions that fire by themselves, the way to a
// stage and back, several workflows; and what a definition's author and an auditor see of it.

import { codeOf, MARCO } from "./opening.mjs";

const stages = (...ids) => ids.map((id) => ({ id, label: id.toUpperCase() }));
const flow = (id, more) => ({ id, version: 1, initial: more.stages[0].id, activityTypes: [{ id: "call", label: "Call" }, { id: "visit", label: "Visit" }], ...more });

/** A transition that asks for an answer of each kind. */
const ASKING = flow("asking", {
  stages: stages("new", "won"),
  transitions: [{
    id: "win", from: "new", to: "won",
    requires: {
      answers: [
        { id: "budget", kind: "number", required: true, label: { en: "Budget", it: "Budget previsto" } },
        { id: "signed", kind: "date", required: true },
        { id: "partner", kind: "boolean", required: true },
        { id: "size", kind: "choice", choices: ["small", { id: "big", label: "Big" }] },
        { id: "remark", kind: "text" },
      ],
    },
  }],
});

/** A call takes a contact from `new` to `known` and, if a company is known, on to `ready`; an offer is made by hand. */
const BY_ITSELF = flow("by-itself", {
  stages: [
    { id: "new", activities: [{ type: "call", required: true }] },
    { id: "known" },
    { id: "ready", activities: [{ type: "visit", required: true }] },
    { id: "offer" }, { id: "done" },
  ],
  transitions: [
    { id: "meet", from: "new", to: "known", automatic: true },
    { id: "prepare", from: "known", to: "ready", automatic: true, requires: { fields: ["company"] } },
    { id: "propose", from: ["known", "ready"], to: "offer", gated: false },
    { id: "finish", from: "ready", to: "done", automatic: true },
    { id: "doubt", from: "offer", to: "known" },
  ],
});

const WAYS = flow("ways", {
  stages: [
    { id: "a", activities: [{ type: "call", required: true, min: 2 }] },
    { id: "b", activities: [{ type: "visit", required: true }], editRoles: ["sales"] },
    { id: "c" }, { id: "d" }, { id: "island" }, { id: "shut", disabled: true },
  ],
  transitions: [
    { id: "a-b", from: "a", to: "b" },
    { id: "b-c", from: "b", to: "c", requires: { reason: true, fields: ["email"] } },
    { id: "c-d", from: "c", to: "d", roles: ["boss"] },
    { id: "a-d", from: "a", to: "d", disabled: true },
    { id: "c-shut", from: "c", to: "shut" },
    { id: "island-a", from: "island", to: "a" },
    { id: "c-again", from: "c", to: "c" },
    { id: "back", from: "*", to: "a", priority: 1 },
  ],
});

const briefly = (records) => records.map(({ from, to, transition, automatic }) => `${from} → ${to} ${transition ?? "-"}${automatic ? " by itself" : ""}`);
const logOf = async (book, id) => briefly((await book.workflow.log(id)).items.toReversed());
const blockersOf = (promise) => promise.then(() => [], ({ blockers }) => blockers.map(({ code, message, params, fix }) => ({ code, message, params, fix })));
const codes = (blockers) => blockers.map(({ code }) => code);
const kindsOf = async (book, id, kinds) => (await book.history(id, { kinds, order: "oldest" })).items;

export const scenarios = [
  {
    name: "§1 Transitions may ask for typed answers: what is missing, is of another kind or was not asked is refused as data, all at once",
    async act(stagebook, { open }) {
      const book = await open({ definitions: ASKING, locale: "it" });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const win = async (answers) => blockersOf(book.workflow.transition(id, { to: "won", ...(answers && { answers }) }));
      const [first, ...none] = await win();
      const wrong = await win({ budget: "much", signed: "2026-02-30", partner: "yes", size: "huge", remark: 7, colour: "red" });
      const blank = await win({ budget: 1, signed: " ", partner: null });
      const [option] = await book.workflow.options(id);
      const [ready] = await book.workflow.options(id, { answers: { budget: 0, signed: "2026-02-28", partner: false } });
      const { workflow: { stage } } = await book.contacts.get(id);
      await book.close();
      return {
        first, none: none.map(({ params }) => params.question), wrong: wrong.map(({ code, params, fix }) => [code, params.question, fix?.question ?? null]),
        blank: blank.map(({ code, params }) => [code, params.question]), option: [option.allowed, option.needsInput, option.requires.answers.map((one) => one.id)],
        ready: [ready.allowed, ready.needsInput], stage,
      };
    },
    expected: {
      first: { code: "answer-required", message: "Serve una risposta: Budget previsto.", params: { question: "budget", label: "Budget previsto" }, fix: { do: "input", what: "answer", question: "budget" } },
      none: ["signed", "partner"],
      wrong: [
        ["answer-invalid", "budget", "budget"], ["answer-invalid", "signed", "signed"], ["answer-invalid", "partner", "partner"],
        ["answer-invalid", "size", "size"], ["answer-invalid", "remark", "remark"], ["answer-invalid", "colour", null],
      ],
      blank: [["answer-required", "signed"], ["answer-required", "partner"]],
      option: [false, true, ["budget", "signed", "partner", "size", "remark"]], ready: [true, false], stage: "new",
    },
  },
  {
    name: "§1 Typed answers are stored in the log, as they were given",
    async act(stagebook, { open }) {
      const book = await open({ definitions: ASKING });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const given = { budget: 12.5, signed: "2026-02-28", partner: false, size: "big", remark: " " };
      const record = await book.workflow.transition(id, { transition: "win", answers: given });
      const { items: [logged, started] } = await book.workflow.log(id);
      const [entry] = await kindsOf(book, id, ["workflow.transitioned"]);
      const { ok } = await book.audit.verify();
      await book.close();
      return { record: record.answers, logged: logged.answers, started: started.answers ?? null, entry: entry.data.answers, ok };
    },
    expected: {
      record: { budget: 12.5, signed: "2026-02-28", partner: false, size: "big" }, logged: { budget: 12.5, signed: "2026-02-28", partner: false, size: "big" },
      started: null, entry: { budget: 12.5, signed: "2026-02-28", partner: false, size: "big" }, ok: true,
    },
  },
  {
    name: "§1 A transition may be automatic; automatic ones cascade: in one save, each an entry of the rule's, and never because somebody looked",
    async act(stagebook, { open }) {
      const book = await open({ definitions: BY_ITSELF });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const company = await book.contacts.save(id, { set: { company: "Acme" } });
      const looked = [await book.workflow.options(id), await book.workflow.path(id, "done"), await book.activities.types(id)].length;
      const still = (await book.contacts.get(id)).workflow.stage;
      const saved = await book.contacts.save(id, { activities: [{ log: { type: "call" } }] });
      const both = await book.contacts.save(id, { activities: [{ log: { type: "visit" } }], transition: { to: "offer" } }).catch((error) => error.code);
      const log = await logOf(book, id);
      const entries = await kindsOf(book, id, ["workflow.transitioned"]);
      await book.close();
      return {
        looked, still: [company.transitions, still], saved: [briefly(saved.transitions), saved.contact.workflow.stage], moved: briefly(both.transitions), log,
        by: entries.map(({ by, byKind }) => [by, byKind]), once: new Set(entries.slice(0, 2).map(({ recordedAt }) => recordedAt)).size,
      };
    },
    expected: {
      looked: 3, still: [[], "new"], saved: [["new → known meet by itself", "known → ready prepare by itself"], "ready"],
      moved: ["ready → offer propose"],
      log: ["null → new -", "new → known meet by itself", "known → ready prepare by itself", "ready → offer propose"],
      by: [["anna", "rule"], ["anna", "rule"], ["anna", "user"]], once: 1,
    },
  },
  {
    name: "§1 Automatic transitions wait for whatever blocks them, follow a move, a field and a creation, and do not lead back to where the save began",
    async act(stagebook, { open }) {
      const book = await open({ definitions: BY_ITSELF });
      const made = await book.contacts.create({ name: "Carla", company: "Acme", activities: [{ log: { type: "call" } }] });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", activities: [{ log: { type: "call" } }] });
      const waits = (await book.workflow.options(id)).map(({ transition, allowed, blockers }) => [transition, allowed, ...codes(blockers)]);
      await book.workflow.transition(id, { to: "offer" });
      const refused = await codeOf(book.contacts.save(id, { set: { company: "Acme" }, transition: { to: "done" } }));
      const kept = (await book.contacts.get(id)).company ?? null;
      await book.contacts.save(id, { set: { company: "Acme" } });
      const { to } = await book.workflow.transition(id, { to: "known" });
      const { workflow: { stage } } = await book.contacts.get(id);
      const log = await logOf(book, id);
      await book.close();
      return { made: briefly(made.transitions), waits, refused, kept, asked: [to, stage], log: log.slice(2) };
    },
    expected: {
      made: ["null → new -", "new → known meet by itself", "known → ready prepare by itself"],
      waits: [["prepare", false, "field-missing"], ["propose", true]], refused: ["refused", "wrong-stage"], kept: null, asked: ["known", "ready"],
      log: ["known → offer propose", "offer → known doubt", "known → ready prepare by itself"],
    },
  },
  {
    name: "§1 A transition may keep the same stage: the log has it with one stage twice",
    async act(stagebook, { open }) {
      const book = await open({ definitions: WAYS });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", workflow: { definition: "ways", stage: "c" } });
      const [option] = (await book.workflow.options(id)).filter(({ to }) => to === "c");
      await book.workflow.transition(id, { transition: "c-again" });
      const log = await logOf(book, id);
      await book.close();
      return { direction: option.direction, log };
    },
    expected: { direction: "self", log: ["null → c -", "c → c c-again"] },
  },
  {
    name: "§1 The way to a stage: the shortest over what is in use, with what is still missing on each step",
    async act(stagebook, { open }) {
      const book = await open({ definitions: WAYS });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", activities: [{ log: { type: "call" } }] });
      const way = async (to, by = book) => (await by.workflow.path(id, to))?.map((step) => [step.transition, step.to, ...step.blockers.map(({ code, params }) => [code, params.missing ?? null])]) ?? null;
      const found = { d: await way("d"), here: await way("a"), island: await way("island"), shut: await way("shut"), unknown: await codeOf(book.workflow.path(id, "nowhere")) };
      const boss = await way("d", book.as({ id: "rita", roles: ["boss", "sales"] }));
      const { contact: { id: none } } = await book.contacts.create({ name: "No workflow", workflow: null });
      const without = (await book.workflow.path(none, "d")) ?? null;
      await book.close();
      return { ...found, boss, without };
    },
    expected: {
      d: [["a-b", "b", ["activity-missing", 1]], ["b-c", "c", ["role-missing", null], ["activity-missing", 1], ["field-missing", null], ["reason-required", null]], ["c-d", "d", ["role-missing", null]]],
      here: [], island: null, shut: null, unknown: ["not-found"],
      boss: [["a-b", "b", ["activity-missing", 1]], ["b-c", "c", ["activity-missing", 1], ["field-missing", null], ["reason-required", null]], ["c-d", "d"]],
      without: null,
    },
  },
  {
    name: "§5.1 The last move is taken back by another entry while nothing rests on it: what was done in the stage counts again",
    async act(stagebook, { open, pass }) {
      const book = await open({ definitions: WAYS });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", activities: [{ log: { type: "call" } }, { log: { type: "call" } }] });
      pass(10);
      await book.workflow.transition(id, { to: "b" });
      pass(10);
      const record = await book.as({ ...MARCO, roles: ["sales"] }).workflow.revert(id, { note: "wrong contact", commandId: "undo" });
      const retried = await book.as({ ...MARCO, roles: ["sales"] }).workflow.revert(id, { note: "wrong contact", commandId: "undo" });
      const reused = await codeOf(book.as({ ...MARCO, roles: ["sales"] }).workflow.revert(id, { note: "another", commandId: "undo" }));
      const { workflow: { stage, enteredAt } } = await book.contacts.get(id);
      const [forward] = (await book.workflow.options(id)).filter(({ to }) => to === "b");
      const { items } = await book.workflow.log(id);
      const [entry] = await kindsOf(book, id, ["workflow.reverted"]);
      await book.close();
      return {
        record: [record.from, record.to, record.transition, record.by, record.note, record.automatic], same: record.id === retried.id, reused, stage, enteredAt,
        counts: forward.allowed, log: briefly(items), reverts: entry.data.reverts === items[1].id, summary: entry.summary,
      };
    },
    expected: {
      record: ["b", "a", null, "marco", "wrong contact", false], same: true, reused: ["conflict"], stage: "a", enteredAt: "2026-03-09T22:30:00.000Z",
      counts: true, log: ["b → a -", "a → b a-b", "null → a -"], reverts: true, summary: "Marco Bianchi took the contact back from b to a: wrong contact",
    },
  },
  {
    name: "§5.1 A move is not taken back when there is none, when something was done since, without the right, or for the second time",
    async act(stagebook, { open }) {
      const book = await open({ definitions: WAYS });
      const tries = {};
      const attempt = async (name, promise) => { tries[name] = await promise.then(() => "done", ({ code, message, blockers }) => [code, ...codes(blockers), message]); };
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", workflow: { definition: "ways", stage: "c" } });
      const { contact: { id: none } } = await book.contacts.create({ name: "None", workflow: null });
      await attempt("just started", book.workflow.revert(id));
      await attempt("no workflow", book.workflow.revert(none));
      await attempt("no contact", book.workflow.revert("nobody"));
      await book.workflow.transition(id, { to: "a" });
      await book.contacts.save(id, { activities: [{ log: { type: "call" } }] });
      await attempt("logged since", book.workflow.revert(id));
      await book.contacts.save(id, { activities: [{ log: { type: "call" } }], transition: { to: "b" } });
      await attempt("without the right", book.workflow.revert(id));
      const seller = book.as({ id: "sara", roles: ["sales"] });
      await attempt("too long", seller.workflow.revert(id, { note: "x".repeat(10_001) }));
      await attempt("with the right", seller.workflow.revert(id));
      await attempt("twice", seller.workflow.revert(id));
      await book.contacts.archive(id);
      await attempt("archived", seller.workflow.revert(id));
      const italian = await open({ definitions: WAYS, locale: "it" });
      const { contact: { id: other } } = await italian.contacts.create({ name: "Bruno" });
      await attempt("in Italian", italian.workflow.revert(other));
      await Promise.all([book.close(), italian.close()]);
      return tries;
    },
    expected: {
      "just started": ["conflict", "The last move can't be taken back: there was none."], "no workflow": ["conflict", "The last move can't be taken back: there was none."],
      "no contact": ["not-found", "There is no contact “nobody”."],
      "logged since": ["conflict", "The last move can't be taken back: activities were logged or planned since."],
      "without the right": ["refused", "role-missing", "You do not have the role that this needs: sales."],
      "too long": ["invalid", "Note must not have more than 10000 characters."],
      "with the right": "done", twice: ["conflict", "The last move can't be taken back: there was none."],
      archived: ["refused", "archived", "The contact is archived; restore it first."],
      "in Italian": ["conflict", "L'ultimo spostamento non si può annullare: non ce n'è stato alcuno."],
    },
  },
  {
    name: "§1 Several workflows in one book: the first to start by priority, the choice at creation, a restart under another",
    async act(stagebook, { open, pass }) {
      const early = flow("early", { label: "Early", stages: stages("e1", "e2"), transitions: [{ id: "e", from: "e1", to: "e2" }], autoStart: true, priority: -1 });
      const book = await open({ definitions: [WAYS, early, { ...ASKING, showLog: false }] });
      const { contact: { id, workflow: started } } = await book.contacts.create({ name: "By priority" });
      const chosen = await book.contacts.create({ name: "By choice", workflow: { definition: "asking" } });
      await book.workflow.transition(id, { to: "e2" });
      pass(10);
      const tries = [await codeOf(book.workflow.start(id, "early")), await codeOf(book.workflow.start(id, "nothing"))];
      const record = await book.workflow.start(id, "ways");
      const options = (await book.workflow.options(id)).map(({ transition }) => transition);
      const back = await codeOf(book.workflow.revert(id));
      const log = await logOf(book, id);
      const found = await Promise.all(["ways", "early", "asking"].map(async (definition) => (await book.contacts.list({ definition })).items.map(({ name }) => name)));
      const definitions = book.workflow.definitions().map((one) => one.id);
      await book.close();
      return {
        started: started.definition, chosen: [chosen.contact.workflow.definition, chosen.contact.workflow.showLog], tries,
        record: [record.from, record.fromLabel, record.to, record.transition, record.durationMs], options, back, log, found, definitions,
      };
    },
    expected: {
      started: "early", chosen: ["asking", false], tries: [["conflict"], ["not-found"]], record: ["e2", "E2", "a", null, 600_000], options: ["a-b", "a-d"], back: ["conflict"],
      log: ["null → e1 -", "e1 → e2 e", "e2 → a -"], found: [["By priority"], [], ["By choice"]], definitions: ["ways", "early", "asking"],
    },
  },
  {
    name: "§1 The auto-start flag: the first workflow starts by itself unless it says no, another only if it says so, none where nobody does",
    async act(stagebook, { open }) {
      const started = async (...flags) => {
        const definitions = flags.map((autoStart, nth) => flow(`w${nth}`, { stages: stages("s"), transitions: [], ...(autoStart !== undefined && { autoStart }) }));
        const book = await open({ definitions });
        const { contact, transitions } = await book.contacts.create({ name: "Bruno" });
        await book.close();
        return [contact.workflow?.definition ?? null, transitions.length];
      };
      return { silent: await started(undefined, undefined), second: await started(false, true), none: await started(false, undefined), both: await started(true, true) };
    },
    expected: { silent: ["w0", 1], second: ["w1", 1], none: [null, 0], both: ["w0", 1] },
  },
  {
    name: "§1 An activity can be required for one transition only",
    async act(stagebook, { open }) {
      const definitions = flow("one-only", {
        stages: [{ id: "new", activities: [{ type: "call", required: true, forTransitions: ["win"] }, { type: "visit", required: true }] }, { id: "won" }, { id: "lost" }],
        transitions: [{ id: "win", from: "new", to: "won" }, { id: "lose", from: "new", to: "lost" }],
      });
      const book = await open({ definitions });
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const missing = async () => Object.fromEntries((await book.workflow.options(id)).map(({ transition, blockers }) => [transition, blockers.map(({ params }) => params.type)]));
      const before = await missing();
      await book.contacts.save(id, { activities: [{ log: { type: "visit" } }] });
      const after = await missing();
      await book.close();
      return { before, after };
    },
    expected: { before: { win: ["visit", "call"], lose: ["visit"] }, after: { win: ["call"], lose: [] } },
  },
  {
    name: "§5.2 A refused move is logged where the book is asked to, with its blockers, and changes nothing else",
    async act(stagebook, { open }) {
      const book = await open({ definitions: WAYS, recordRefusals: true });
      const silent = await open({ definitions: WAYS });
      const heard = [];
      const { contact: { id, version } } = await book.contacts.create({ name: "Bruno" });
      const { contact: { id: other } } = await silent.contacts.create({ name: "Bruno" });
      book.on("change", ({ contactIds }) => heard.push(...contactIds));
      const refused = [
        await codeOf(book.workflow.transition(id, { transition: "a-b", reason: "secret reason" })),
        await codeOf(book.contacts.save(id, { set: { company: "Acme" }, activities: [{ log: { type: "call" } }], transition: { to: "c" } })),
        (await book.workflow.transitionMany([id], { to: "b" }))[0].ok,
        await codeOf(silent.workflow.transition(other, { to: "b" })),
        await codeOf(book.workflow.revert(id)),
        await codeOf(book.contacts.save(id, { set: { email: "none" } })),
      ];
      const items = await kindsOf(book, id, ["workflow.refused"]);
      const after = await book.contacts.get(id);
      const log = await logOf(book, id);
      const [kinds, quiet] = [await kindsOf(book, id), await kindsOf(silent, other)].map((all) => all.map(({ kind }) => kind));
      const { ok } = await book.audit.verify();
      await Promise.all([book.close(), silent.close()]);
      return {
        refused, entries: items.map(({ by, data: { from, to, transition, blockers } }) => [by, from.stage, to ?? null, transition ?? null, ...blockers.map(({ code, params }) => `${code} ${Object.keys(params).sort()}`)]),
        said: JSON.stringify(items).includes("secret reason"), summary: items[0].summary,
        same: [after.version === version, after.workflow.stage, after.company ?? null], log, kinds, quiet, heard: [...new Set(heard)].length, ok,
      };
    },
    expected: {
      refused: [["refused", "activity-missing"], ["refused", "wrong-stage"], false, ["refused", "activity-missing"], ["conflict"], ["invalid", "set.email email-invalid"]],
      entries: [
        ["anna", "a", null, "a-b", "activity-missing label,missing,type"], ["anna", "a", "c", null, "wrong-stage label,stage,stageLabel"],
        ["anna", "a", "b", null, "activity-missing label,missing,type"],
      ],
      said: false, summary: "Anna Rossi could not move the contact from a to a-b", same: [true, "a", null], log: ["null → a -"],
      kinds: ["contact.created", "workflow.started", "workflow.refused", "workflow.refused", "workflow.refused"], quiet: ["contact.created", "workflow.started"], heard: 1, ok: true,
    },
  },
  {
    name: "§1 A definition is tried without a book: every record, every refusal, what was covered",
    async act({ simulate }) {
      const steps = [
        { transition: { to: "b" } }, { log: "call", afterMs: 60_000 }, { log: "call", transition: { to: "b" }, afterMs: 60_000 },
        { transition: { transition: "b-c" } }, { transition: { transition: "back" }, afterMs: 3_600_000 },
      ];
      const actor = { ...MARCO, roles: ["sales"] };
      const { records, refusals, coverage } = await simulate(WAYS, steps, { actor, start: "2026-03-09T14:00:00+01:00" });
      const cascade = await simulate(BY_ITSELF, [{ log: "call" }]);
      const empty = await simulate(WAYS, []);
      const wrong = await Promise.all([
        simulate({ ...WAYS, initial: "nowhere" }, []), simulate(WAYS, [{ log: "nonsense" }]), simulate(WAYS, [{ transition: { to: "nowhere" } }]), simulate(WAYS, [{ transition: { transition: "none" } }]),
      ].map(codeOf));
      return {
        records: records.map(({ from, to, byName, occurredAt, durationMs }) => [from, to, byName, occurredAt, durationMs ?? null]),
        refusals: refusals.map(({ step, blockers }) => [step, ...blockers.map(({ code, fix }) => [code, fix?.do ?? null])]),
        coverage, cascade: briefly(cascade.records), empty: [briefly(empty.records), empty.refusals, empty.coverage], wrong,
      };
    },
    expected: {
      records: [
        [null, "a", "Marco Bianchi", "2026-03-09T13:00:00.000Z", null], ["a", "b", "Marco Bianchi", "2026-03-09T13:02:00.000Z", 120_000],
        ["b", "a", "Marco Bianchi", "2026-03-09T14:02:00.000Z", 3_600_000],
      ],
      refusals: [[0, ["activity-missing", "log"]], [3, ["activity-missing", "log"], ["field-missing", "set"], ["reason-required", "input"]]],
      coverage: { stages: ["a", "b"], transitions: ["a-b", "back"] },
      cascade: ["null → new -", "new → known meet by itself"], empty: [["null → a -"], [], { stages: ["a"], transitions: [] }],
      wrong: [["definition"], ["invalid", "activities.0.log.type type-unknown"], ["not-found"], ["not-found"]],
    },
  },
];
