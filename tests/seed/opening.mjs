// What scenarios share: the book they open, its people and its clock, and how they tell a refusal.

/** 9 March 2026, 23:30 in Rome: another day than in UTC an hour later. */
const NOW = Date.parse("2026-03-09T22:30:00Z");
const MINUTE = 60_000;
export const ANNA = { id: "anna", name: "Anna Rossi" };
export const MARCO = { id: "marco", name: "Marco Bianchi" };

/** How a scenario opens its books: `store` as the place demands, a name of its own, a clock that a test moves. */
export function opener(stagebook, store, prefix) {
  let nth = 0;
  const clock = { now: NOW };
  const open = (options = {}) => stagebook.openBook({
    definitions: stagebook.crmContact, actor: ANNA, users: [ANNA, MARCO], locale: "en", timeZone: "Europe/Rome",
    name: `${prefix}-${(nth += 1)}`, store, clock: () => clock.now, ...options,
  });
  return { open, pass: (minutes) => void (clock.now += minutes * MINUTE) };
}

/** "done", or the error's code with all that is wrong. */
export const codeOf = (promise) => promise.then(() => "done", ({ code, issues, blockers }) =>
  [code, ...issues.map(({ path, code: issue }) => `${path} ${issue}`), ...blockers.map((blocker) => blocker.code)]);

/** What the preset demands before a contact leaves its first stage, and the move. */
export const TO_QUALIFICATION = { activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" } }], transition: { to: "qualification" } };

export async function moveTo(book, id, stages) {
  for (const to of stages) await (to === "qualification" ? book.contacts.save(id, TO_QUALIFICATION) : book.workflow.transition(id, { to }));
}

/** Every item, page by page; `ask` takes the query's paging. */
export async function allOf(ask, limit = 500) {
  const items = [];
  for (let cursor; ; ) {
    const page = await ask({ limit, ...(cursor && { cursor }) });
    items.push(...page.items);
    if (!(cursor = page.next)) return items;
  }
}
