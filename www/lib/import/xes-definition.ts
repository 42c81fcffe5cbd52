/**
 * A workflow definition that an event log itself implies: the stages somebody chose among its event names, the moves that
 * occur, the activities. It claims no rule beyond what was seen, and passes the checks of a definition.
 */
import { ImportError } from "./errors.js";
import { idOf } from "./ids.js";
import type { WorkflowDefinition } from "./rows.js";
import { chooser, nameId, type NameChoice } from "./xes.js";
import type { XesScan } from "./xes-scan.js";

type Localized = Exclude<WorkflowDefinition["label"], undefined>;

export interface XesDefinitionOptions {
  id: string;
  label?: Localized;
  /** Default 1. */
  version?: number;
  /** The event names that are stages; those of `fromXes`. Default: the scan's suggestion. */
  stages?: NameChoice;
  /** How a stage or an activity type is called. Default: as in the log. */
  name?: (name: string) => Localized;
}

/**
 * The definition for a scanned log, for `openBook` and then `fromXes` with the same `stages`.
 *
 * The stage that most traces begin with is the initial one and comes first; then those that have a way out, then those that
 * have none, which are final; each by its mean place among a trace's stages. A transition `<from>-<to>` stands for every pair that
 * follows each other in some trace (a stage after itself does not count); stages that no move leads to get one from the initial
 * stage. Every other name that is planned or performed is an activity type.
 *
 * ```ts
 * const scan = await scanXes(file);
 * const stages = (name: string) => name.startsWith("A_");
 * const book = await openBook({ definitions: definitionFromXes(scan, { id: "loans", stages }), actor });
 * await book.audit.importHistory(fromXes(file, { stages }));
 * ```
 * Throws an ImportError "stages" where no completed event has a chosen name.
 */
export function definitionFromXes(scan: XesScan, options: XesDefinitionOptions): WorkflowDefinition {
  const chosen = chooser(options.stages ?? scan.suggested.stages);
  const label = options.name ?? ((name: string) => name || "unnamed");
  const flow = flowOf(scan, chosen);
  if (flow.stages.size === 0) throw new ImportError("stages", "No completed event of the log has a name that is chosen as a stage.");
  const initial = initialOf(flow);
  connect(flow, initial);
  const stages = sorted(flow, initial);
  return {
    id: options.id,
    version: options.version ?? 1,
    ...(options.label !== undefined && { label: options.label }),
    initial,
    stages: stages.map((id) => ({ id, label: label(flow.stages.get(id)!.name), ...(isFinal(flow, id) && { final: true }) })),
    transitions: transitionsOf(flow, stages),
    activityTypes: typesOf(scan, chosen).map(([id, name]) => ({ id, label: label(name) })),
  };
}

interface StageUse { name: string; places: number; visits: number; first: number }
interface Flow {
  readonly stages: Map<string, StageUse>;
  /** From stage to the stages that follow it. */
  readonly moves: Map<string, Set<string>>;
}

function flowOf(scan: XesScan, chosen: (name: string) => boolean): Flow {
  const flow: Flow = { stages: new Map(), moves: new Map() };
  const ids = scan.names.map(({ name, lifecycles }) => (Object.hasOwn(lifecycles, "complete") && chosen(name) ? nameId(name) : undefined));
  ids.forEach((id, place) => {
    if (id !== undefined && !flow.stages.has(id)) flow.stages.set(id, { name: scan.names[place]!.name, places: 0, visits: 0, first: 0 });
  });
  for (const { steps, traces } of scan.paths) walk(flow, steps.map((step) => ids[step]).filter((id) => id !== undefined), traces);
  return flow;
}

function walk(flow: Flow, path: readonly string[], traces: number): void {
  let place = 0;
  path.forEach((id, at) => {
    const before = path[at - 1];
    if (id === before) return;
    const use = flow.stages.get(id)!;
    if (before === undefined) use.first += traces;
    else follow(flow, before, id);
    use.places += place * traces;
    use.visits += traces;
    place += 1;
  });
}

function follow(flow: Flow, from: string, to: string): void {
  const next = flow.moves.get(from);
  if (next) next.add(to);
  else flow.moves.set(from, new Set([to]));
}

function initialOf({ stages }: Flow): string {
  const most = Math.max(...[...stages.values()].map(({ first }) => first));
  return [...stages].find(([, { first }]) => first === most)![0];
}

/** Gives every stage that can't be reached from the initial one a move from there. */
function connect(flow: Flow, initial: string): void {
  const reached = new Set<string>();
  const reach = (start: string): void => {
    for (const waiting = [start]; waiting.length > 0; ) {
      const stage = waiting.pop()!;
      if (reached.has(stage)) continue;
      reached.add(stage);
      waiting.push(...(flow.moves.get(stage) ?? []));
    }
  };
  reach(initial);
  for (const id of sorted(flow, initial)) {
    if (reached.has(id)) continue;
    follow(flow, initial, id);
    reach(id);
  }
}

function isFinal(flow: Flow, id: string): boolean {
  return !flow.moves.has(id);
}

function sorted(flow: Flow, initial: string): string[] {
  const mean = ({ places, visits }: StageUse) => (visits === 0 ? Infinity : places / visits);
  const rank = (id: string) => (id === initial ? 0 : isFinal(flow, id) ? 2 : 1);
  const place = new Map([...flow.stages].map(([id, use]) => [id, mean(use)]));
  return [...flow.stages.keys()].sort((a, b) => rank(a) - rank(b) || (place.get(a) === place.get(b) ? 0 : place.get(a)! - place.get(b)!));
}

function transitionsOf(flow: Flow, stages: readonly string[]): WorkflowDefinition["transitions"] {
  const taken = new Set<string>();
  const free = (wanted: string): string => {
    // "a-b" to "c" and "a" to "b-c" would have one id.
    let id = idOf(wanted, 120);
    for (let nth = 2; taken.has(id); nth += 1) id = `${idOf(wanted, 120)}~${nth}`;
    taken.add(id);
    return id;
  };
  return stages.flatMap((from) => stages.filter((to) => flow.moves.get(from)?.has(to)).map((to) => ({ id: free(`${from}-${to}`), from, to })));
}

function typesOf(scan: XesScan, chosen: (name: string) => boolean): [id: string, name: string][] {
  const done = ({ lifecycles }: XesScan["names"][number]) => Object.hasOwn(lifecycles, "complete") || Object.hasOwn(lifecycles, "schedule");
  const types = new Map<string, string>();
  for (const one of scan.names) {
    const id = nameId(one.name);
    if (!chosen(one.name) && done(one) && !types.has(id)) types.set(id, one.name);
  }
  return [...types];
}
