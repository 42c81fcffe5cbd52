// Random flat definitions and what is done under them, from one number: the same number gives the same case for ever, so a
// failure is played again by its number alone.

/** mulberry32: small, seeded, good enough to choose with. */
function dice(seed) {
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(roll() * n);
  return {
    below,
    chance: (share) => roll() < share,
    pick: (list) => list[below(list.length)],
    some: (list, share) => list.filter(() => roll() < share),
    shuffled: (list) => list.map((item) => [roll(), item]).sort(([a], [b]) => a - b).map(([, item]) => item),
  };
}

export const TYPES = ["call", "visit", "letter"];
const ROLES = ["sales", "boss"];
const FIELDS = ["company", "budget", "vip"];
const REASONS = ["price", "time", "other"];
const CHOICES = ["red", "blue"];
/** An answer of each kind. */
const FITTING = { text: "yes", number: 0, boolean: false, date: "2026-02-28", choice: "red" };

/** Answers that are some of each kind, and some that are of none. */
const ANSWERS = ["red", "green", "2026-02-28", "2026-02-30", "", "  ", 0, 12.5, true, false, null];
const VALUES = ["Acme", " ", "", 0, 7, false, true, null];

/**
 * `{ definition, steps, start }`: a definition that opens, what is done, and the roles of whoever creates the contact. `follow`
 * plays along and tells the stage, so that most moves are ones that leave it.
 */
export function randomCase(seed, id, follow) {
  const d = dice(seed);
  const definition = randomDefinition(d, id);
  const start = d.some(ROLES, 0.7);
  const player = follow(definition, start);
  const steps = Array.from({ length: 6 + d.below(12) }, () => {
    const step = randomStep(d, definition, player.stage);
    player.take(step);
    return step;
  });
  return { seed, definition, steps, start };
}

function randomDefinition(d, id) {
  const names = Array.from({ length: 2 + d.below(5) }, (_, nth) => `s${nth}`);
  const rank = new Map(d.shuffled(names).map((name, place) => [name, place]));
  const transitions = Array.from({ length: d.below(3 * names.length) + 1 }, (_, nth) => randomTransition(d, names, rank, `t${nth}`));
  const initial = d.pick(names);
  const stages = names.map((name) => ({
    id: name,
    ...(d.chance(0.3) && { order: d.below(5) - 2 }),
    ...(d.chance(0.1) && name !== initial && { disabled: true }),
    ...(d.chance(0.15) && { editRoles: d.some(ROLES, 0.7) }),
    ...(d.chance(0.5) && { activities: randomGrid(d, transitions.filter((one) => leaves(one, name)).map((one) => one.id)) }),
    ...(d.chance(0.2) && { final: true }),
  }));
  return {
    id, version: 1, initial, stages, transitions,
    activityTypes: TYPES.map((type) => ({ id: type })),
    ...(d.chance(0.6) && { requirementScope: d.pick(["stage-visit", "stage-ever", "contact"]) }),
  };
}

/** Whether a transition starts at a stage. */
export const leaves = ({ from, to }, stage) => (from === "*" ? stage !== to : [from].flat().includes(stage));

function randomTransition(d, names, rank, id) {
  const from = d.chance(0.15) ? "*" : d.chance(0.3) ? d.some(d.shuffled(names), 0.5) : d.pick(names);
  const origins = from.length === 0 ? names[0] : from;
  const to = d.pick(names);
  // Automatic ones lead up a ladder of the stages, so that no round of them can be made.
  const climbs = names.filter((name) => leaves({ from: origins, to }, name)).every((name) => rank.get(name) < rank.get(to));
  return {
    id, from: origins, to,
    ...(d.chance(0.5) && { priority: d.below(4) - 1 }),
    ...(d.chance(0.08) && { disabled: true }),
    ...(d.chance(0.2) && { roles: d.some(ROLES, 0.7) }),
    ...(d.chance(0.3) && { gated: d.chance(0.5) }),
    ...(climbs && d.chance(0.7) && { automatic: true }),
    ...(d.chance(0.35) && { requires: randomRequires(d) }),
  };
}

function randomRequires(d) {
  const question = (nth) => {
    const kind = d.pick(Object.keys(FITTING));
    return { id: `q${nth}`, kind, ...(kind === "choice" && { choices: CHOICES }), ...(d.chance(0.5) && { required: true }) };
  };
  return {
    ...(d.chance(0.3) && { reason: d.pick([true, REASONS, ["price", { id: "time", label: "No time" }]]) }),
    ...(d.chance(0.2) && { note: true }),
    ...(d.chance(0.4) && { fields: d.some(FIELDS, 0.4) }),
    ...(d.chance(0.3) && { answers: [question(0), question(1)].slice(0, 1 + d.below(2)) }),
  };
}

function randomGrid(d, leaving) {
  return d.some(TYPES, 0.6).map((type) => ({
    type,
    ...(d.chance(0.6) && { required: true, ...(d.chance(0.4) && { min: 1 + d.below(3) }) }),
    ...(d.chance(0.3) && leaving.length > 0 && { forTransitions: d.shuffled(leaving).slice(0, 1 + d.below(2)) }),
  }));
}

/** A log, a field, another actor, or a move: by its id, or by the stage it is to lead to. */
function randomStep(d, { stages, transitions }, stage) {
  const at = d.below(20);
  if (at < 5) return { log: d.pick(TYPES) };
  if (at < 7) return { set: { [d.pick(FIELDS)]: d.pick(VALUES) } };
  if (at < 8) return { roles: d.some(ROLES, 0.6) };
  const out = transitions.filter((one) => leaves(one, stage));
  const one = d.pick(out.length > 0 && d.chance(0.85) ? out : transitions);
  const input = d.chance(0.6) ? fittingInput(d, one.requires ?? {}) : anyInput(d);
  const to = d.chance(0.9) ? one.to : d.pick(stages).id;
  return { transition: at < 11 ? { to, ...input } : { transition: one.id, ...input } };
}

function fittingInput(d, { reason, note, answers }) {
  const chosen = Array.isArray(reason) ? d.pick(reason) : reason && "price";
  return {
    ...(chosen && { reason: chosen.id ?? chosen }),
    ...((note || chosen === "other") && { note: "by phone" }),
    ...(answers && { answers: Object.fromEntries(answers.map(({ id, kind }) => [id, FITTING[kind]])) }),
  };
}

function anyInput(d) {
  return {
    ...(d.chance(0.5) && { reason: d.pick([...REASONS, "whim", " "]) }),
    ...(d.chance(0.5) && { note: d.pick(["by phone", "by phone", " "]) }),
    ...(d.chance(0.5) && { answers: Object.fromEntries(d.some(["q0", "q1", "q2"], 0.45).map((question) => [question, d.pick(ANSWERS)])) }),
  };
}
