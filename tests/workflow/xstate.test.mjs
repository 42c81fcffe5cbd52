// Random flat definitions and event sequences: the book and XState 5 come to the same stage at every step, allow the same
// transitions, refuse the same moves and keep the same log. STAGEBOOK_CASES says how many, STAGEBOOK_SEED where they begin:
// `STAGEBOOK_CASES=1 STAGEBOOK_SEED=<of the failure>` plays one again.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkDefinition, openBook, openSimulation, simulate } from "../../pkg/node.js";
import { randomCase } from "./random.mjs";
import { follow, playBook, playMachine, setOf } from "./xstate.mjs";

const CASES = Number(process.env.STAGEBOOK_CASES ?? 1000);
const SEED = Number(process.env.STAGEBOOK_SEED ?? 1);
/** Definitions in one book. */
const TOGETHER = 100;

const cases = Array.from({ length: CASES }, (_, nth) => randomCase(SEED + nth, `d${SEED + nth}`, follow));

/** What a failure shows: all that is needed to see it. */
const told = (one) => `seed ${one.seed}: ${JSON.stringify(one)}`;

describe(`XState as the oracle of ${CASES} random definitions`, () => {
  const tally = { moved: 0, refused: 0, automatic: 0, allowed: 0, blocked: 0 };

  it("the book comes to the same stage, allows the same transitions, and logs the same", { timeout: 600_000 }, async () => {
    for (let at = 0; at < cases.length; at += TOGETHER) {
      const some = cases.slice(at, at + TOGETHER);
      const book = await openBook({ definitions: some.map((one) => one.definition), actor: { id: "anna" }, store: "memory" });
      await Promise.all(some.map(async (one) => {
        const expected = playMachine(one);
        assert.deepEqual(await playBook(book, one), expected, told(one));
        count(tally, one, expected);
      }));
      await book.close();
    }
  });

  it("the cases move, are refused, fire by themselves: they are not idle", () => {
    console.log(`${CASES} cases from seed ${SEED}: ${JSON.stringify(tally)}`);
    if (CASES >= 100) for (const [what, times] of Object.entries(tally)) assert.ok(times > CASES / 4, `${what}: ${times}`);
  });

  it("simulate() comes to the same records, refusals and coverage", { timeout: 600_000 }, async () => {
    for (const { steps, ...rest } of cases) {
      // It has one actor and sets no field.
      const one = { ...rest, steps: steps.filter((step) => step.log || step.transition) };
      const { reports: [, ...reports], log } = playMachine(one);
      const played = await simulate(one.definition, one.steps, { actor: { id: "ugo", roles: one.start } });
      const [first, ...records] = played.records.map(({ transition, from, to, automatic }) => [transition, from, to, automatic]);
      assert.deepEqual(first, [null, null, one.definition.initial, false], told(one));
      assert.deepEqual(records, log, told(one));
      assert.deepEqual(played.refusals.map(({ step }) => step), reports.flatMap(({ taken }, step) => (taken ? [] : [step])), told(one));
      assert.ok(played.refusals.every(({ blockers }) => blockers.length > 0 && blockers.every(({ code, message }) => code && message)), told(one));
      const covered = { stages: [one.definition.initial, ...log.map(([, , to]) => to)], transitions: log.map(([transition]) => transition) };
      assert.deepEqual(sets(played.coverage), sets(covered), told(one));
    }
  });

  it("a simulation by hand comes to the same at every step, and says before what it will do", { timeout: 600_000 }, async () => {
    for (const { steps, ...rest } of cases) {
      // It has one actor.
      const one = { ...rest, steps: steps.filter((step) => !step.roles) };
      const { reports: [, ...reports] } = playMachine(one);
      const played = await openSimulation(one.definition, { actor: { id: "ugo", roles: one.start } });
      for (const [nth, { log, set, transition: request }] of one.steps.entries()) {
        const { taken, stage } = reports[nth], where = `step ${nth} of ${told(one)}`;
        const before = played.fork();
        const short = request && Object.keys(request).join() === "transition" ? request.transition : request;
        const able = request && played.can(short);
        if (request) assert.equal(played.can(request), able, where);
        const done = log ? played.log(log) : set ? played.save({ set: setOf(set) }) : request ? played.transition(short) : true;
        assert.deepEqual([done, played.stage], [taken, stage], where);
        if (request) assert.equal(able, taken, where);
        assert.equal(played.refusal === undefined, taken, where);
        if (!taken) {
          const asked = log ? { activities: [{ log: { type: log } }] } : { transition: request };
          const { refusal } = played;
          assert.ok(refusal.blockers.length + refusal.issues.length > 0, where);
          assert.equal(before.save(asked), false, where);
          assert.deepEqual([before.refusal.code, before.refusal.message, before.refusal.blockers, before.stage], [refusal.code, refusal.message, refusal.blockers, stage], where);
        }
        before.close();
      }
      played.close();
      assert.throws(() => played.can("a"), { code: "closed" });
    }
  });

  it("a simulation has its own time, words and dead ends", async () => {
    const definition = {
      id: "slow", version: 1, initial: "a", activityTypes: [{ id: "call" }], stages: [{ id: "a" }, { id: "b", final: true }],
      transitions: [{ id: "go", from: "a", to: "b", when: { ">=": [{ var: "now" }, 5_000] }, message: { en: "Not yet", it: "Non ancora" } }],
    };
    const one = await openSimulation(definition, { start: "1970-01-01T00:00:01Z", locale: "it" });
    assert.deepEqual([one.can("go"), one.transition("go"), one.refusal.blockers[0].message], [false, false, "Non ancora"]);
    const other = one.fork();
    one.wait(4_000);
    assert.deepEqual([one.can("go"), other.can("go"), one.transition({ to: "b" }), one.stage, one.refusal], [true, false, true, "b", undefined]);
    assert.equal(one.save({ set: { name: " " } }), false);
    assert.deepEqual(one.refusal.issues.map(({ path, code }) => [path, code]), [["set.name", "required"]]);
    assert.throws(() => one.transition("nowhere"), { code: "not-found" });
    assert.throws(() => one.can({ to: "nowhere" }), { code: "not-found" });
    assert.equal(one.log("nothing"), false);
    one.close();
    one.close();
    assert.throws(() => one.log("call"), { code: "closed" });
    await assert.rejects(openSimulation({ ...definition, activateWhen: false }), { code: "refused" });
    await assert.rejects(openSimulation({ ...definition, initial: "z" }), { code: "definition" });
    await assert.rejects(openSimulation(undefined), { code: "definition" });
  });

  it("no case has an error that checkDefinition() would tell", async () => {
    for (const { definition } of cases.slice(0, 300)) {
      assert.deepEqual((await checkDefinition(definition)).filter(({ severity }) => severity === "error"), []);
    }
  });
});

const sets = ({ stages, transitions }) => ({ stages: [...new Set(stages)].sort(), transitions: [...new Set(transitions)].sort() });

function count(tally, { steps }, { reports, log }) {
  tally.moved += log.length;
  tally.automatic += log.filter(([, , , automatic]) => automatic).length;
  tally.refused += steps.filter((step, nth) => step.transition && !reports[nth + 1].taken).length;
  const options = reports.flatMap((one) => one.options);
  tally.allowed += options.filter(([, allowed]) => allowed).length;
  tally.blocked += options.filter(([, allowed]) => !allowed).length;
}
