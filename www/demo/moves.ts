// The moves out of the current stage: allowed ones as buttons, blocked ones with every blocker's message and the way to clear
// it. What is allowed, what blocks and what would fix it comes from the book.
import type { Blocker, Contact, Fix, Transition, TransitionInput, TransitionOption } from "stagebook";
import { ask } from "./dialogs.js";
import { button, h, newId } from "./dom.js";
import { field, options as choices, type Field } from "./fields.js";
import { attempt, type Page } from "./page.js";

export interface Fixes {
  /** Begins an activity of this type. */
  log(type: string): void;
  /** Changes a field of the contact. */
  set(field: string): void;
  /** Brings an archived contact back. */
  restore(): unknown;
  /** Where focus goes when the button that was pressed is gone. */
  moved(): void;
}

export function moves(page: Page, contact: Contact, found: readonly TransitionOption[], fixes: Fixes): HTMLElement {
  const open = found.filter((option) => option.allowed || option.needsInput);
  const blocked = found.filter((option) => !open.includes(option));
  return h("div", { class: "moves", "data-testid": "moves" },
    open.length > 0 && h("div", { class: "buttons" }, ...open.map((option) => moveButton(page, contact, option, fixes))),
    blocked.length > 0 && h("ul", { class: "blocked", "data-testid": "blockers", role: "list" }, ...blocked.map((option) => blockedMove(page, contact, option, fixes))),
    found.length === 0 && h("p", { class: "empty" }, page.words.noMoves),
  );
}

function moveButton(page: Page, contact: Contact, option: TransitionOption, fixes: Fixes): HTMLElement {
  const label = option.needsInput ? `${option.label}…` : option.label;
  const attributes = { class: option.direction === "backward" ? "move" : "move primary", "data-testid": `move-${option.transition}`, "data-key": option.transition };
  return button(label, attributes, () => (option.needsInput ? askInput(page, contact, option, fixes) : attempt(page, () => move(page, contact, option, {}, fixes))));
}

async function move(page: Page, contact: Contact, option: TransitionOption, input: TransitionInput, fixes: Fixes): Promise<void> {
  const record = await page.book.workflow.transition(contact.id, { transition: option.transition, ...input });
  page.say(page.words.moved(contact.name, record.toLabel));
  fixes.moved();
}

function blockedMove(page: Page, contact: Contact, option: TransitionOption, fixes: Fixes): HTMLElement {
  const why = newId("blockers");
  return h("li", { "data-testid": `blocked-${option.transition}` },
    h("button", { type: "button", class: "move", disabled: true, "aria-describedby": why, "data-testid": `move-${option.transition}` }, option.label),
    h("ul", { id: why, class: "blockers" }, ...option.blockers.map((blocker) => h("li", { "data-testid": "blocker", "data-code": blocker.code },
      h("span", {}, blocker.message),
      fixButton(page, contact, option, blocker, fixes),
    ))),
  );
}

function fixButton(page: Page, contact: Contact, option: TransitionOption, blocker: Blocker, fixes: Fixes): HTMLElement | undefined {
  const act = fixing(page, contact, blocker.fix, fixes);
  if (blocker.fix === undefined || act === undefined) return undefined;
  const key = `${option.transition} ${blocker.code} ${"type" in blocker.fix ? blocker.fix.type : ""}`;
  return button(page.words.fix[blocker.fix.do], { class: "quiet", "data-testid": `fix-${blocker.fix.do}`, "data-key": key }, act);
}

function fixing(page: Page, contact: Contact, fix: Fix | undefined, fixes: Fixes): (() => unknown) | undefined {
  switch (fix?.do) {
    case "log": return () => fixes.log(fix.type);
    case "set": return () => fixes.set(fix.field);
    case "restore": return () => fixes.restore();
    case "start": return () => attempt(page, () => page.book.workflow.start(contact.id, fix.definition));
    default: return undefined;
  }
}

function askInput(page: Page, contact: Contact, option: TransitionOption, fixes: Fixes): void {
  const inputs = requested(page, option.requires ?? {});
  ask(page, {
    title: option.label,
    testid: "move-dialog",
    body: [...inputs.values()].map(({ element }) => element),
    confirm: { label: page.words.move, testid: "move-confirm" },
    submit: () => {
      const given = [...inputs].map(([name, { input }]) => [name, input.value.trim()]).filter(([, text]) => text !== "");
      return move(page, contact, option, Object.fromEntries(given) as TransitionInput, fixes);
    },
  });
}

/** The note is offered even where it is not asked for: a reason may call for one. */
function requested(page: Page, requires: NonNullable<Transition["requires"]>): Map<keyof TransitionInput, Field> {
  const inputs = new Map<keyof TransitionInput, Field>();
  if (requires.reason) inputs.set("reason", field(page.words.reason, reasonInput(page, requires.reason)));
  inputs.set("note", field(page.words.note, h("textarea", { rows: 3, "data-testid": "move-note" })));
  return inputs;
}

function reasonInput(page: Page, reason: true | readonly (string | { id: string; label: string | Record<string, string> })[]): HTMLInputElement | HTMLSelectElement {
  const testid = { "data-testid": "move-reason" };
  if (reason === true) return h("input", { type: "text", ...testid });
  const listed = reason.map((choice) => (typeof choice === "string" ? { value: choice, label: choice } : { value: choice.id, label: page.book.text(choice.label) }));
  return h("select", testid, ...choices(listed, page.words.choose));
}
