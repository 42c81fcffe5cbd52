// Compiles only while the classes are what the published types say. Never run, never shipped.
import type * as made from "./index.js";
import type * as published from "./public.js";

/** What the published types say an element has, apart from what every element of a page has. */
type Own<Element> = Omit<Element, keyof HTMLElement>;
type Satisfies<Made extends { [Name in keyof published.StagebookTags]: Own<published.StagebookTags[Name]> }> = Made;

export type Elements = Satisfies<{ [Name in keyof typeof made.elements]: InstanceType<(typeof made.elements)[Name]> }>;
