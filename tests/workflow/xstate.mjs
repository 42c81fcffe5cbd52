// The two translations of a case: the calls that play it in a book, and the XState machine with its events. Each says what
// it does with what the other has no word for:
//
// | here                                  | XState                                                                        |
// | a stage                               | an atomic state of the root; `type: "final"` where nothing leaves it          |
// | a transition asked for by its id      | an event of that name, taken by the state or, of a "*", by the root           |
// | … asked for by its stage (`to`)       | an event `to <stage>`: its one candidate is the first that leads there, since |
// |                                       | the contract takes that one and says what blocks it, and looks no further     |
// | priority, then place in the list      | document order, of the events of a state and of its `always`                  |
// | automatic                             | `always`; the same transition can be asked for too, so it is an event as well |
// | "*", every stage but `to`             | the root's transition with a guard on the state; of `always` written out      |
// | to the same stage                     | external (`reenter: true`): the stage is entered anew, so what "since the     |
// |                                       | stage was entered" counts begins at nothing. An internal one would count on   |
// | disabled transition, disabled target, | guards over the context and the event, which carries the roles of whoever     |
// | roles, required activities, fields,   | acts and what they say. Written by the contract, not after the sources        |
// | reason, note, answers                 |                                                                               |
// | an activity logged, a field set       | the root's transitions without a target, that only assign                     |
// | the log of stage changes              | an array in the context, to which every transition adds itself                |
// | a save, and then its automatic ones   | a macrostep                                                                   |
// | … none of them back to a stage that   | a guard over the stages that the macrostep has left: SCXML goes back, and      |
// |   the save has left                   | would go round as long as the guards let it                                   |
// | a refused move, a save of nothing     | not sent. SCXML looks at eventless transitions after any event, taken or not; |
// |                                       | here what changes nothing has nothing fire by itself either                   |
//
// What only one side has is not made: `when` (JsonLogic), a disabled first stage, rounds of automatic transitions (an error
// of the definition here, an endless loop there), a closed activity grid, archiving.

import { and, assign, createMachine, getNextTransitions, initialTransition, not, stateIn, transition } from "xstate";
import { leaves } from "./random.mjs";

/** What both are asked for at a step: the stage, whether the step was taken, each transition out of it and whether it is allowed, and how many activities of each type count. */
const report = (stage, taken, options, logged) => ({ stage, taken, options, logged: Object.fromEntries(logged.sort()) });

// ─────────────────────────────────────────────────────────────── ours

/** Plays a case in a book. Gives a report for the beginning and one for each step, then the log, oldest first. */
export async function playBook(book, { definition, steps, start }) {
  const actor = (roles) => book.as({ id: "ugo", roles });
  let by = actor(start);
  const { contact: { id } } = await by.contacts.create({ name: "Bruno", workflow: { definition: definition.id } });
  const look = async (taken, input) => {
    const options = await by.workflow.options(id, input);
    const types = await book.activities.types(id);
    const { workflow: { stage } } = await book.contacts.get(id);
    return report(stage, taken, options.map((one) => [one.transition, one.allowed]), types.map(({ type, logged }) => [type, logged]));
  };
  const reports = [await look(true)];
  for (const step of steps) {
    if (step.roles) by = actor(step.roles);
    const taken = await saved(by, id, step);
    reports.push(await look(taken, inputOf(step)));
  }
  const { items } = await book.workflow.log(id, { limit: 500 });
  return { reports, log: items.reverse().slice(1).map((one) => [one.transition, one.from, one.to, one.automatic]) };
}

async function saved(book, id, { log, set, transition: request }) {
  const done = log ? book.contacts.save(id, { activities: [{ log: { type: log } }] })
    : set ? book.contacts.save(id, { set: setOf(set) })
    : request ? book.workflow.transition(id, request)
    : Promise.resolve();
  return done.then(() => true, (error) => {
    if (error.code === "refused") return false;
    throw error;
  });
}

/** A company is a field of its own, and a text. */
export const setOf = ({ company, ...fields }) => (company === undefined ? { fields } : { company: typeof company === "string" ? company : null });

const inputOf = ({ transition: request }) => request && { reason: request.reason, note: request.note, answers: request.answers };

// ─────────────────────────────────────────────────────────────── XState

/** A machine that goes along: where it stands, and a report of what it comes to when a step is taken. */
export function follow(definition, start) {
  const machine = machineOf(definition);
  const ordered = sorted(definition.transitions);
  let roles = start;
  let [snapshot] = initialTransition(machine, { roles });
  return {
    get stage() { return snapshot.value; },
    get log() { return snapshot.context.log; },
    look(taken, input) {
      const known = new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType));
      const out = ordered.filter((one) => known.has(one.id) && leaves(one, snapshot.value));
      const logged = counts(definition, snapshot.value, snapshot.context);
      const options = out.map(({ id }) => [id, snapshot.can({ type: id, roles, input })]);
      return report(snapshot.value, taken, options, definition.activityTypes.map(({ id }) => [id, logged[id] ?? 0]));
    },
    /** Whether it was one that could be taken. */
    take(step) {
      roles = step.roles ?? roles;
      if (step.roles) return true;
      const event = { ...eventOf(step), roles };
      const taken = snapshot.can(event);
      if (taken) [snapshot] = transition(machine, snapshot, event);
      return taken || step.set !== undefined;
    },
  };
}

/** The same of XState. */
export function playMachine({ definition, steps, start }) {
  const player = follow(definition, start);
  const reports = [player.look(true), ...steps.map((step) => player.look(player.take(step), inputOf(step)))];
  return { reports, log: player.log };
}

