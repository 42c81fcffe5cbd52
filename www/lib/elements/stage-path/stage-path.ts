// Where a contact stands, what leads on from there, and what is in the way: each blocker with a button that leads to its fix.
import type { Blocker, Book, Contact, Stage, TransitionInput, TransitionOption, TransitionRecord, WorkflowDefinition } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { BookElement, styled } from "../element.js";
import { icon } from "../icons.js";
import { vars } from "../vars.js";
import own from "./stage-path.css";

/** So much room a stage needs. */
const STEP_PX = 108;
const FOLD_PX = 56;

interface Seen {
  contact: Contact | undefined;
  definitions: readonly WorkflowDefinition[];
  options: readonly TransitionOption[];
  log: readonly TransitionRecord[];
}

/**
 * The stages of a contact's workflow in their order, how long it was in each, and the moves out of the current one.
 *
 * @summary Stage path with moves and explained blockers.
 * @tag stagebook-stage-path
 * @attr {string} contact-id - The contact that is shown.
 * @fires {CustomEvent} stagebook-before-move - Cancelable: a move is about to be made.
 * @fires {CustomEvent} stagebook-move - A move was made; `detail.result` is its record.
 * @fires {CustomEvent} stagebook-before-revert - Cancelable: the last move is about to be taken back.
 * @fires {CustomEvent} stagebook-revert - It was taken back.
 * @fires {CustomEvent} stagebook-before-save - Cancelable: a missing field is about to be saved.
 * @fires {CustomEvent} stagebook-save - It was saved.
 * @fires {CustomEvent} stagebook-before-start - Cancelable: a workflow is about to be started.
 * @fires {CustomEvent} stagebook-start - It was started.
 * @fires {CustomEvent} stagebook-before-restore - Cancelable: an archived contact is about to be restored.
 * @fires {CustomEvent} stagebook-restore - It was restored.
 * @fires {CustomEvent} stagebook-fix - Cancelable: a blocker's button was pressed; `detail.fix` says what would clear it.
 * @slot empty - In place of the words where no contact is chosen.
 * @csspart path - The list of stages.
 * @csspart step - A stage.
 * @csspart moves - The moves.
 * @csspart blocked - What is in a move's way.
 * @cssprop --stagebook-accent - Colour of what can be pressed; with it --stagebook-on-accent and --stagebook-tint.
 */
export class StagebookStagePath extends BookElement {
  static override styles = styled(own);

