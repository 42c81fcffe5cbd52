// The flat cases of @scion-scxml/test-framework, read from the package and translated. The package is brought by npm when it
// is first asked for, without what it depends on: that is a server to test against (195 packages, 28 MB), the cases are 91 kB.
//
// | SCXML                        | here                                                                                     |
// | a state                      | a stage; the first of the document is the initial one where none is named                |
// | a transition in one state    | a transition; the document's order is the list's                                         |
// | `cond="true"`, `"false"`     | nothing, `disabled`                                                                      |
// | `raise`, in a transition, an | what takes the event fires by itself, with a lower priority than the eventless ones,     |
// | onexit or an onentry         | which SCXML takes first. Fits where every way into a stage raises the same               |
// | no event                     | automatic                                                                                |
// | an event from outside,       | asked: the first allowed of the stage's transitions whose descriptor matches is taken    |
// | in two ways                  | logged: the event is a type of activity that is logged, and a transition is automatic    |
// |                              | and requires one of it in this visit of the stage; so the choice is the component's own  |
// | `log`                        | nothing                                                                                  |

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { target } from "../../www/scripts/paths.mjs";

const execute = promisify(execFile);
/** Under `npm --prefix …` npm hands its own settings down, and this one would work in the checkout. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const NAME = "@scion-scxml/test-framework";
const VERSION = "2.0.16";
const SHA512 = "5rRd5CdFLUzmPaO43NSamBmhq6uW/0kUmUneEnqRSbAj0FiFVAINd1DfadUkdECT+xHLARCJZU7meQD4nqYyKw==";

/** The folder of the cases; undefined, with a line said, where the package can't be had. */
export async function corpus() {
  const folder = join(target, `scion-${VERSION}`);
  try {
    if (!existsSync(folder)) await bring(folder);
    return join(folder, "test");
  } catch (error) {
    console.log(`Skipped: the flat cases of ${NAME}@${VERSION} (${error.message.split("\n")[0]}).`);
  }
}

async function bring(folder) {
  const scratch = join(target, `scion-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    await execute("npm", ["pack", `${NAME}@${VERSION}`, "--pack-destination", "."], { cwd: scratch, env });
    const tarball = readdirSync(scratch).find((name) => name.endsWith(".tgz"));
    const hash = createHash("sha512").update(readFileSync(join(scratch, tarball))).digest("base64");
    if (hash !== SHA512) throw new Error(`its SHA-512 is ${hash}`);
    await execute("tar", ["-xzf", tarball], { cwd: scratch });
    renameSync(join(scratch, "package"), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The flat cases, and of those that are not played why not. */
export const CASES = {
  "basic/basic0": {}, "basic/basic1": {}, "basic/basic2": {},
  "documentOrder/documentOrder0": {},
  "cond-js/test0": {}, "cond-js/test1": {}, "cond-js/test2": {},
  "atom3-basic-tests/m0": { unlogged: "a round of automatic transitions is an error of the definition" },
  "atom3-basic-tests/m1": { unlogged: "a round of automatic transitions is an error of the definition" },
  "actionSend/send1": {}, "actionSend/send2": {}, "actionSend/send3": {}, "actionSend/send4": {}, "actionSend/send4b": {},
  "default-initial-state/initial1": {}, "default-initial-state/initial2": {},
  "multiple-events-per-transition/test1": {},
  "scxml-prefix-event-name-matching/star0": {}, "scxml-prefix-event-name-matching/test0": {}, "scxml-prefix-event-name-matching/test1": {},
  "delayedSend/send1": { skipped: "nothing fires by the clock" },
  "delayedSend/send2": { skipped: "nothing fires by the clock" },
  "delayedSend/send3": { skipped: "nothing fires by the clock" },
  "targetless-transition/test0": { skipped: "a transition can't assign a variable" },
  "if-else/test0": { skipped: "a transition can't assign a variable" },
};

/** `{ definition, script, matches }` of a case: `matches(transition, event)` says which event takes it. */
export function readCase(folder, name, id, { logged }) {
  const root = parse(readFileSync(join(folder, `${name}.scxml`), "utf8"));
  const script = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const states = root.children.filter(({ tag }) => tag === "state");
  const events = [...new Set(script.events.map(({ event }) => event.name))];
  const all = states.flatMap((state) => state.children.filter(({ tag }) => tag === "transition").map((one, nth) => ({
    id: `${state.id}-${nth}`, from: state.id, to: one.target, descriptors: one.event?.split(/\s+/), cond: one.cond, raises: raised([one]),
  })));
  const raisedInto = (stage) => inAll(all.filter((one) => one.to === stage).map((one) =>
    [...raised(ofState(states, one.from, "onexit")), ...one.raises, ...raised(ofState(states, stage, "onentry"))]));

  const transitions = [];
  const grids = new Map(states.map((state) => [state.id, []]));
  const takes = new Map();
  for (const { id, from, to, descriptors, cond } of all) {
    const base = { from, to, ...(cond === "false" && { disabled: true }) };
    const inside = descriptors && raisedInto(from).some((event) => fits(descriptors, event));
    if (!descriptors || inside) {
      transitions.push({ ...base, id, automatic: true, priority: inside ? 1 : 0 });
    } else if (logged) {
      for (const event of events.filter((event) => fits(descriptors, event))) {
        transitions.push({ ...base, id: `${id}:${event}`, automatic: true, gated: true });
        grids.get(from).push({ type: event, required: true, forTransitions: [`${id}:${event}`] });
      }
    } else {
      transitions.push({ ...base, id });
      takes.set(id, descriptors);
    }
  }
  const stages = states.map((state) => ({ id: state.id, activities: grids.get(state.id) }));
  const activityTypes = (logged ? events : []).map((event) => ({ id: event }));
  const definition = { id, version: 1, initial: root.initial ?? states[0].id, stages, transitions, activityTypes };
  return { definition, script, matches: (transition, event) => takes.has(transition) && fits(takes.get(transition), event) };
}

const ofState = (states, id, tag) => states.find((state) => state.id === id).children.filter((child) => child.tag === tag);
const raised = (elements) => elements.flatMap(({ children }) => children).filter(({ tag }) => tag === "raise").map(({ event }) => event);
const inAll = ([first = [], ...more]) => first.filter((event) => more.every((other) => other.includes(event)));

/** `foo` and `foo.*` take foo and foo.bar, `*` takes all. */
const fits = (descriptors, event) => descriptors.map((one) => one.replace(/\.?\*$/, "")).some((one) => one === "" || event === one || event.startsWith(`${one}.`));

/** Elements and attributes; the documents hold no text that matters. */
function parse(text) {
  const top = { children: [] };
  const open = [top];
  for (const [, close, name, attributes, empty] of text.replace(/<!--[\s\S]*?-->/g, "").matchAll(/<(\/?)([\w:]+)((?:\s+[\w:]+\s*=\s*"[^"]*")*)\s*(\/?)>/g)) {
    if (close) {
      open.pop();
      continue;
    }
    const element = { tag: name.replace(/^.*:/, ""), children: [], ...Object.fromEntries([...attributes.matchAll(/([\w:]+)\s*=\s*"([^"]*)"/g)].map(([, key, value]) => [key, value])) };
    open.at(-1).children.push(element);
    if (!empty) open.push(element);
  }
  return top.children[0];
}