function eventOf({ log, set, transition: request }) {
  if (log) return { type: "log", activity: log };
  if (set) return { type: "set", fields: set.company === undefined ? set : setOf(set) };
  if (request) return { type: request.transition ?? `to ${request.to}`, input: inputOf({ transition: request }) };
}

/** By priority, then as listed: a stable sort. */
const sorted = (transitions) => transitions.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));

function machineOf(definition) {
  const { stages, transitions } = definition;
  const ordered = sorted(transitions);
  const states = Object.fromEntries(stages.map((stage) => {
    const out = ordered.filter((one) => leaves(one, stage.id));
    const own = out.filter((one) => one.from !== "*");
    const first = stages.map(({ id }) => out.find((one) => one.to === id)).filter(Boolean);
    return [stage.id, {
      ...(out.length === 0 && { type: "final" }),
      entry: assign({ visit: () => ({}) }),
      on: {
        ...Object.fromEntries(own.map((one) => [one.id, edge(definition, stage, one)])),
        ...Object.fromEntries(first.map((one) => [`to ${one.to}`, edge(definition, stage, one)])),
      },
      always: out.filter((one) => one.automatic).map((one) => edge(definition, stage, one, true)),
    }];
  }));
  const anywhere = transitions.filter((one) => one.from === "*").map((one) => [one.id, stages.filter((stage) => stage.id !== one.to).map((stage) => {
    const { target, guard, ...rest } = edge(definition, stage, one);
    return { ...rest, target: `.${target}`, guard: and([stateIn(stage.id), not(stateIn(one.to)), guard]) };
  })]);
  return createMachine({
    initial: definition.initial,
    context: { visit: {}, ever: {}, all: {}, fields: {}, left: [], log: [] },
    states,
    on: {
      ...Object.fromEntries(anywhere),
      log: stages.map(({ id }) => ({ guard: stateIn(id), actions: assign(({ context, event: { activity } }) => ({
        visit: one(context.visit, activity), all: one(context.all, activity),
        ever: { ...context.ever, [id]: one(context.ever[id] ?? {}, activity) }, left: [],
      })) })),
      set: {
        guard: ({ context, event }) => Object.entries(event.fields).some(([field, value]) => value !== (context.fields[field] ?? null)),
        actions: assign(({ context, event }) => ({ fields: { ...context.fields, ...event.fields }, left: [] })),
      },
    },
  });
}

const one = (counts, type) => ({ ...counts, [type]: (counts[type] ?? 0) + 1 });

/** A transition out of one stage. One that fires by itself is given no input, whatever the event was. */
function edge(definition, stage, move, automatic = false) {
  return {
    target: move.to,
    reenter: true,
    guard: ({ context, event }) => !(automatic && context.left.includes(move.to))
      && open(definition, stage, move, { ...context, roles: event.roles ?? event.input.roles, input: (automatic ? undefined : event.input) ?? {} }),
    actions: assign(({ context }) => ({
      left: [...(automatic ? context.left : []), stage.id],
      log: [...context.log, [move.id, stage.id, move.to, automatic]],
    })),
  };
}

/** How many activities of each type count for what leaves a stage. */
const counts = ({ requirementScope = "stage-visit" }, stage, { visit, ever, all }) => ({ "stage-visit": visit, "stage-ever": ever[stage] ?? {}, contact: all })[requirementScope];

function open(definition, stage, move, { visit, ever, all, fields, roles, input }) {
  const target = definition.stages.find(({ id }) => id === move.to);
  const admitted = (wanted) => wanted === undefined || wanted.some((role) => roles.includes(role));
  const logged = counts(definition, stage.id, { visit, ever, all });
  const order = ({ id, order }) => order ?? definition.stages.findIndex((other) => other.id === id);
  const gated = move.gated ?? (target.id !== stage.id && order(target) >= order(stage));
  const needed = (stage.activities ?? []).filter((row) => row.required && (!row.forTransitions || row.forTransitions.includes(move.id)));
  return !move.disabled && !target.disabled
    && admitted(stage.editRoles) && admitted(move.roles)
    && (!gated || needed.every((row) => (logged[row.type] ?? 0) >= (row.min ?? 1)))
    && (move.requires?.fields ?? []).every((field) => filled(fields[field]))
    && explained(move.requires ?? {}, input)
    && answered(move.requires?.answers ?? [], input.answers ?? {});
}

const filled = (value) => (typeof value === "string" ? value.trim() !== "" : value !== undefined && value !== null);

function explained({ reason = false, note = false }, given) {
  const said = filled(given.reason);
  const choices = Array.isArray(reason) ? reason.map((choice) => choice.id ?? choice) : undefined;
  const fits = !reason || (said && (!choices || choices.includes(given.reason)));
  const noted = filled(given.note) || !(note || (choices && said && given.reason === "other"));
  return fits && noted;
}

const IS = {
  text: (answer) => typeof answer === "string",
  number: (answer) => typeof answer === "number",
  boolean: (answer) => typeof answer === "boolean",
  date: (answer) => typeof answer === "string" && new Date(`${answer}T00:00Z`).toJSON()?.startsWith(answer) === true,
  choice: (answer, { choices }) => choices.includes(answer),
};

function answered(questions, answers) {
  const known = Object.keys(answers).every((id) => questions.some((question) => question.id === id));
  return known && questions.every((question) => (filled(answers[question.id]) ? IS[question.kind](answers[question.id], question) : !question.required));
}
