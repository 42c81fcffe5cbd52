// The sample books' workflow: the preset with what a sales team adds to it. It shows what a definition can say: more activity
// types with their own follow-ups, an offer that must be out before an opportunity, a reason for what is lost, patience per stage.
import { crmContact, type ActivityType, type Stage, type Transition, type WorkflowDefinition } from "stagebook";
import { withRoles } from "./definition.js";

const TYPES: readonly ActivityType[] = [
  { id: "call", label: { en: "Phone call", it: "Telefonata" } },
  { id: "email", label: { en: "Email", it: "Email" } },
  { id: "visit", label: { en: "Visit", it: "Visita" }, next: { type: "offer", afterDays: 3, mode: "suggest" } },
  { id: "offer", label: { en: "Offer", it: "Offerta" }, next: { type: "call", afterDays: 5, mode: "suggest" } },
];

const STAGES: Record<string, Partial<Stage>> = {
  qualification: { staleAfterDays: 14, activities: [{ type: "intro-call" }, { type: "call" }] },
  prospect: { staleAfterDays: 21, activities: [{ type: "visit" }, { type: "email" }] },
  lead: { staleAfterDays: 21, activities: [{ type: "offer", required: true, next: "call" }, { type: "email" }] },
  opportunity: { staleAfterDays: 30, activities: [{ type: "call" }, { type: "visit" }] },
};

const WHY_LOST = [
  { id: "price", label: { en: "Price", it: "Prezzo" } },
  { id: "competitor", label: { en: "Chose a competitor", it: "Ha scelto un concorrente" } },
  { id: "budget", label: { en: "Budget put off", it: "Budget rinviato" } },
  { id: "credit", label: { en: "Waiting for the credit check", it: "In attesa della verifica fidi" } },
  { id: "other", label: { en: "Other (say it in a note)", it: "Altro (dirlo in una nota)" } },
];
const TRANSITIONS: Record<string, Partial<Transition>> = { "opportunity-not-qualified": { requires: { reason: WHY_LOST } } };

export const sampleDefinition: WorkflowDefinition = withRoles({
  ...crmContact,
  version: 3,
  stages: crmContact.stages.map((stage) => ({ ...stage, ...STAGES[stage.id] })),
  transitions: crmContact.transitions.map((transition) => ({ ...transition, ...TRANSITIONS[transition.id] })),
  activityTypes: [...crmContact.activityTypes, ...TYPES],
});
