// The data of the benchmark: rows of history as the converters make them, each contact's together and in the order of
// time. A pure function of its arguments; it knows neither the book nor IndexedDB.

const STAGES = ["start", "qualification", "prospect", "lead", "opportunity", "not-qualified", "customer", "closed"];
const TYPES = ["register-contact", "intro-call"];
const KINDS = ["stage", "pending", "comment", "complete", "log", "comment", "pending", "comment", "complete", "log"];
const BEGIN = Date.UTC(2012, 2, 9, 14, 5);
const MINUTE = 60_000;

export const contactId = (number) => `${173_688 + number * 3}`;

/** `contacts` times `each` rows: first who it is, then a mix of what happened. */
export function* importRows(contacts, each) {
  for (let number = 0; number < contacts; number += 1) {
    for (let step = 0; step < each; step += 1) yield row(number, step);
  }
}

function row(number, step) {
  const operator = `${10_000 + ((number * 7 + step) % 68)}`;
  const contact = contactId(number);
  const at = new Date(BEGIN + number * 11 * MINUTE + step * 97 * MINUTE).toISOString();
  const common = { contact, at, by: operator, byName: `Operator ${operator}`, id: `${contact}/${step}` };
  return { ...common, ...(step === 0 ? who(number) : what(contact, step, operator)) };
}

const who = (number) => ({ kind: "contact", set: { name: `Application ${number}`, email: `applicant${number}@example.com`, fields: { amount: 5_000 + number } } });

function what(contact, step, operator) {
  const kind = KINDS[(step - 1) % KINDS.length];
  const type = TYPES[step % TYPES.length];
  switch (kind) {
    case "stage": return { kind, stage: STAGES[Math.floor(step / KINDS.length) % STAGES.length], definition: "crm-contact" };
    case "pending": return { kind, type, description: "Completing the application, calling back", assignee: operator };
    case "complete": return { kind, ref: `${contact}/${step - 2}`, outcome: "Reached, the papers follow by mail" };
    case "log": return { kind, type, description: "Called after the offer that was sent" };
    default: return { kind, text: "Work began: completing the application" };
  }
}

/** mulberry32: the same draws in every round, and for everybody. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
