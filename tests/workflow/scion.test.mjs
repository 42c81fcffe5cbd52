// SCXML's own notion of a step, by the flat cases of an independent corpus: after each event the contact stands where the
// case says. What is translated how, and which cases are not played, stands in scion.mjs.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openBook, simulate } from "../../pkg/node.js";
import { CASES, corpus, readCase } from "./scion.mjs";

const START = "2026-03-09T12:00:00.000Z";
const SECOND = 1000;

const folder = await corpus();

describe("the flat cases of SCION's SCXML test framework", { skip: folder === undefined }, () => {
  for (const [name, { skipped, unlogged }] of Object.entries(CASES)) {
    it(`${name}, its events asked for`, { skip: skipped }, async () => {
      const { definition, script, matches } = readCase(folder, name, "asked", { logged: false });
      const book = await openBook({ definitions: definition, actor: { id: "u1" }, store: "memory" });
      const { contact: { id } } = await book.contacts.create({ name: "Case" });
      const stages = [];
      const look = async () => stages.push([(await book.contacts.get(id)).workflow.stage]);
      await look();
      for (const { event } of script.events) {
        const taken = (await book.workflow.options(id)).find(({ transition, allowed }) => allowed && matches(transition, event.name));
        if (taken) await book.workflow.transition(id, { transition: taken.transition });
        await look();
      }
      await book.close();
      assert.deepEqual(stages, expected(script));
    });

    it(`${name}, its events logged`, { skip: skipped ?? unlogged }, async () => {
      const { definition, script } = readCase(folder, name, "logged", { logged: true });
      const { records, refusals } = await simulate(definition, script.events.map(({ event }) => ({ log: event.name, afterMs: SECOND })), { start: START });
      const at = (step) => new Date(Date.parse(START) + step * SECOND).toISOString();
      const stages = [START, ...script.events].map((_, step) => [records.findLast(({ occurredAt }) => occurredAt <= at(step)).to]);
      assert.deepEqual(stages, expected(script));
      assert.deepEqual(refusals, []);
    });
  }
});

const expected = ({ initialConfiguration, events }) => [initialConfiguration, ...events.map(({ nextConfiguration }) => nextConfiguration)];
