// The form with the two boxes, what was done (Task) and what is to be done next (Pending activity), saved together with one
// button. Dates, user and defaults are filled in by the book's draft(), problems found by its validate(), at every change.
import type { ActivityDraft, ActivityTypeOption, Boxes, Contact, Issue, PendingDraft } from "stagebook";
import { BoxFields, type Path } from "./activity-fields.js";
import { button, h, once } from "./dom.js";
import type { Page } from "./page.js";
import { isStagebookError } from "./problems.js";

export class ActivityForm {
  readonly element: HTMLFormElement;
  readonly #page: Page;
  readonly #fields: BoxFields;
  readonly #rest = h("div", { class: "issues", "data-testid": "activity-issues" });
  readonly #suggested = h("div", { class: "suggestions", "data-testid": "suggestions" });
  #contact: Contact | undefined;
  #types: readonly ActivityTypeOption[] = [];

  constructor(page: Page) {
    this.#page = page;
    this.#fields = new BoxFields(page);
    this.element = this.#form();
  }

  /** Follows the contact's stage; what is being entered stays, or becomes `entered`. */
  update(contact: Contact, types: readonly ActivityTypeOption[], entered?: Boxes): void {
    this.#contact = contact;
    this.#types = types;
    this.#fields.offerTypes(types);
    if (entered) this.#fields.write(entered);
    this.#check();
  }

  /** What is being entered. */
  get boxes(): Boxes {
    return this.#fields.read();
  }

  /** Begins the Task box with this type. */
  begin(type: string): void {
    const select = this.#fields.control("log.type");
    select.value = type;
    this.#draft();
    select.focus();
  }

  #form(): HTMLFormElement {
    const { words } = this.#page;
    const save = h("button", { type: "submit", class: "primary", "data-testid": "save-activities" }, words.save);
    const form = h("form", { class: "activity-form", novalidate: true, "data-testid": "activity-form" },
      h("div", { class: "boxes" }, this.#fields.box("log", words.taskBox), this.#fields.box("pending", words.pendingBox)),
      this.#rest,
      h("div", { class: "actions" }, save, button(words.clear, { class: "quiet", "data-testid": "clear-activities" }, () => this.#fill({}))),
      this.#suggested,
    );
    form.addEventListener("input", (event) => (this.#isType(event.target) ? this.#draft() : this.#check()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void once(save, () => this.#save());
    });
    return form;
  }

  #isType(target: EventTarget | null): boolean {
    const types: Path[] = ["log.type", "pending.type"];
    return types.some((path) => this.#fields.control(path) === target);
  }

  #context(): { stage?: string; definition?: string } {
    const workflow = this.#contact?.workflow;
    return workflow === undefined ? {} : { stage: workflow.stage, definition: workflow.definition };
  }

  #draft(): void {
    this.#shown(() => this.#fields.write(this.#page.book.activities.draft(this.#fields.read(), this.#context())));
    this.#check();
  }

  #check(): void {
    this.#shown(() => this.#show(this.#page.book.activities.validate(this.#fields.read(), this.#context())));
  }

  /** What holds nothing back, so that a refusal does not speak of it. */
  #warnings(): Issue[] {
    return this.#page.book.activities.validate(this.#fields.read(), this.#context()).filter(({ severity }) => severity === "warning");
  }

  /** draft() and validate() are synchronous: what they throw is shown, not lost in an event handler. */
  #shown(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#page.fail(error);
    }
  }

  #show(issues: readonly Issue[]): void {
    const homeless = this.#fields.show(issues);
    this.#rest.replaceChildren(...homeless.map((issue) => h("p", { class: issue.severity, "data-code": issue.code }, issue.message)));
  }

  #fill(boxes: Boxes): void {
    this.#fields.write(boxes);
    this.#check();
  }

  async #save(): Promise<void> {
    const { words, book } = this.#page;
    const boxes = this.#fields.read();
    if (this.#contact === undefined || Object.keys(boxes).length === 0) return this.#page.say(words.nothingToSave);
    try {
      const activity = boxes as { log?: ActivityDraft; pending?: PendingDraft };
      const { issues, suggestions } = await book.contacts.save(this.#contact.id, { activities: [activity] });
      this.#fill({});
      this.#suggest(suggestions);
      this.#page.say([words.saved, ...issues.map((issue) => issue.message)].join(" "));
    } catch (error) {
      this.#page.fail(error);
      if (isStagebookError(error) && error.issues.length > 0) this.#show([...error.issues.map(inBoxes), ...this.#warnings()]);
    }
  }

  #suggest(suggestions: readonly PendingDraft[]): void {
    this.#suggested.replaceChildren(...suggestions.map((pending) => {
      const label = this.#types.find(({ type }) => type === pending.type)?.label ?? pending.type;
      return button(this.#page.words.planNext(label), { class: "quiet", "data-testid": `suggest-${pending.type}` }, () => this.#take(pending));
    }));
  }

  #take(pending: PendingDraft): void {
    this.#suggested.replaceChildren();
    this.#fields.write({ ...this.#fields.read(), pending });
    this.#draft();
    this.#fields.control("pending.type").focus();
  }
}

/** A save names its one activity in the path; the boxes do not. */
function inBoxes(issue: Issue): Issue {
  return { ...issue, path: issue.path.replace(/^activities\.0\./, "") };
}
