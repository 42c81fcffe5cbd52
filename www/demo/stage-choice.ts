// The dialog that asks which names of an event log are stages; the others become activities. The file's suggestion is ticked.
import type { XesScan } from "stagebook/import";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./fields.js";
import type { Page } from "./page.js";

/** Resolves to the chosen names, or to undefined when the dialog is cancelled. */
export function chooseStages(page: Page, book: string, { names, suggested }: XesScan): Promise<string[] | undefined> {
  const { words, format } = page;
  const boxes = names.map(({ name, events }) => {
    const input = h("input", { type: "checkbox", value: name, checked: suggested.stages.includes(name), "data-testid": "stage-choice" });
    return { input, element: field(`${name} (${format.number(events)})`, input).element };
  });
  return new Promise((resolve) => {
    ask(page, {
      title: words.chooseStages,
      testid: "stages-dialog",
      body: [
        h("p", {}, words.chooseStagesExplained(book)),
        h("fieldset", { class: "choices" }, h("legend", {}, words.namesFound), ...boxes.map(({ element }) => element)),
      ],
      confirm: { label: words.importIt, testid: "stages-confirm" },
      submit: () => {
        const chosen = boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
        if (chosen.length === 0) throw new Error(words.chooseOne);
        resolve(chosen);
      },
      cancelled: () => resolve(undefined),
    });
  });
}
