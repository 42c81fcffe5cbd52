// The bar at the top: which book, who works, which language.
import { h } from "./dom.js";
import { field, options, type Control } from "./fields.js";
import { USERS } from "./people.js";
import { bookNames, type Language, type Settings } from "./settings.js";
import type { Words } from "./words-en.js";

export interface BarActions {
  book(name: string): void;
  user(id: string): void;
  language(language: Language): void;
}

const LANGUAGES = [{ value: "en", label: "English" }, { value: "it", label: "Italiano" }];

export function bar(words: Words, settings: Settings, busy: boolean, actions: BarActions): HTMLElement[] {
  const books = bookNames(settings).map((name) => ({ value: name, label: words.bookName[name] ?? name }));
  const people = USERS.map(({ id, name, roles: [role] }) => ({ value: id, label: `${name}, ${role}` }));
  const choice = (label: string, testid: string, value: string, choices: { value: string; label: string }[], chosen: (value: string) => void) => {
    const select = h("select", { "data-testid": testid, disabled: busy }, ...options(choices));
    select.value = value;
    select.addEventListener("change", () => chosen(select.value));
    return field<Control>(label, select).element;
  };
  return [
    h("h1", {}, words.title),
    h("div", { class: "choices-bar" },
      choice(words.workingAs, "user", settings.user, people, actions.user),
      choice(words.book, "book", settings.book, books, actions.book),
      choice(words.language, "language", settings.language, LANGUAGES, (value) => actions.language(value as Language)),
    ),
  ];
}
