// The history of all contacts: the histories of each, put together in the order in which they were recorded. §4 and §5 of the
// reference.

import { allOf, codeOf, MARCO, TO_QUALIFICATION } from "./opening.mjs";

const FILTERS = {
  all: {}, kinds: { kinds: ["contact.commented", "contact.archived"] }, by: { by: "marco" }, text: { text: "price" }, from: { from: "2026-03-10" },
  to: { to: "2026-03-09" }, range: { from: "2026-03-09T22:31:00Z", to: "2026-03-09T23:00:00Z" }, together: { kinds: ["contact.commented"], by: "marco", text: "note" }, none: { text: "nothing has this" },
};

/** Where historyAll differs from the histories of the contacts, for every filter, order and size of a page. */
export async function discrepancies(book, ids, filters = FILTERS) {
  const wrong = [];
  for (const [name, filter] of Object.entries(filters)) {
    const each = await Promise.all(ids.map((id) => allOf((paging) => book.history(id, { ...filter, ...paging }))));
    const expected = each.flat().sort((a, b) => a.seq - b.seq).map((entry) => JSON.stringify(entry));
    for (const [order, limit] of [["oldest", 3], ["oldest", 500], ["newest", 7], ["newest", 500]]) {
      const totals = new Set();
      const found = await allOf(async (paging) => {
        const page = await book.historyAll({ ...filter, order, count: true, ...paging });
        totals.add(page.total);
        return page;
      }, limit);
      const entries = found.map((entry) => JSON.stringify(entry));
      if (order === "newest") entries.reverse();
      if (JSON.stringify(entries) !== JSON.stringify(expected)) wrong.push([name, order, limit, entries.length, expected.length]);
      if ([...totals].join() !== `${expected.length}`) wrong.push([name, order, limit, "total", [...totals], expected.length]);
    }
  }
  return wrong;
}

export const scenarios = [
  {
    name: "§4 The history of all contacts is theirs put together, page by page, in both orders, under every filter",
    async act(stagebook, { open, pass }) {
      const book = await open();
      const ids = ["a", "b", "c"];
      for (const id of ids) await book.contacts.create({ id, name: `Contact ${id}`, email: `${id}@example.com` });
      for (let round = 0; round < 4; round += 1) {
        pass(20);
        await Promise.all(ids.map((id) => book.contacts.comment(id, { text: `note ${round} on ${id}` })));
        await book.as(MARCO).contacts.comment(ids[round % 3], { text: `a note on the price ${round}` });
      }
      await book.contacts.save("a", TO_QUALIFICATION);
      await book.contacts.message("b", { text: "The price list" });
      await book.contacts.archive("c");
      const { items: [newest] } = await book.historyAll({ limit: 1 });
      const [first] = (await book.historyAll({ order: "oldest", limit: 1 })).items;
      const wrong = await discrepancies(book, ids);
      const seqs = (await allOf((paging) => book.historyAll({ order: "oldest", ...paging }))).map(({ seq }) => seq);
      const refused = [await codeOf(book.historyAll({ limit: 0 })), await codeOf(book.historyAll({ limit: 501 })), await codeOf(book.historyAll({ cursor: "nonsense" })), await codeOf(book.historyAll({ from: "nonsense" }))];
      await book.close();
      return {
        wrong, gapless: seqs.every((seq, at) => seq === seqs[0] + at), newest: [newest.kind, newest.contactId, newest.contactName], first: [first.kind, first.contactId],
        refused: refused.map(([code]) => code), closed: await codeOf(book.historyAll()),
      };
    },
    expected: {
      wrong: [], gapless: true, newest: ["contact.archived", "c", "Contact c"], first: ["contact.created", "a"], refused: ["invalid", "invalid", "invalid", "invalid"], closed: ["closed"],
    },
  },
  {
    name: "§4 The history of all contacts while it grows: a page further back never repeats or leaves out what was there",
    async act(stagebook, { open }) {
      const book = await open();
      await book.contacts.create({ id: "a", name: "Bruno" });
      for (let nth = 0; nth < 20; nth += 1) await book.contacts.comment("a", { text: `${nth}` });
      const read = async (order) => {
        const texts = [];
        await allOf(async (paging) => {
          const page = await book.historyAll({ kinds: ["contact.commented"], order, ...paging });
          texts.push(...page.items.map(({ data }) => data.text));
          await book.contacts.comment("a", { text: "meanwhile" });
          return texts.length > 60 ? { items: [] } : page;
        }, 3);
        return [texts.filter((text) => text !== "meanwhile").join(), order === "oldest" && texts.includes("meanwhile")];
      };
      const newest = await read("newest");
      const oldest = await read("oldest");
      await book.close();
      return { newest, oldest };
    },
    expected: {
      newest: ["19,18,17,16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1,0", false], oldest: ["0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19", true],
    },
  },
  {
    name: "§4 The history of all contacts has of an erased one its tombstone alone, under the ledger's name",
    async act(stagebook, { open }) {
      const book = await open();
      for (const id of ["kept", "erased"]) await book.contacts.create({ id, name: `Contact ${id}` });
      await book.contacts.erase("erased", { confirm: "erased", reason: "ticket 9" });
      const { items, total } = await book.historyAll({ order: "oldest", count: true });
      await book.close();
      const [, , tombstone] = items;
      return { kinds: items.map(({ kind }) => kind), total, ids: items.slice(0, 2).map(({ contactId }) => contactId), tombstone: [tombstone.data.reason, tombstone.contactName ?? null, ["kept", "erased"].includes(tombstone.contactId)] };
    },
    expected: { kinds: ["contact.created", "workflow.started", "contact.erased"], total: 3, ids: ["kept", "kept"], tombstone: ["ticket 9", null, false] },
  },
];
