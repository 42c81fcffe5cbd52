// A simulation as a host holds it: what is done most goes to the component by number, and why something was refused is
// only put into words where it is asked for.

import type { RawTrial } from "#glue";
import { asError, StagebookError } from "./errors.js";
import { say } from "./messages.js";
import { json } from "./plain.js";
import type { ContactChanges, Simulation, TransitionRequest, WorkflowDefinition } from "./types.js";

export function simulation(given: RawTrial, definition: WorkflowDefinition, locale?: string): Simulation {
  const { stages, transitions, activityTypes } = definition;
  const moves = new Map(transitions.map(({ id }, place) => [id, place]));
  const types = new Map(activityTypes.map(({ id }, place) => [id, transitions.length + place]));
  let raw: RawTrial | undefined = given;
  let stage: string;
  let refused: number | undefined;

  const attempt = <T>(run: (raw: RawTrial) => T): T => {
    if (!raw) throw new StagebookError("closed", say("closed", locale));
    try {
      return run(raw);
    } catch (thrown) {
      throw asError(thrown, locale);
    }
  };
  const text = (value: unknown) => json([value], locale).slice(1, -1);
  /** `number` is that of the command, or of none: those tell the stage. */
  const done = (told: number, number: number): boolean => {
    stage = stages[told >> 1]!.id;
    refused = told & 1 ? undefined : number;
    return refused === undefined;
  };
  const step = (number: number) => done(attempt((raw) => raw.step(number)), number);
  const save = (changes: ContactChanges) => done(attempt((raw) => raw.save(text(changes))), -1);
  const asked = (request: string | TransitionRequest) => (typeof request === "string" ? { transition: request } : request);
  step(-1);
  refused = undefined;

  return {
    get stage() { return stage; },
    get refusal() {
      const number = refused;
      return number === undefined ? number : asError(attempt((raw) => raw.refusal(number)), locale);
    },
    log: (type) => {
      const number = types.get(type);
      return number === undefined ? save({ activities: [{ log: { type } }] }) : step(number);
    },
    transition: (request) => {
      const number = moves.get(request as string);
      return number === undefined ? save({ transition: asked(request) }) : step(number);
    },
    can: (request) => {
      const number = moves.get(request as string);
      return attempt((raw) => raw.can(number ?? 0, number === undefined ? text(asked(request)) : undefined));
    },
    save,
    wait: (ms) => attempt((raw) => raw.wait(ms)),
    fork: () => simulation(attempt((raw) => raw.fork()), definition, locale),
    close: () => {
      raw?.free();
      raw = undefined;
    },
  };
}
