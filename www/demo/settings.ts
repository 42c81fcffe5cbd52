// What the page itself remembers between visits: language, who works, how the pretend mail sender behaves, and which books were
// made here with which definition. Nothing of a contact is kept here. Without localStorage the page works and forgets.
import type { WorkflowDefinition } from "stagebook";
import { demoDefinition } from "./definition.js";
import { USERS } from "./people.js";
import { SAMPLE_BOOKS } from "./sample-books.js";
import { sampleDefinition } from "./sample-definition.js";

export type Language = "en" | "it";
export const SENDER_MODES = ["sends", "fails", "refuses", "stopped"] as const;
export type SenderMode = (typeof SENDER_MODES)[number];
export interface Settings {
  language: Language;
  user: string;
  book: string;
  sender: SenderMode;
  /** Whether single keys do something. */
  keys: boolean;
  /** Books made by importing, by name. */
  imported: Record<string, WorkflowDefinition>;
}

export const DEMO_BOOK = "demo";
const KEY = "stagebook-demo";

export function loadSettings(): Settings {
  const language: Language = navigator.language.startsWith("it") ? "it" : "en";
  const settings: Settings = { language, user: USERS[0].id, book: DEMO_BOOK, sender: "sends", keys: true, imported: {}, ...stored() };
  if (settings.language !== "it") settings.language = "en";
  if (!SENDER_MODES.includes(settings.sender)) settings.sender = "sends";
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
  return [DEMO_BOOK, ...SAMPLE_BOOKS, ...Object.keys(settings.imported)];
}

export function definitionOf(settings: Settings, book: string): WorkflowDefinition | undefined {
  if (book === DEMO_BOOK) return demoDefinition;
  return SAMPLE_BOOKS.includes(book) ? sampleDefinition : settings.imported[book];
}