  /** @internal Begins an activity where there is a form already. */
  declare begin: ((type: string) => void) | undefined;
  #seen: Seen | undefined;
  #fits = 0;
  #all = false;
  /** The blocked move that is explained. */
  #explained: string | undefined;
  readonly #size = new ResizeObserverOrNothing(([entry]) => this.#resized(entry?.contentRect.width ?? 0));

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
    addEventListener("beforeprint", this.#paper);
    addEventListener("afterprint", this.#paper);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
    removeEventListener("beforeprint", this.#paper);
    removeEventListener("afterprint", this.#paper);
  }

  /** Paper unfolds nothing. */
  #paper = ({ type }: Event): void => {
    this.#all = type === "beforeprint";
    this.requestUpdate();
    this.performUpdate();
  };

  protected override reset(): void {
    super.reset();
    this.#seen = undefined;
    this.#explained = undefined;
    this.#all = false;
  }

  protected async read(book: Book): Promise<() => void> {
    const id = this.contactId!;
    const contact = await book.contacts.get(id);
    const options = contact?.workflow ? await book.workflow.options(id) : [];
    const log = contact?.workflow ? (await book.workflow.log(id, { limit: 500 })).items : [];
    return () => void (this.#seen = { contact, options, log, definitions: book.workflow.definitions() });
  }

  protected view(): unknown {
    const { contact, definitions } = this.#seen!;
    if (!contact) return this.empty("user", this.t("state.gone"));
    const definition = definitions.find(({ id }) => id === contact.workflow?.definition);
    if (!contact.workflow) return this.#start();
    return html`
      ${definition ? this.#path(contact, definition) : nothing}
      <div class="bar">
        <p class="fine">${this.t("path.current", { stage: contact.workflow.stageLabel, since: this.words.date(contact.workflow.enteredAt) })}</p>
        ${definition ? html`<button type="button" class="quiet" @click=${() => this.ask(({ diagram }) => diagram(this, definition))}>${this.t("path.diagram")}</button>` : nothing}
      </div>
      ${this.locked ? nothing : this.#moves()}`;
  }

  #start(): TemplateResult {
    const { definitions, contact } = this.#seen!;
    const start = (definition: string) => this.attempt(() => this.act("start", { contactId: contact!.id, definition }, (book) => book.workflow.start(contact!.id, definition)));
    return html`<div class="card"><p>${this.t("path.none")}</p>
      ${this.locked ? nothing : html`<div class="buttons">${definitions.map(({ id, label }) => html`<button type="button" class="primary" @click=${() => start(id)}>
        ${this.t("path.start", { workflow: this.book!.text(label ?? id) })}</button>`)}</div>`}</div>`;
  }

  // ── the path

  #path({ workflow }: Contact, definition: WorkflowDefinition): TemplateResult {
    const place = (stage: Stage) => stage.order ?? definition.stages.indexOf(stage);
    const stages = [...definition.stages].sort((a, b) => place(a) - place(b));
    const at = stages.findIndex(({ id }) => id === workflow!.stage);
    const [from, to] = this.#all ? [0, stages.length] : shown(stages.length, at, this.#fits);
    const list = this.#all && stages.length * STEP_PX > this.clientWidth;
    const fold = (count: number, key: "path.before" | "path.after") => count === 0 ? nothing : html`<li class="folds">
      <button type="button" class="fold" aria-expanded="false" @click=${() => this.#unfold(true)}>
        +${this.words.number(count)}<span class="unseen"> ${this.t(key, { count })}. ${this.t("path.all")}</span></button></li>`;
    return html`<ol class="path ${list ? "list" : "folded"}" part="path" aria-label=${this.t("path")}>
        ${fold(from, "path.before")}
        ${stages.slice(from, to).map((stage, nth) => this.#step(stage, from + nth, at))}
        ${fold(stages.length - to, "path.after")}
      </ol>
      ${list ? html`<button type="button" class="quiet" aria-expanded="true" @click=${() => this.#unfold(false)}>${this.t("path.less")}</button>` : nothing}`;
  }

  #step(stage: Stage, nth: number, at: number): TemplateResult {
    const here = nth === at;
    const ms = here ? Date.now() - Date.parse(this.#seen!.contact!.workflow!.enteredAt) : this.#spent(stage.id);
    const time = ms === undefined || ms < 60_000 ? "" : this.words.duration(ms);
    const text = html`<b>${this.book!.text(stage.label ?? stage.id)}</b><span class="fine">${nth < at ? icon("check") : nothing}${time}</span>`;
    const color = vars({ "--_stage": stage.color });
    return html`<li class="${here ? "here" : nth < at ? "done" : "next"} ${stage.disabled ? "off" : ""}" aria-current=${here ? "step" : nothing}>
      ${here || this.locked ? html`<div class="step" part="step" ${color}>${text}</div>` : html`<button type="button" class="step" part="step" ${color} @click=${() => this.go(stage.id)}>${text}</button>`}
    </li>`;
  }

  #spent(stage: string): number | undefined {
    const stays = this.#seen!.log.filter(({ from, durationMs }) => from === stage && durationMs !== undefined);
    return stays.length === 0 ? undefined : stays.reduce((sum, { durationMs }) => sum + durationMs!, 0);
  }

  #unfold(all: boolean): void {
    this.#all = all;
    this.requestUpdate();
    void this.updateComplete.then(() => this.keepFocus());
  }

  #resized(width: number): void {
    const fits = Math.max(Math.floor((width - 2 * FOLD_PX) / STEP_PX), 1);
    const total = Math.floor(width / STEP_PX);
    if (fits === this.#fits) return;
    this.#fits = Math.max(fits, total > fits + 1 ? total : fits);
    // Not in the observer's own turn: a new height there is an error event on the host's page.
    requestAnimationFrame(() => this.requestUpdate());
  }

  // ── the moves

