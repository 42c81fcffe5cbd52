// A book opened again with other definitions than it was written with: what is frozen, what moves on, what stays as it was.

import { allOf, codeOf, MARCO } from "./opening.mjs";

const flow = (version, stages, more = {}) => ({
  id: "sales", version, initial: stages[0].id, stages, activityTypes: [{ id: "call", label: "Call" }],
  transitions: stages.slice(1).map(({ id }, nth) => ({ id: `${stages[nth].id}-${id}`, from: stages[nth].id, to: id })), ...more,
});
const FIRST = flow(1, [{ id: "new", label: "New" }, { id: "trial", label: { en: "Trial", it: "Prova" } }, { id: "demo", label: "Demo" }, { id: "won", label: "Won" }]);
/** Without `trial` and `demo`. */
const SECOND = flow(2, [{ id: "new", label: "Fresh" }, { id: "won", label: "Gained" }]);

const codes = (blockers) => blockers.map(({ code }) => code);

/** Contacts at each stage of the first definition, `archived` among them; then the book as the second finds it. */
async function reopened(open, name) {
  const before = await open({ name, definitions: FIRST });
  for (const [id, ...stages] of [["nina", "new"], ["tea", "trial"], ["dora", "trial", "demo"], ["ada", "trial"]]) {
    await before.contacts.create({ id, name: id });
    for (const to of stages) if (to !== "new") await before.workflow.transition(id, { to });
  }
  await before.contacts.archive("ada");
  await before.close();
  return open({ name, definitions: SECOND });
}

