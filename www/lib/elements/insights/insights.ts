// How contacts go through a workflow: how many are in each stage, how long they stay, what was won and lost. What shows it is
// loaded when it is first needed.
import type { Book, Insights, WorkflowDefinition } from "stagebook";
import { BookElement } from "../element.js";

/**
 * Figures of a workflow.
 *
 * @summary Contacts by stage, time in stage, won and lost.
 * @tag stagebook-insights
 * @attr {string} definition - Of which workflow. Default: the first.
 * @attr {string} from - A day: what happened from it on.
 * @attr {string} to - A day: what happened up to it.
 * @csspart figures - The figures on top.
 * @csspart bars - A chart.
 * @csspart table - The table.
 */
export class StagebookInsights extends BookElement {
  static override properties = { ...BookElement.properties, definition: {}, from: {}, to: {} };

  /** Of which workflow. Default: the first. */
  declare definition: string | undefined;
  /** A day: what happened from it on. */
  declare from: string | undefined;
  /** A day: what happened up to it. */
  declare to: string | undefined;
  #found: Insights | undefined;
  #definitions: readonly WorkflowDefinition[] = [];
  #charts: typeof import("./charts.js") | undefined;

  protected override get needsContact(): boolean {
    return false;
  }

  protected override concerns(): boolean {
    return true;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (this.hasUpdated && ["definition", "from", "to"].some((name) => changed.has(name))) void this.refresh();
  }

  protected async read(book: Book): Promise<() => void> {
    const definitions = book.workflow.definitions();
    const definition = this.definition ?? definitions[0]?.id;
    const found = await book.workflow.insights({ ...(definition && { definition }), ...(this.from && { from: this.from }), ...(this.to && { to: this.to }) });
    const charts = await import("./charts.js");
    return () => {
      if (!this.#charts) this.adopt(charts.own);
      this.#charts = charts;
      this.#definitions = definitions;
      this.#found = found;
    };
  }

  protected view(): unknown {
    const { book, words } = this;
    const chosen = this.definition ?? this.#definitions[0]?.id;
    return this.#charts!.charts({
      book: book!,
      words,
      found: this.#found!,
      definitions: this.#definitions,
      chosen,
      choose: (id) => { this.definition = id; },
      empty: () => this.empty("tasks", this.t("insights.empty")),
    });
  }
}
