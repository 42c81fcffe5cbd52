// The chosen contact: name, data, stage path, moves, and the tabs. The Workflow Log tab comes first and only where the contact
// is under a workflow that asks for it. An id that is gone shows what its history still answers.
import type { Boxes, Contact, TransitionOption } from "stagebook";
import { ActivityForm } from "./activity-form.js";
import { activityLists } from "./activity-lists.js";
import { contactActions, restoreContact } from "./contact-actions.js";
import { editContact } from "./contact-form.js";
import { button, h, keepFocus } from "./dom.js";
import { historyList } from "./history-list.js";
import { historyTab } from "./history.js";
import { logTab } from "./log.js";
import { moves } from "./moves.js";
import { attempt, type Page, type View } from "./page.js";
import { stagePath } from "./stages.js";
import { tabs, type Tab } from "./tabs.js";

/** Which tabs are open, the same ones for the next contact; and what was being entered when the pane was made anew. */
export interface Kept {
  outer?: string;
  inner?: string;
  entered?: { contact: string; boxes: Boxes };
}

export class ContactPane implements View {
  readonly element = h("section", { class: "pane contact-pane", "data-testid": "contact-pane" });
  readonly #page: Page;
  readonly #id: string;
  readonly #kept: Kept;
  readonly #title = h("h2", { tabindex: -1, "data-testid": "contact-name" });
  readonly #head = h("div", { class: "contact-head" });
  readonly #stage = h("section", { class: "stage-part" });
  readonly #tabs = h("div");
  readonly #form: ActivityForm;
  #panels: View[] = [];
  #layout: "workflow" | "plain" | "gone" | undefined;
  #turn = 0;
  /** To be put into the form once it knows its choices. */
  #entered: Boxes | undefined;

