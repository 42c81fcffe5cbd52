// What the page itself remembers between visits: language, who works, and which books were made here with which definition.
// Nothing of a contact is kept here. Without localStorage the page works and forgets.
import { crmContact, type User, type WorkflowDefinition } from "stagebook";

export type Language = "en" | "it";
export interface Settings {
  language: Language;
  user: string;
  book: string;
  /** Books made by importing, by name. */
  imported: Record<string, WorkflowDefinition>;
}

export const DEMO_BOOK = "demo";
export const USERS: readonly [User, ...User[]] = [
  { id: "anna", name: "Anna Rossi" },
  { id: "marco", name: "Marco Bianchi" },
  { id: "sofia", name: "Sofia Keller" },
];
const KEY = "stagebook-demo";

export function loadSettings(): Settings {
  const language: Language = navigator.language.startsWith("it") ? "it" : "en";
  const settings: Settings = { language, user: USERS[0].id, book: DEMO_BOOK, imported: {}, ...stored() };
  if (settings.language !== "it") settings.language = "en";
  if (definitionOf(settings, settings.book) === undefined) settings.book = DEMO_BOOK;
  return settings;
}

function stored(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}

/** Another tab may have made books meanwhile: theirs are kept. */
export function saveSettings(settings: Settings): void {
  settings.imported = { ...stored().imported, ...settings.imported };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that denies storage: the settings last as long as the page.
  }
}

export function bookNames(settings: Settings): string[] {
  return [DEMO_BOOK, ...Object.keys(settings.imported)];
}

export function definitionOf(settings: Settings, book: string): WorkflowDefinition | undefined {
  return book === DEMO_BOOK ? crmContact : settings.imported[book];
}

export function userOf(settings: Settings): User {
  return USERS.find((user) => user.id === settings.user) ?? USERS[0];
}
