// Many contacts moved at once: those that can go, those that can't say why, each for itself. §2 of the reference.

import { TO_QUALIFICATION } from "./opening.mjs";

const [MANY, HELD] = [500, 50];
const idOf = (nth) => `c-${String(nth).padStart(3, "0")}`;
const isHeld = (nth) => nth % (MANY / HELD) === 3;

/** A book with contacts of which every tenth lacks what the move demands. */
async function crowd(open) {
  const book = await open();
  const ids = Array.from({ length: MANY }, (_, nth) => idOf(nth));
  await Promise.all(ids.map((id, nth) => book.contacts.create({ id, name: id, activities: isHeld(nth) ? [] : TO_QUALIFICATION.activities })));
  return { book, ids };
}

const countOf = async (book, kind) => (await book.historyAll({ kinds: [kind], limit: 1, count: true })).total;
const inStage = async (book, stage) => {
  let count = 0;
  for (let cursor; ; ) {
    const page = await book.contacts.list({ stage, limit: 500, ...(cursor && { cursor }) });
    count += page.items.length;
    if (!(cursor = page.next)) return count;
  }
};

export const scenarios = [
  {
    name: "§2 transitionMany of 500 contacts with 50 that can't: 450 move, 50 report their blockers, a retry is a no-op",
    async act(stagebook, { open }) {
      const { book, ids } = await crowd(open);
      const request = { to: "qualification", reason: "spring", note: "all of them" };
      const results = await book.workflow.transitionMany(ids, request, { commandId: "move" });
      const entries = (await book.diagnostics()).entries;
      const again = await book.workflow.transitionMany(ids, request, { commandId: "move" });
      const written = (await book.diagnostics()).entries - entries;
      const other = await book.workflow.transitionMany(ids.slice(0, 1), { to: "start" }, { commandId: "move" });
      const held = results.filter(({ ok }) => !ok);
      const found = {
        order: results.every(({ contactId }, nth) => contactId === ids[nth]), moved: results.filter(({ ok }) => ok).length,
        held: [held.length, held.every(({ contactId }) => isHeld(Number(contactId.slice(2)))), [...new Set(held.map(({ error }) => [error.code, ...error.blockers.map(({ code, params }) => `${code} ${params.type}`)].join()))]],
        record: [results[0].record.contactId, results[0].record.from, results[0].record.to, results[0].record.reason],
        retried: [again.filter(({ ok }) => ok).length, again.every(({ ok, record }, nth) => ok === results[nth].ok && record?.id === results[nth].record?.id), written],
        other: other.map(({ ok, error }) => [ok, error.code]), stages: [await inStage(book, "qualification"), await inStage(book, "start")], logged: await countOf(book, "workflow.transitioned"),
      };
      await book.close();
      return found;
    },
    expected: {
      order: true, moved: 450, held: [50, true, ["refused,activity-missing register-contact,activity-missing intro-call"]], record: ["c-000", "start", "qualification", "spring"],
      retried: [450, true, 0], other: [[false, "conflict"]], stages: [450, 50], logged: 450,
    },
  },
  {
    name: "§2 transitionMany: an abort keeps what was done and says what it was; a retry does the rest",
    async act(stagebook, { open }) {
      const { book, ids } = await crowd(open);
      const { workflow } = book;
      const controller = new AbortController();
      const options = { signal: controller.signal, commandId: "move" };
      const deaf = book.on("change", () => controller.abort(new Error("enough")));
      const error = await workflow.transitionMany(ids, { to: "qualification" }, options).catch((thrown) => thrown);
      deaf();
      const kept = await inStage(book, "qualification");
      const told = error.details.results.filter(({ ok }) => ok).length;
      const before = await workflow.transitionMany(ids, { to: "qualification" }, { signal: AbortSignal.abort() }).catch(({ code, details }) => [code, details.results.length]);
      const rest = await workflow.transitionMany(ids, { to: "qualification" }, { commandId: "move" });
      const found = {
        error: [error instanceof stagebook.StagebookError, error.code, error.cause?.message], kept: [kept > 0 && kept < 450, told === kept], before,
        rest: rest.filter(({ ok }) => ok).length, logged: await countOf(book, "workflow.transitioned"),
      };
      await book.close();
      return found;
    },
    expected: { error: [true, "aborted", "enough"], kept: [true, true], before: ["aborted", 0], rest: 450, logged: 450 },
  },
  {
    name: "§2 transitionMany: a contact named twice moves once; nothing to do is nothing done",
    async act(stagebook, { open }) {
      const book = await open();
      await book.contacts.create({ id: "a", name: "Bruno", activities: TO_QUALIFICATION.activities });
      const none = await book.workflow.transitionMany([], { to: "qualification" });
      const wrong = await book.workflow.transitionMany(["a", 5, null], { to: "nowhere" });
      const twice = await book.workflow.transitionMany(["a", "a"], { to: "qualification" }, { commandId: "x" });
      const logged = await countOf(book, "workflow.transitioned");
      await book.close();
      return { none, wrong: wrong.map(({ ok, error }) => [ok, error.code]), twice: twice.map(({ ok, record }) => ok && record.to), logged };
    },
    expected: { none: [], wrong: [[false, "not-found"], [false, "invalid"], [false, "invalid"]], twice: ["qualification", "qualification"], logged: 1 },
  },
];