  constructor(page: Page, contactId: string, kept: Kept) {
    this.#page = page;
    this.#id = contactId;
    this.#kept = kept;
    this.#form = new ActivityForm(page);
    if (kept.entered?.contact === contactId) this.#entered = kept.entered.boxes;
    delete kept.entered;
    const back = h("a", { href: "#", class: "back" }, page.words.backToContacts);
    this.element.append(back, this.#title, this.#head, this.#stage, this.#tabs);
  }

  focus(): void {
    this.#title.focus();
  }

  keep(): void {
    this.#kept.entered = { contact: this.#id, boxes: this.#entered ?? this.#form.boxes };
  }

  /** A read that a later one has overtaken shows nothing. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    await attempt(this.#page, async () => {
      const { book } = this.#page;
      const contact = await book.contacts.get(this.#id);
      const found = contact?.workflow ? await book.workflow.options(this.#id) : [];
      const types = contact?.workflow ? await book.activities.types(this.#id) : [];
      if (mine !== this.#turn) return;
      if (contact === undefined) return this.#showGone();
      this.#showContact(contact, found);
      this.#form.update(contact, types, this.#entered);
      this.#entered = undefined;
    });
    if (mine === this.#turn) await Promise.all(this.#panels.map((panel) => panel.refresh()));
  }

  #showContact(contact: Contact, found: readonly TransitionOption[]): void {
    this.#title.textContent = contact.name;
    keepFocus(this.#head, () => this.#head.replaceChildren(...this.#headParts(contact)));
    keepFocus(this.#stage, () => this.#stage.replaceChildren(...this.#stageParts(contact, found)));
    this.#lay(contact.workflow?.showLog ? "workflow" : "plain");
  }

  #headParts(contact: Contact): HTMLElement[] {
    const { words, format } = this.#page;
    const facts: [string, string | undefined][] = [
      [words.contactField.company, contact.company],
      [words.contactField.email, contact.email],
      [words.contactField.phone, contact.phone],
      ...Object.entries(contact.fields).map(([name, value]): [string, string] => [name, String(value ?? "")]),
      [words.contactStatus, words.statusOf[contact.status]],
      [words.contactSince, format.date(contact.createdAt)],
    ];
    const shown = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== "");
    return [
      h("dl", { class: "facts", "data-testid": "contact-facts" }, ...shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
      contactActions(this.#page, contact),
    ];
  }

  #stageParts(contact: Contact, found: readonly TransitionOption[]): (HTMLElement | string)[] {
    const { words, format } = this.#page;
    const heading = h("h3", { tabindex: -1, "data-key": "stage" }, words.stage);
    if (contact.workflow === undefined) return [heading, h("p", { class: "empty" }, words.noWorkflow), this.#startButtons()];
    const { stageLabel, enteredAt } = contact.workflow;
    const fixes = {
      log: (type: string) => this.#beginActivity(type),
      set: (field: string) => editContact(this.#page, contact, field),
      restore: () => restoreContact(this.#page, contact),
      moved: () => void this.#stage.querySelector("h3")?.focus(),
    };
    return [
      heading,
      stagePath(this.#page, contact) ?? "",
      h("p", { class: "fine", "data-testid": "stage-since" }, words.stageSince(stageLabel, format.date(enteredAt))),
      h("h3", {}, words.moves),
      moves(this.#page, contact, found, fixes),
    ];
  }

  #startButtons(): HTMLElement {
    const { words, book, definitions } = this.#page;
    return h("div", { class: "buttons" }, ...definitions.map((definition) => button(
      words.startWorkflow(book.text(definition.label ?? definition.id)),
      { "data-testid": `start-${definition.id}`, "data-key": definition.id },
      () => attempt(this.#page, () => book.workflow.start(this.#id, definition.id)),
    )));
  }

  #beginActivity(type: string): void {
    for (const testid of ["tab-workflow-log", "tab-activities"]) this.#tabs.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.click();
    this.#form.begin(type);
  }

  /** Tabs are built again only when the set of them changes, so that what is being typed stays. */
  #lay(layout: "workflow" | "plain"): void {
    if (this.#layout === layout) return;
    this.#layout = layout;
    const { words } = this.#page;
    const history = historyTab(this.#page, this.#id);
    const historyPart: Tab = { key: "history", label: words.history, testid: "tab-history", panel: titled(words.history, history.element) };
    this.#panels = [history];
    const outer = layout === "workflow" ? [this.#workflowTab(), historyPart] : [historyPart];
    this.#tabs.replaceChildren(tabs(words.contactTabs, outer, this.#kept.outer, (key) => (this.#kept.outer = key)));
  }

  #workflowTab(): Tab {
    const { words } = this.#page;
    const lists = activityLists(this.#page, this.#id);
    const log = logTab(this.#page, this.#id);
    this.#panels.push(lists, log);
    const inner: Tab[] = [
      { key: "activities", label: words.activities, testid: "tab-activities", panel: titled(words.activities, this.#form.element, lists.element) },
      { key: "log", label: words.log, testid: "tab-log", panel: titled(words.log, log.element) },
    ];
    const panel = tabs(words.workflowLog, inner, this.#kept.inner, (key) => (this.#kept.inner = key));
    return { key: "workflow", label: words.workflowLog, testid: "tab-workflow-log", panel };
  }

  #showGone(): void {
    if (this.#layout === "gone") return;
    this.#layout = "gone";
    const { words } = this.#page;
    const explained = h("p", { "data-testid": "gone" }, words.contactGone);
    const history = historyList(this.#page, {
      load: (query) => this.#page.book.history(this.#id, query),
      loaded: (rows) => {
        this.#title.textContent = rows > 0 ? words.erasedContact : words.noContact;
        explained.textContent = rows > 0 ? words.contactErased : words.contactGone;
      },
    });
    this.#title.textContent = words.noContact;
    this.#head.replaceChildren(explained);
    this.#stage.replaceChildren();
    this.#panels = [history];
    this.#tabs.replaceChildren(h("section", {}, h("h3", {}, words.history), history.element));
  }
}

/** The tab says its name to the eye; the heading says it to those who go by headings. */
function titled(title: string, ...parts: HTMLElement[]): HTMLElement {
  return h("div", {}, h("h3", { class: "unseen" }, title), ...parts);
}
