import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "./test-kit.js";
import { definitionFromXes } from "./xes-definition.js";
import { scanXes } from "./xes-scan.js";
import type { WorkflowDefinition } from "./rows.js";

/** "a b+ c!" is one trace: a completed, b begun, c planned; each a minute after the one before. */
function log(...traces: string[]): string {
  const event = (word: string, minute: number) => {
    const life = word.endsWith("+") ? "start" : word.endsWith("!") ? "schedule" : "complete";
    const name = word.replace(/[+!]$/, "").replaceAll("_", " ").trim();
    return `<event><string key="concept:name" value="${name}"/><string key="lifecycle:transition" value="${life}"/>
      <string key="org:resource" value="${minute % 2 ? "" : "ann"}"/><date key="time:timestamp" value="2012-01-01T10:${String(minute).padStart(2, "0")}:00Z"/></event>`;
  };
  return `<log>${traces.map((words) => `<trace>${words.split(" ").filter(Boolean).map(event).join("")}</trace>`).join("")}</log>`;
}

const definition = async (stages: string, ...traces: string[]) =>
  definitionFromXes(await scanXes(log(...traces)), { id: "d", stages: stages.split(" ") });

test("a scan counts traces, events, names by lifecycle, resources and paths", async () => {
  const scan = await scanXes(log("a b! b+ b c", "a b b c", "a"));
  assert.deepEqual(scan, {
    traces: 3, events: 10,
    names: [
      { name: "a", events: 3, lifecycles: { complete: 3 }, traces: 3, repeats: false },
      { name: "b", events: 5, lifecycles: { schedule: 1, start: 1, complete: 3 }, traces: 2, repeats: true },
      { name: "c", events: 2, lifecycles: { complete: 2 }, traces: 2, repeats: false },
    ],
    resources: [{ id: "ann", events: 6 }], withoutResource: 4,
    from: "2012-01-01T10:00:00Z", to: "2012-01-01T10:04:00Z",
    timesUnread: 0, strayEvents: 0,
    paths: [{ steps: [0, 1, 2], traces: 2 }, { steps: [0], traces: 1 }], pathsLeftOut: 0,
    suggested: { stages: ["a", "c"] },
  });
  assert.deepEqual(structuredClone(scan), scan);
});

test("the suggestion prefers names of one prefix that mark every trace", async () => {
  const scan = await scanXes(log("A:1 O:1 W:1 O:1", "A:1 A:2 W:1", "A:1 A:3 O:2"));
  assert.deepEqual(scan.suggested.stages, ["A:1", "A:2", "A:3"]);
});

test("stages by mean place, the initial first, those without a way out last and final", async () => {
  const derived = await definition("new lost open won", "new lost", "new lost", "new call! call open won", "new open lost", "call open won call+");
  assert.deepEqual(derived, {
    id: "d", version: 1, initial: "new",
    stages: [{ id: "new", label: "new" }, { id: "open", label: "open" }, { id: "lost", label: "lost", final: true }, { id: "won", label: "won", final: true }],
    transitions: [
      { id: "new-open", from: "new", to: "open" }, { id: "new-lost", from: "new", to: "lost" },
      { id: "open-lost", from: "open", to: "lost" }, { id: "open-won", from: "open", to: "won" },
    ],
    activityTypes: [{ id: "call", label: "call" }],
  });
});

test("a stage after itself is no transition, whatever was between", async () => {
  const derived = await definition("a b", "a a x a b b", "a b");
  assert.deepEqual(derived.transitions.map(({ id }) => id), ["a-b"]);
  assert.deepEqual(derived.stages.map(({ final }) => final), [undefined, true]);
});

test("a stage that nothing leads to gets a way from the initial one", async () => {
  const derived = await definition("a b c d", "a b", "a b", "c d", "d c");
  assert.deepEqual(derived.transitions.map(({ id }) => id), ["a-c", "a-b", "c-d", "d-c"]);
  sound(derived);
});

test("transition ids stay apart where names have hyphens, and within what an id may be", async () => {
  const long = "x".repeat(127);
  sound(await definition(`a-b c a b-c ${long} ${long}y`, "a-b c", "a b-c", `a ${long} ${long}y`));
});

test("one stage is initial and final; none is an error", async () => {
  assert.deepEqual((await definition("a", "a b")).stages, [{ id: "a", label: "a", final: true }]);
  await assert.rejects(definition("b z", "a b+"), { name: "ImportError", code: "stages" });
});

test("labels and the suggestion are used where nothing else is said", async () => {
  const scan = await scanXes(log("a b+ b", "a c+ b b"));
  const derived = definitionFromXes(scan, { id: "d", version: 3, label: { en: "Loans" }, name: (name) => name.toUpperCase() });
  assert.deepEqual([derived.version, derived.label, derived.stages[0]!.label, derived.activityTypes], [3, { en: "Loans" }, "A", [{ id: "b", label: "B" }]]);
});

test("any log gives a sound definition for any choice of stages", async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const next = random(seed);
    const names = ["a", "b", "c", "a-b", "b-c", "*", "__proto__", ""].filter(() => next() < 0.7);
    const word = () => `${names[Math.floor(next() * names.length)] || "_"}${["", "", "", "+", "!"][Math.floor(next() * 5)]}`;
    const traces = Array.from({ length: 6 }, () => Array.from({ length: Math.floor(next() * 7) }, () => (names.length > 0 ? word() : "")).join(" "));
    const scan = await scanXes(log(...traces));
    const chosen = new Set(names.filter(() => next() < 0.6));
    const done = scan.names.some(({ name, lifecycles }) => chosen.has(name) && lifecycles["complete"]);
    const derive = () => definitionFromXes(scan, { id: "d", stages: (name) => chosen.has(name) });
    if (done) sound(derive(), `seed ${seed}`);
    else assert.throws(derive, { code: "stages" });
  }
});

/** What the product's own check asks of a definition, as far as a derived one can go wrong. */
function sound({ initial, stages, transitions, activityTypes }: WorkflowDefinition, message?: string): void {
  const ids = stages.map(({ id }) => id);
  for (const list of [ids, transitions.map(({ id }) => id), activityTypes.map(({ id }) => id)]) {
    assert.equal(new Set(list).size, list.length, message);
    for (const id of list) assert.ok(id.length >= 1 && id.length <= 128 && id !== "*", message);
  }
  const reached = new Set([initial]);
  for (const stage of reached) for (const { from, to } of transitions) if (from === stage) reached.add(to);
  assert.deepEqual([...reached].sort(), [...ids].sort(), message);
  for (const { from, to } of transitions) assert.ok(from !== to && ids.includes(String(from)) && ids.includes(to), message);
  for (const { id, final } of stages) assert.equal(final ?? false, !transitions.some(({ from }) => from === id), message);
  assert.ok(activityTypes.every(({ id }) => !ids.includes(id)), message);
}
