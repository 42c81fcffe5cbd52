// The outbox of a book that several tabs of one browser have open: one of them delivers at a time, each item goes out once,
// and whoever ends hands over to the others, also to those after a restart.

import assert from "node:assert/strict";
import { before, beforeEach, describe, it } from "node:test";
import { visitor } from "./site.mjs";

describe("the outbox in two tabs", () => {
  const visit = visitor({ ready: async () => { tabs = [await tabNamed("first"), await tabNamed("second")]; } });
  let tabs;
  /** What handlers of either tab were given, in that order: { tab, text, phase }. */
  let handed;
  let book;
  before(() => visit.restart());
  let nth = 0;
  beforeEach(async () => {
    handed = [];
    book = `outbox-${(nth += 1)}`;
    for (const tab of tabs) await open(tab);
    await tabs[0].evaluate(() => globalThis.book.contacts.create({ id: "c-1", name: "Bruno", email: "bruno@example.com" }));
  });

  async function tabNamed(name) {
    const tab = await visit.tab();
    await tab.exposeFunction("handed", (text, phase) => void handed.push({ tab: name, text, phase }));
    return tab;
  }

  const open = (tab) => tab.evaluate(async (name) => {
    globalThis.stop?.();
    await globalThis.book?.close();
    globalThis.book = await globalThis.stagebook.openBook({ name, definitions: globalThis.stagebook.crmContact, actor: { id: "anna" }, store: "indexeddb", locale: "en" });
  }, book);

  /** Runs in a page: delivers; `hang` is the text of the item over which the handler never comes to an end. */
  function deliver(hang) {
    globalThis.stop = globalThis.book.outbox.deliver(async ({ kind, to, payload }) => {
      const text = payload.text ?? payload.message ?? payload.note;
      await globalThis.handed(text, `begun ${kind} ${to}`);
      if (text === hang) await new Promise(() => {});
      await new Promise((done) => setTimeout(done, 5));
      await globalThis.handed(text, "answered");
      return { ref: text };
    });
  }

  /** Runs in a page: one message each. */
  const write = (tab, ...texts) => tab.evaluate(async (texts) => {
    for (const text of texts) await globalThis.book.contacts.message("c-1", { text });
  }, texts);
  const waiting = (tab) => tab.evaluate(async () => (await globalThis.book.diagnostics()).outboxWaiting);
  const texts = (phase, tab) => handed.filter((one) => one.phase.startsWith(phase) && (!tab || one.tab === tab)).map(({ text }) => text);
  const sent = (tab) => tab.evaluate(async () => (await globalThis.book.history("c-1", { kinds: ["delivery.sent", "delivery.failed"], limit: 500, order: "oldest" })).items.map(({ kind, data }) => [kind, data.ref ?? null]));

  /** Resolves once so many items were answered, and both tabs know that nothing waits. */
  async function delivered(count) {
    await until(async () => texts("answered").length >= count && (await waiting(tabs[0])) + (await waiting(tabs[1])) === 0);
  }

  async function until(reached) {
    for (const deadline = performance.now() + 20_000; !(await reached()); await new Promise((done) => setTimeout(done, 20))) assert.ok(performance.now() < deadline, JSON.stringify(handed.slice(-10)));
  }

  it("60 items made in both tabs, while both deliver, leave exactly once each, one at a time", async () => {
    const make = async (tab) => {
      const { contacts } = globalThis.book;
      await Promise.all(Array.from({ length: 10 }, (_, at) => Promise.all([
        contacts.invite("c-1", { email: `${tab}@example.com`, message: `invite ${tab} ${at}` }), contacts.message("c-1", { text: `message ${tab} ${at}` }),
        contacts.share("c-1", { email: `${tab}@example.com`, note: `share ${tab} ${at}` }),
      ])));
    };
    await Promise.all(tabs.map((tab) => tab.evaluate(deliver)));
    await Promise.all(tabs.map((tab, at) => tab.evaluate(make, at)));
    await delivered(60);
    const all = [0, 1].flatMap((tab) => Array.from({ length: 10 }, (_, at) => ["invite", "message", "share"].map((kind) => `${kind} ${tab} ${at}`)).flat());
    assert.deepEqual(texts("begun").toSorted(), all.toSorted());
    assert.deepEqual(texts("answered").toSorted(), all.toSorted());
    const phases = handed.map(({ phase }) => phase.split(" ")[0]);
    assert.deepEqual(phases, Array.from({ length: 60 }, () => ["begun", "answered"]).flat(), "one at a time");
    assert.equal(handed.find(({ text }) => text === "share 1 3").phase, "begun share 1@example.com");
    assert.deepEqual((await sent(tabs[1])).map(([kind, ref]) => `${kind} ${ref}`).toSorted(), all.map((text) => `delivery.sent ${text}`).toSorted());
    for (const tab of tabs) assert.equal((await tab.evaluate(() => globalThis.book.audit.verify())).ok, true);
  });

  it("a tab closed in the middle of a delivery hands over to the other, which delivers that item and the rest", async () => {
    await write(tabs[0], "before", "during", "after");
    await tabs[0].evaluate(deliver, "during");
    await until(() => texts("begun").includes("during"));
    await tabs[1].evaluate(deliver);
    await write(tabs[1], "later");
    assert.deepEqual(texts("begun", "second"), [], "one tab at a time");
    await tabs[0].close();
    await until(async () => (await waiting(tabs[1])) === 0);
    assert.deepEqual(texts("answered", "first"), ["before"]);
    assert.deepEqual(texts("answered", "second"), ["during", "after", "later"]);
    assert.deepEqual((await sent(tabs[1])).map(([, ref]) => ref), ["before", "during", "after", "later"]);
    tabs[0] = await tabNamed("first");
  });

  it("the stopper hands over, too, once the handler has come to an end", async () => {
    await write(tabs[0], "one");
    await tabs[0].evaluate(deliver);
    await delivered(1);
    await tabs[1].evaluate(deliver);
    await tabs[0].evaluate(() => globalThis.stop());
    await write(tabs[0], "two");
    await delivered(2);
    assert.deepEqual([texts("answered", "first"), texts("answered", "second")], [["one"], ["two"]]);
  });

  it("a tab that takes over knows what the other delivered just before", async () => {
    const texts = Array.from({ length: 40 }, (_, nth) => `item ${nth}`);
    await write(tabs[0], ...texts);
    // Whoever has delivered one item gives way at once, and queues up again.
    const inTurn = () => {
      const { outbox } = globalThis.book;
      const again = () => {
        globalThis.stop?.();
        globalThis.stop = outbox.deliver(async ({ payload: { text } }) => { void globalThis.handed(text, "begun"); });
      };
      globalThis.book.on("outbox", again);
      again();
    };
    await Promise.all(tabs.map((tab) => tab.evaluate(inTurn)));
    await until(async () => (await waiting(tabs[0])) + (await waiting(tabs[1])) === 0);
    assert.deepEqual(handed.map(({ text }) => text), texts);
    assert.equal(new Set(handed.map(({ tab }) => tab)).size, 2, "both took part");
  });

  it("what the other tab settles or erases in the middle of a delivery is not delivered again, and stops nobody", async () => {
    await tabs[0].evaluate(async () => {
      const { book } = globalThis;
      await book.contacts.create({ id: "c-2", name: "Erased" });
      for (const [id, text] of [["c-1", "settled"], ["c-2", "erased"], ["c-1", "last"]]) await book.contacts.message(id, { text });
      globalThis.stop = book.outbox.deliver(async ({ payload: { text } }) => {
        await globalThis.handed(text, "begun");
        await new Promise((done) => { globalThis.goOn = done; });
        return { ref: "by the handler" };
      });
    });
    const goOn = () => tabs[0].evaluate(() => globalThis.goOn());
    await until(() => texts("begun").includes("settled"));
    await tabs[1].evaluate(async () => {
      const [item] = (await globalThis.book.outbox.list({ status: "waiting" })).items;
      await globalThis.book.outbox.settle(item.id, { status: "sent", ref: "by hand" });
    });
    await goOn();
    await until(() => texts("begun").includes("erased"));
    await tabs[1].evaluate(() => globalThis.book.contacts.erase("c-2", { confirm: "c-2" }));
    await goOn();
    await until(() => texts("begun").includes("last"));
    await goOn();
    await until(async () => (await waiting(tabs[0])) === 0);
    await new Promise((done) => setTimeout(done, 1_200));
    assert.deepEqual(texts("begun"), ["settled", "erased", "last"]);
    assert.deepEqual(await sent(tabs[1]), [["delivery.sent", "by hand"], ["delivery.sent", "by the handler"]]);
    for (const tab of tabs) assert.deepEqual(await tab.evaluate(async () => (await globalThis.book.outbox.list()).items.map(({ payload, status }) => [payload.text, status])), [["settled", "sent"], ["last", "sent"]]);
  });

  it("what is settled or erased while it waits for its turn is not handed out", async () => {
    await tabs[0].evaluate(() => globalThis.book.contacts.create({ id: "c-2", name: "Erased" }));
    await write(tabs[0], "first", "settled");
    await tabs[0].evaluate(() => globalThis.book.contacts.message("c-2", { text: "erased" }));
    await write(tabs[0], "last");
    await tabs[0].evaluate(() => {
      globalThis.stop = globalThis.book.outbox.deliver(async ({ payload: { text } }) => {
        await globalThis.handed(text, "begun");
        if (text === "first") await new Promise((done) => { globalThis.goOn = done; });
      });
    });
    await until(() => texts("begun").includes("first"));
    await tabs[1].evaluate(async () => {
      const { outbox, contacts } = globalThis.book;
      const [, { id }] = (await outbox.list({ status: "waiting" })).items;
      await outbox.settle(id, { status: "sent" });
      await contacts.erase("c-2", { confirm: "c-2" });
    });
    await tabs[0].evaluate(() => globalThis.goOn());
    await until(async () => (await waiting(tabs[0])) === 0);
    assert.deepEqual(texts("begun"), ["first", "last"]);
  });

  it("waiting items are delivered after a restart, those that were sent are not", async () => {
    await write(tabs[0], "sent before", "waiting 1", "waiting 2");
    await tabs[0].evaluate(deliver, "waiting 1");
    await until(() => texts("begun").includes("waiting 1"));
    await visit.restart();
    for (const tab of tabs) await open(tab);
    assert.equal(await waiting(tabs[1]), 2);
    await Promise.all(tabs.map((tab) => tab.evaluate(deliver)));
    await delivered(3);
    assert.deepEqual(texts("answered"), ["sent before", "waiting 1", "waiting 2"]);
    assert.deepEqual((await sent(tabs[1])).map(([, ref]) => ref), ["sent before", "waiting 1", "waiting 2"]);
  });
});
