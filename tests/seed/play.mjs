// All scenarios, by what they are about. Each `act` gets the package and a way to open a book of its own, and gives plain
// data that `expected` holds, in Node and in a browser alike: it uses the public API alone and asserts nothing itself. One
// that is `stored` opens a book again: in memory, where a book ends with its closing, there is nothing to open.

import { scenarios as actions } from "./actions.mjs";
import { scenarios as across } from "./across.mjs";
import { scenarios as bugs } from "./bugs.mjs";
import { scenarios as commands } from "./commands.mjs";
import { scenarios as configured } from "./configured.mjs";
import { scenarios as definitions } from "./definitions.mjs";
import { scenarios as delivery } from "./delivery.mjs";
import { scenarios as many } from "./many.mjs";
import { scenarios as moves } from "./moves.mjs";
import { opener } from "./opening.mjs";
import { scenarios as sync } from "./sync.mjs";
import { scenarios as tasks } from "./tasks.mjs";
import { scenarios as workflow } from "./workflow.mjs";

const all = [
  ...workflow, ...moves, ...definitions, ...bugs, ...tasks, ...actions, ...delivery, ...across, ...many, ...configured,
  ...commands, ...sync,
];

export const scenariosFor = (store) => all.filter(({ stored }) => !stored || store !== "memory");

/** All of them, one after the other: their outcomes by name, `{ error }` where one threw. */
export async function play(stagebook, store) {
  const outcomes = {};
  for (const [nth, { name, act }] of scenariosFor(store).entries()) {
    outcomes[name] = await act(stagebook, opener(stagebook, store, `seed-${nth}`)).catch((error) => ({ error: String(error.stack ?? error) }));
  }
  return outcomes;
}
