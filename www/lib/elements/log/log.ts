// The Log tab: every stage change with starting stage, ending stage, operator and date, newest first.
import type { Book, TransitionRecord, WorkflowDefinition } from "stagebook";
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { BookElement, styled } from "../element.js";
import { Pages } from "../pages.js";
import { Seal } from "../seal.js";
import own from "./log.css";

/**
 * Every stage change of a contact: starting stage, ending stage, operator, date, and how long it was in the stage before.
 *
 * @summary The log of stage changes.
 * @tag stagebook-log
 * @attr {string} contact-id - The contact that is shown.
 * @slot empty - In place of the words where no contact is chosen.
 * @slot nothing - In place of the words where there is no stage change yet.
 * @csspart table - The table.
 * @csspart row - One stage change.
 * @csspart verify - The button that verifies the log.
 * @csspart more - The button under a long list.
 */
export class StagebookLog extends BookElement {
  static override styles = styled(own);

  readonly #rows = new Pages<TransitionRecord>(this, (query) => this.book!.workflow.log(this.contactId!, query));
  readonly #seal = new Seal(this);
  #definitions: readonly WorkflowDefinition[] = [];

  protected override reset(): void {
    super.reset();
    this.#rows.clear();
    this.#seal.clear();
  }

  protected async read(book: Book): Promise<() => void> {
    const show = await this.#rows.again();
    const definitions = book.workflow.definitions();
    return () => {
      this.#definitions = definitions;
      this.#seal.clear();
      show();
    };
  }

  protected view(): unknown {
    if (this.#rows.count === 0) return html`<slot name="nothing">${this.empty("swap", this.t("log.empty"))}</slot>`;
    const columns = (["from", "to", "by", "at", "spent", "why"] as const).map((name) => this.t(`log.${name}`));
    // The roles are written out because a narrow place shows each row as a block, and a table laid out so loses them.
    return html`<div class="buttons end">${this.#seal.badge()}</div><table role="table" part="table"><caption>${this.t("log.caption")}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
      <tbody role="rowgroup">${this.#rows.pages.map((page) => guard([page, this.words, this.minute], () => page.map((record) => this.#row(record, columns))))}</tbody>
    </table>${this.#rows.end(this.t("more"))}`;
  }

  #row(record: TransitionRecord, columns: readonly string[]): TemplateResult {
    const { fromLabel, toLabel, byName, occurredAt, durationMs, supersededBy, voided } = record;
    const cell = (nth: number, content: unknown, name = "") => html`<td role="cell" class=${name} data-label=${columns[nth] ?? ""}>${content}</td>`;
    return html`<tr role="row" part="row" class=${supersededBy || voided ? "gone" : ""}>
      ${cell(0, fromLabel ?? "–")}${cell(1, toLabel, "to")}${cell(2, byName)}
      ${cell(3, html`<time datetime=${occurredAt}>${this.words.date(occurredAt)}<small>${this.words.relative(occurredAt)}</small></time>`)}
      ${cell(4, durationMs === undefined ? "–" : this.words.duration(durationMs))}
      ${cell(5, this.#why(record), "why")}
    </tr>`;
  }

  #why({ reason, note, answers = {}, automatic, supersededBy, voided, transition }: TransitionRecord): unknown {
    const question = (id: string) => this.#definitions.flatMap(({ transitions }) => transitions).find((one) => one.id === transition)?.requires?.answers?.find((one) => one.id === id)?.label ?? id;
    const said = [reason, note, ...Object.entries(answers).map(([id, value]) => `${this.book!.text(question(id))}: ${this.#answer(value)}`)].filter(Boolean);
    return [
      said.map((text) => html`<p class="text">${text}</p>`),
      automatic ? html`<p class="fine">${this.t("log.automatic")}</p>` : nothing,
      supersededBy ? html`<p><em>${this.t("log.superseded")}</em></p>` : nothing,
      voided ? html`<p><em>${this.t("log.voided", { reason: voided.reason })}</em></p>` : nothing,
    ];
  }

  #answer(value: unknown): string {
    if (typeof value === "boolean") return this.t(value ? "yes" : "no");
    return typeof value === "number" ? this.words.number(value) : String(value);
  }
}
