// The dialog that moves many contacts at once, and what came of each: those that can't go stay, and say why.
import type { BulkResult, TransitionRequest } from "stagebook";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field, filledIn, options, type Field } from "./fields.js";
import type { Page } from "./page.js";
import { contactLink } from "./places.js";
import { stages } from "./stages.js";

/** `names` by id. */
export function moveMany(page: Page, names: ReadonlyMap<string, string>, done: (results: HTMLElement[]) => void): void {
  const { words, book, format } = page;
  const fields = new Map<string, Field>([
    ["to", field(words.moveTo, h("select", { "data-testid": "bulk-to" }, ...options(stages(page), words.choose)))],
    ["reason", field(words.reason, h("input", { type: "text", autocomplete: "off", "data-testid": "bulk-reason" }))],
    ["note", field(words.note, h("textarea", { rows: 2, "data-testid": "bulk-note" }))],
  ]);
  let results: readonly BulkResult[] = [];
  ask(page, {
    title: words.moveManyTitle(format.number(names.size)),
    testid: "bulk-dialog",
    body: [h("p", { class: "names" }, [...names.values()].join(", ")), ...[...fields.values()].map(({ element }) => element)],
    fields,
    confirm: { label: words.move, testid: "bulk-confirm" },
    submit: async () => {
      const request = { to: "", ...filledIn(fields) } as TransitionRequest;
      results = await book.workflow.transitionMany([...names.keys()], request);
    },
    done: () => done(said(page, names, results)),
  });
}

function said(page: Page, names: ReadonlyMap<string, string>, results: readonly BulkResult[]): HTMLElement[] {
  const { words, format } = page;
  const moved = results.filter(({ ok }) => ok).length;
  const name = (id: string) => h("a", { href: contactLink(id, page.book.name) }, names.get(id) ?? id);
  return [
    h("p", {}, h("strong", {}, words.movedMany(format.number(moved), format.number(results.length - moved)))),
    h("ul", { class: "reasons" }, ...results.map((result) => h("li", { "data-testid": "bulk-result", "data-ok": String(result.ok) },
      name(result.contactId), ": ", result.ok ? result.record.toLabel : why(result.error)))),
  ];
}

function why({ blockers, message }: Extract<BulkResult, { ok: false }>["error"]): string {
  return blockers.length > 0 ? blockers.map((blocker) => blocker.message).join(" ") : message;
}
