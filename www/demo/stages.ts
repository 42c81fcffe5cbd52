// Where a contact stands: the stages of its workflow in their order, the current one marked. Colours are the definition's.
import type { Contact, Stage, WorkflowDefinition } from "stagebook";
import { h } from "./dom.js";
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

export function stagePath(page: Page, contact: Contact): HTMLElement | undefined {
  const { workflow } = contact;
  const definition = definitionOf(page, contact);
  if (workflow === undefined || definition === undefined) return undefined;
  const place = (stage: Stage) => stage.order ?? definition.stages.indexOf(stage);
  const inOrder = [...definition.stages].sort((a, b) => place(a) - place(b));
  return h("ol", { class: "path", "data-testid": "stage-path", role: "list" }, ...inOrder.map((stage) => {
    const step = h("li", {
      "aria-current": stage.id === workflow.stage && "step",
      "data-stage": stage.id,
      "data-testid": `stage-${stage.id}`,
      class: stage.disabled ? "disabled" : undefined,
    }, page.book.text(stage.label ?? stage.id));
    stageColor(step, stage);
    return step;
  }));
}
