// What is going on in a sample book today: planned, due and late, done, reminded of, blocked, sent, deleted, and two people who
// disagreed. Days count from today. Run again it adds what is missing; what somebody changed meanwhile stays as it is.
import { openBook, type Book, type CommandOptions, type PendingDraft } from "stagebook";
import { isStagebookError } from "./problems.js";
import { personOf, USERS } from "./people.js";

type Texts = readonly [en: string, it: string];
interface Plan {
  contact: string;
  who: string;
  type: string;
  /** When it was planned for, and until when it must be done. */
  days: readonly [date: number, due: number];
  say: Texts;
  remind?: readonly [start: number, end: number];
  outcome?: Texts;
}

const PLANS: readonly Plan[] = [
  { contact: "C018", who: "anna", type: "call", days: [-6, -2], say: ["Call about the open points of the offer", "Chiamare per i punti aperti dell’offerta"] },
  { contact: "C006", who: "anna", type: "email", days: [-3, -1], say: ["Send the references from their trade", "Mandare le referenze del loro settore"] },
  { contact: "C009", who: "anna", type: "offer", days: [-1, 0], remind: [0, 1], say: ["Send the revised offer, 40 seats", "Mandare l’offerta rivista, 40 postazioni"] },
  { contact: "C003", who: "anna", type: "visit", days: [0, 0], say: ["Demo on site at four, with the warehouse manager", "Demo in sede alle quattro, con il responsabile di magazzino"] },
  { contact: "C030", who: "anna", type: "call", days: [1, 2], say: ["Is the contract back from legal?", "Il contratto è tornato dal legale?"] },
  { contact: "C024", who: "anna", type: "visit", days: [3, 5], remind: [2, 5], say: ["Take the tablets along", "Portare i tablet"] },
  { contact: "C005", who: "anna", type: "intro-call", days: [6, 9], say: ["The owner is back from holiday", "Il titolare torna dalle ferie"] },
  { contact: "C002", who: "sofia", type: "offer", days: [0, 1], say: ["Approve the 5 % discount", "Approvare lo sconto del 5 %"] },
  { contact: "C013", who: "marco", type: "offer", days: [-4, -1], say: ["Offer for both sites", "Offerta per tutte e due le sedi"] },
  { contact: "C022", who: "marco", type: "visit", days: [0, 0], remind: [0, 0], say: ["Visit before noon", "Visita entro mezzogiorno"] },
  { contact: "C023", who: "anna", type: "call", days: [-1, 0], say: ["Answer the question about returns", "Rispondere alla domanda sui resi"], outcome: ["All clear; they sign this week", "Tutto chiaro; firmano questa settimana"] },
  { contact: "C020", who: "sofia", type: "email", days: [-2, 0], say: ["Security questionnaire", "Questionario di sicurezza"], outcome: ["Sent, with the audit log’s format", "Mandato, con il formato del registro"] },
];

export async function happenToday(book: Book, language: "en" | "it"): Promise<void> {
  const say = (texts: Texts) => texts[language === "it" ? 1 : 0];
  const as = (id: string) => book.as(personOf(id));
  let step = 0;
  const once = async <T>(work: (options: CommandOptions) => Promise<T>): Promise<T | undefined> => {
    step += 1;
    return unlessChanged(work({ commandId: `sample-${step}` }));
  };
  for (const plan of PLANS) {
    const made = await once((options) => as(plan.who).contacts.save(plan.contact, { activities: [{ pending: draft(plan, say) }] }, options));
    const [pending] = made?.pending ?? [];
    if (plan.outcome && pending) await once((options) => as(plan.who).activities.complete(pending.id, { outcome: say(plan.outcome!) }, options));
  }
  const lead = { id: "C031", name: say(["Hannah Whitlow", "Anna Biancolatte"]), company: say(["Whitlow Dairy", "Latteria Biancolatte"]), email: "info@example.com" };
  await once((options) => as("anna").contacts.create(lead, options));
  await once((options) => as("anna").contacts.save("C010", { activities: [{ log: { type: "register-contact" } }] }, options));
  await once((options) => as("marco").contacts.comment("C009", { text: say(["Spoke to their accountant: the budget is there until Friday.", "Sentito il loro commercialista: il budget c’è fino a venerdì."]) }, options));
  await once((options) => as("anna").contacts.save("C030", { set: { phone: say(["+44 1632 960099", "+39 055 010099"]) } }, options));
  await once((options) => as("anna").contacts.invite("C015", { email: "demo@example.com", message: say(["Have a look for yourself: the trial is open for 14 days.", "La veda con i suoi occhi: la prova è aperta per 14 giorni."]) }, options));
  await once((options) => as("anna").contacts.message("C027", { subject: say(["Our visit", "La nostra visita"]), text: say(["Would Thursday at ten suit you?", "Giovedì alle dieci va bene?"]) }, options));
  await once((options) => as("sofia").contacts.create({ id: "C032", name: say(["Somebody who asked to be forgotten", "Qualcuno che ha chiesto l’oblio"]) }, options));
  await once((options) => as("sofia").contacts.erase("C032", { ...options, confirm: "C032", reason: say(["request 2031", "richiesta 2031"]) }));
  await disagree(book, "C029", say(["The warehouse manager is against it", "Il responsabile di magazzino è contrario"]));
}

function draft({ type, who, days: [date, due], say: texts, remind }: Plan, say: (texts: Texts) => string): PendingDraft {
  const reminded = remind && { remind: { start: day(remind[0]), end: day(remind[1]) } };
  return { type, assignee: who, description: say(texts), date: day(date), due: day(due), createTask: true, ...reminded };
}

/** Marco moves the contact on a device of his own before he has heard that Anna moved it. */
async function disagree(book: Book, contactId: string, note: string): Promise<void> {
  if ((await book.sync.conflicts({ contactId })).length > 0) return;
  const his = await openBook({ name: book.name, definitions: book.workflow.definitions(), actor: personOf("marco"), users: USERS, store: "memory" });
  try {
    await tell(book, his);
    await unlessChanged(book.as(personOf("anna")).workflow.transition(contactId, { to: "lead" }));
    await unlessChanged(his.workflow.transition(contactId, { to: "qualification", note }));
    await tell(his, book);
  } finally {
    await his.close();
  }
}

async function tell(from: Book, to: Book): Promise<void> {
  for (let cursor: string | null = null, more = true; more;) {
    const found = await from.sync.changes(cursor);
    for (const batch of found.batches) await to.sync.apply(batch);
    ({ cursor, more } = found);
  }
}

async function unlessChanged<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isStagebookError(error) && ["conflict", "refused", "not-found"].includes(error.code)) return undefined;
    throw error;
  }
}

/** So many days from today, here. */
function day(from: number): string {
  const date = new Date();
  date.setDate(date.getDate() + from);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