  #moves(): TemplateResult {
    const { options } = this.#seen!;
    if (options.length === 0) return html`<p class="fine">${this.t("moves.none")}</p>`;
    const open = (option: TransitionOption) => option.allowed || option.needsInput;
    const first = options.find(({ direction }) => direction === "forward");
    const explained = options.find((option) => option.transition === this.#explained && !open(option)) ?? (first && !open(first) ? first : undefined);
    return html`<section class="moves" part="moves" aria-label=${this.t("moves")}>
      <div class="buttons">${options.map((option) => {
        const ways = option === first && open(option) ? "primary" : "";
        const arrow = option.direction === "backward" ? "back" : "arrow";
        return html`<button type="button" class=${ways} aria-expanded=${open(option) ? nothing : option === explained ? "true" : "false"} @click=${() => this.#take(option)}>
          ${icon(open(option) ? arrow : "lock")}${option.label}${option.needsInput ? "…" : ""}</button>`;
      })}</div>
      ${explained ? this.#blocked(explained) : nothing}
    </section>`;
  }

  #blocked(option: TransitionOption): TemplateResult {
    return html`<div class="blocked" part="blocked">
      <p>${icon("lock")}<span>${this.t("move.missing", { move: option.label, count: option.blockers.length })}</span></p>
      <ul>${option.blockers.map((blocker) => html`<li><span>${blocker.message}</span>${this.#fixButton(option, blocker)}</li>`)}</ul>
    </div>`;
  }

  #fixButton(option: TransitionOption, blocker: Blocker): unknown {
    if (!blocker.fix) return nothing;
    const label = this.t(`fix.${blocker.fix.do}`);
    return html`<button type="button" aria-label=${`${label}: ${blocker.message}`} @click=${() => this.#fix(option, blocker)}>${label}</button>`;
  }

  /** @internal To a stage: where no move leads there at once, the way is explained. */
  go(stage: string): void {
    const { options } = this.#seen!;
    const direct = options.find(({ to }) => to === stage);
    if (direct) return this.#take(direct);
    void this.ask(({ way }) => way(this, stage, options, (option) => this.#take(option)));
  }

  #take(option: TransitionOption): void {
    if (option.needsInput) return this.#ask(option);
    if (option.allowed) return void this.attempt(() => this.#move(option, {}));
    this.#explained = option.transition;
    this.requestUpdate();
  }

  async #move(option: TransitionOption, input: TransitionInput): Promise<void> {
    const contactId = this.contactId!;
    const request = { transition: option.transition, ...input };
    const record = await this.act("move", { contactId, request }, (book) => book.workflow.transition(contactId, request));
    if (!record) return;
    this.#explained = undefined;
    this.say(this.t("moved", { stage: record.toLabel }), () => this.#revert());
  }

  async #revert(): Promise<void> {
    const contactId = this.contactId!;
    const record = await this.act("revert", { contactId }, (book) => book.workflow.revert(contactId));
    if (record) this.say(this.t("reverted", { stage: record.toLabel }));
  }

  #ask(option: TransitionOption): void {
    void this.ask(({ answer }) => answer(this, option, (input) => this.#move(option, input)));
  }

  #fix(option: TransitionOption, blocker: Blocker): void {
    const contactId = this.contactId!;
    const { fix } = blocker;
    if (!fix || !this.emit("stagebook-fix", { contactId, fix, blocker }, true)) return;
    switch (fix.do) {
      case "log": return this.begin ? this.begin(fix.type) : void this.ask(({ boxes }) => boxes(this, fix.type, blocker.message));
      case "set": return void this.ask(({ fill }) => fill(this, fix.field, blocker));
      case "input": return this.#ask(option);
      case "restore": return void this.attempt(() => this.act("restore", { contactId }, (book) => book.contacts.restore(contactId)));
      case "start": return void this.attempt(() => this.act("start", { contactId, definition: fix.definition }, (book) => book.workflow.start(contactId, fix.definition)));
    }
  }
}

/** Which stages fit, the current one among them and as far on as can be. */
function shown(count: number, at: number, fits: number): [number, number] {
  if (fits === 0 || count <= fits) return [0, count];
  const from = Math.min(Math.max(at - Math.floor((fits - 1) / 2), 0), count - fits);
  return [from, from + fits];
}

const ResizeObserverOrNothing = globalThis.ResizeObserver ?? class { observe() {} disconnect() {} };
