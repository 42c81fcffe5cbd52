// What users do by chance. It runs in Node and, as a file of a page, in browsers.

/** Mulberry32. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One thing that a user might do. What the rules refuse is no failure. */
export async function act(book, who, chance, contacts) {
  const pick = (list) => list[Math.floor(chance() * list.length)];
  const contact = `c${Math.floor(chance() * Math.max(contacts, 5))}`;
  const doing = {
    create: () => book.contacts.create({ id: contact, name: `${contact} by ${who}`, email: `${contact}@example.com` }, { upsert: true }),
    comment: () => book.contacts.comment(contact, { text: `${who} ${chance()}` }),
    rename: () => book.contacts.save(contact, { set: { name: `${contact} ${chance()}`, fields: { [pick(["a", "b"])]: chance() } } }),
    log: () => book.contacts.save(contact, { activities: [{ log: { type: pick(["register-contact", "intro-call"]) } }] }),
    plan: () => book.contacts.save(contact, { activities: [{ pending: { type: "intro-call", assignee: who, createTask: true } }] }),
    finish: async () => {
      const { items } = await book.activities.list(contact, { status: "open" });
      if (items[0]) await book.activities.complete(pick(items).id, { outcome: who });
    },
    move: async () => {
      const options = (await book.workflow.options(contact)).filter(({ allowed }) => allowed);
      if (options.length) await book.workflow.transition(contact, { transition: pick(options).transition });
    },
    archive: () => book.contacts.archive(contact),
    restore: () => book.contacts.restore(contact),
    erase: () => (chance() < 0.1 ? book.contacts.erase(contact, { confirm: contact, reason: "T-1" }) : undefined),
  };
  const weights = ["create", "create", "comment", "comment", "rename", "log", "log", "plan", "finish", "move", "move", "archive", "restore", "restore", "erase"];
  const what = (await book.contacts.get(contact)) ? pick(weights) : "create";
  await doing[what]()?.catch((error) => {
    if (!["refused", "not-found", "conflict"].includes(error.code)) throw error;
  });
}
