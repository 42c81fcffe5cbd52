// Stages for the list of contacts. Colours are the definition's.
import type { Contact, Stage, WorkflowDefinition } from "stagebook";
import type { Page } from "./page.js";

export function definitionOf(page: Page, contact: Contact): WorkflowDefinition | undefined {
  return page.definitions.find(({ id }) => id === contact.workflow?.definition);
}

export function stageOf(page: Page, contact: Contact): Stage | undefined {
  return definitionOf(page, contact)?.stages.find(({ id }) => id === contact.workflow?.stage);
}

/** All there are to choose from. */
export function stages({ definitions, book }: Page): { value: string; label: string }[] {
  return definitions.flatMap((definition) => definition.stages.map(({ id, label }) => ({ value: id, label: book.text(label ?? id) })));
}

/** Set as a custom property through CSSOM, which the policy allows where a style attribute is not. */
export function stageColor(element: HTMLElement, stage: Stage | undefined): void {
  if (stage?.color === undefined) return;
  element.style.setProperty("--stage-color", stage.color);
  element.classList.add("coloured");
}