export const scenarios = [
  {
    name: "§5.7 A definition that lost a stage: the book opens, and whoever stands there is frozen until migrated",
    stored: true,
    async act(stagebook, { open }) {
      const book = await reopened(open, "frozen");
      const { workflow } = await book.contacts.get("tea");
      const move = await book.workflow.transition("tea", { to: "won" }).catch((error) => error);
      const [blocker] = move.blockers;
      const refused = {
        move: codes(move.blockers), save: await codeOf(book.contacts.save("tea", { set: { company: "Acme" }, transition: { to: "won" } })), revert: await codeOf(book.workflow.revert("tea")),
        options: await book.workflow.options("tea"), path: (await book.workflow.path("tea", "won").catch(({ blockers }) => codes(blockers))) ?? null,
      };
      const allowed = [await codeOf(book.contacts.save("tea", { set: { company: "Acme" }, activities: [{ log: { type: "call" } }] })), await codeOf(book.contacts.comment("tea", { text: "waits" }))];
      const others = await codeOf(book.workflow.transition("nina", { to: "won" }));
      const log = (await book.workflow.log("tea")).items.map(({ fromLabel, toLabel }) => [fromLabel, toLabel]);
      await book.close();
      return { workflow: [workflow.stage, workflow.stageLabel, workflow.version], blocker: [blocker.params, blocker.message], refused, allowed, others, log };
    },
    expected: {
      workflow: ["trial", "Trial", 1],
      blocker: [{ stage: "trial", label: "Trial" }, "The workflow no longer has the stage Trial; the contact stays there until it is migrated."],
      refused: { move: ["stage-unknown"], save: ["refused", "stage-unknown"], revert: ["refused", "stage-unknown"], options: [], path: ["stage-unknown"] },
      allowed: ["done", "done"], others: "done", log: [["New", "Trial"], [null, "New"]],
    },
  },
  {
    name: "§5.7 migrate: dryRun tells and changes nothing, then contacts move with an entry of their own, and what can't move is told",
    stored: true,
    async act(stagebook, { open }) {
      const book = await reopened(open, "migrated");
      const marco = book.as(MARCO);
      const plan = { definition: "sales", stages: { trial: "won", demo: "nowhere" } };
      const before = (await book.diagnostics()).entries;
      const dry = await marco.workflow.migrate(plan, { dryRun: true });
      const none = await marco.workflow.migrate({ definition: "sales", stages: {} });
      const untouched = (await book.diagnostics()).entries - before;
      const done = await marco.workflow.migrate(plan);
      const again = await marco.workflow.migrate(plan);
      const [record, ...older] = (await book.workflow.log("tea")).items;
      const [entry] = (await book.history("tea", { kinds: ["workflow.migrated"] })).items;
      await marco.contacts.restore("ada");
      const rest = await marco.workflow.migrate({ definition: "sales", stages: { trial: "new", demo: "won" } });
      const stages = await Promise.all(["nina", "tea", "dora", "ada"].map(async (id) => (await book.contacts.get(id)).workflow.stage));
      const version = (await book.contacts.get("tea")).workflow.version;
      const unknown = await codeOf(book.workflow.migrate({ definition: "nothing", stages: {} }));
      const { ok } = await book.audit.verify();
      await book.close();
      const sorted = ({ moved, blocked }) => [moved, ...blocked.map(({ contactId, stage, reason }) => [contactId, stage, reason]).sort()];
      return {
        dry: sorted(dry), none: sorted(none), untouched, done: sorted(done), again: sorted(again), rest: sorted(rest), stages, version, unknown, ok,
        record: [record.from, record.fromLabel, record.to, record.toLabel, record.transition, record.by, record.automatic], older: older.map(({ to, toLabel }) => [to, toLabel]),
        entry: [entry.kind, entry.by, entry.summary],
      };
    },
    expected: {
      dry: [1, ["ada", "trial", "archived"], ["dora", "demo", "stage-unknown"]],
      none: [0, ["ada", "trial", "unmapped"], ["dora", "demo", "unmapped"], ["tea", "trial", "unmapped"]], untouched: 0,
      done: [1, ["ada", "trial", "archived"], ["dora", "demo", "stage-unknown"]], again: [0, ["ada", "trial", "archived"], ["dora", "demo", "stage-unknown"]],
      rest: [2], stages: ["new", "won", "won", "new"], version: 2, unknown: ["not-found"], ok: true,
      record: ["trial", "Trial", "won", "Gained", null, "marco", false], older: [["trial", "Trial"], ["new", "New"]],
      entry: ["workflow.migrated", "marco", "Marco Bianchi migrated the contact from Trial to Gained"],
    },
  },
  {
    name: "§5.8 migrate stops between two pages: what was moved stays, is told, and the rest moves by another call",
    stored: true,
    async act(stagebook, { open }) {
      const many = 620;
      const before = await open({ name: "many", definitions: FIRST });
      await Promise.all(Array.from({ length: many }, (_, nth) => before.contacts.create({ id: `c${nth}`, name: `Contact ${nth}`, workflow: { definition: "sales", stage: "trial" } })));
      await before.close();
      const book = await open({ name: "many", definitions: SECOND });
      const plan = { definition: "sales", stages: { trial: "won" } };
      const stopper = new AbortController();
      const stop = book.on("change", () => stopper.abort());
      const aborted = await book.workflow.migrate(plan, { signal: stopper.signal }).catch(({ code, details }) => [code, details]);
      stop();
      const at = async (stage) => (await allOf((page) => book.contacts.list({ stage, ...page }))).length;
      const between = [await at("won"), await at("trial")];
      const atOnce = await codeOf(book.workflow.migrate(plan, { signal: AbortSignal.abort() }));
      const rest = await book.workflow.migrate(plan);
      const inTheEnd = [await at("won"), await at("trial")];
      await book.close();
      return { aborted, between, atOnce, rest, inTheEnd };
    },
    expected: {
      aborted: ["aborted", { moved: 500, blocked: [] }], between: [500, 120], atOnce: ["aborted"], rest: { moved: 120, blocked: [] }, inTheEnd: [620, 0],
    },
  },
  {
    name: "§5.7 The same id and version with other content is refused; a new version is not, and what is written keeps its labels",
    stored: true,
    async act(stagebook, { open }) {
      const name = "versions";
      const before = await open({ name, definitions: FIRST, locale: "it" });
      await before.contacts.create({ id: "tea", name: "Tea" });
      await before.workflow.transition("tea", { to: "trial" });
      await before.close();
      const renamed = { ...FIRST, stages: FIRST.stages.map((stage) => ({ ...stage, label: `Renamed ${stage.id}` })) };
      const changed = await open({ name, definitions: renamed }).then(() => "opened", ({ code, definitionIssues }) => [code, definitionIssues.map(({ code: issue, path }) => [issue, path])]);
      const { stages, ...rest } = FIRST;
      const reordered = await open({ name, definitions: { stages, ...rest } });
      await reordered.close();
      const book = await open({ name, definitions: { ...renamed, version: 2 } });
      const { workflow: { stageLabel, version } } = await book.contacts.get("tea");
      await book.workflow.transition("tea", { to: "demo" });
      const english = (await book.workflow.log("tea")).items.map(({ fromLabel, toLabel }) => [fromLabel, toLabel]);
      book.configure({ locale: "it" });
      const italian = (await book.workflow.log("tea")).items.map(({ fromLabel, toLabel }) => [fromLabel, toLabel]);
      const added = (await book.diagnostics()).definitions.map(({ version: one }) => one);
      await book.close();
      const back = await open({ name, definitions: FIRST });
      const { workflow: older } = await back.contacts.get("tea");
      const { ok } = await back.audit.verify();
      await back.close();
      return { changed, workflow: [stageLabel, version], english, italian, added, older: [older.stageLabel, older.version], ok };
    },
    expected: {
      changed: ["definition", [["changed", "version"]]], workflow: ["Trial", 1],
      english: [["Renamed trial", "Renamed demo"], ["New", "Trial"], [null, "New"]], italian: [["Renamed trial", "Renamed demo"], ["New", "Prova"], [null, "New"]],
      added: [1, 2], older: ["Renamed demo", 2], ok: true,
    },
  },
];
