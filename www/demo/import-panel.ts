// "Import history": takes a file, finds or makes the book it belongs in, feeds its rows to the book and shows how far it is
// and what came of it. Cancelling keeps what was imported; the same file can be taken again, known rows are skipped. The sample
// books are filled here, too.
import type { Book, WorkflowDefinition } from "stagebook";
import type { XesScan } from "stagebook/import";
import { ask } from "./dialogs.js";
import { button, h } from "./dom.js";
import { bookName, csvIncoming, isCsv, scan, stagesIn, xesDefinition, xesIncoming, type Incoming } from "./import-source.js";
import type { Page } from "./page.js";
import { USERS } from "./people.js";
import { isStagebookError } from "./problems.js";
import { historyFor, liveIn } from "./sample.js";
import { isSample } from "./sample-books.js";
import type { Language } from "./settings.js";
import { chooseStages } from "./stage-choice.js";

export interface ImportHost {
  /** Of the book that is open now. */
  page(): Page;
  language(): Language;
  /** The definition the page keeps for a book of this name. */
  definition(book: string): WorkflowDefinition | undefined;
  open(book: string, definition?: WorkflowDefinition): Promise<void>;
  /** Removes the open book from this browser, and opens it anew. */
  empty(): Promise<void>;
  /** While an import runs the book must stay open. */
  busy(on: boolean): void;
}
type Report = Awaited<ReturnType<Page["book"]["audit"]["importHistory"]>>;

const SHOWN_REASONS = 20;

export class ImportPanel {
  readonly element: HTMLElement;
  readonly #host: ImportHost;
  readonly #input = h("input", { type: "file", accept: ".xes,.gz,.csv", class: "unseen", "data-testid": "import-file" });
  readonly #load: HTMLButtonElement;
  readonly #anew: HTMLButtonElement;
  readonly #bar = h("progress", { max: 1, value: 0, "data-testid": "import-progress" });
  readonly #text = h("p", { "data-testid": "import-text" });
  readonly #report = h("div", { role: "status", "data-testid": "import-report" });
  readonly #running: HTMLElement;
  #abort: AbortController | undefined;
  #begun: HTMLElement | undefined;

  constructor(host: ImportHost) {
    this.#host = host;
    const { words } = host.page();
    this.#bar.setAttribute("aria-label", words.importing);
    this.#running = h("div", { class: "running", hidden: true }, this.#text, this.#bar, button(words.cancel, { "data-testid": "import-cancel" }, () => this.#abort?.abort()));
    const file = h("label", { class: "file" }, this.#input, h("span", { class: "button" }, words.importHistory));
    this.#input.addEventListener("change", () => void this.#picked());
    this.#load = button(words.loadSample, { class: "primary", "data-testid": "load-sample" }, () => this.sample(true));
    this.#anew = button(words.sampleAnew, { "data-testid": "sample-anew" }, () => this.#askAnew());
    this.element = h("div", { class: "import" },
      h("div", { class: "buttons" }, file, this.#load, this.#anew),
      this.#running,
      this.#report,
    );
    this.follow();
  }

  /** Another book may be open now. */
  follow(): void {
    this.#anew.hidden = !isSample(this.#host.page().book.name);
  }

  /** Fills the open sample book, or the one of the page's language. `aloud`: with a report. */
  async sample(aloud: boolean): Promise<void> {
    await this.#run(async (signal) => {
      const open = this.#host.page().book.name;
      if (!isSample(open)) await this.#host.open(`sample-${this.#host.language()}`);
      const { book, words, say } = this.#host.page();
      const filler = book.as(USERS[0]);
      this.#text.textContent = words.reading(words.bookName[book.name] ?? book.name);
      await this.#feed(await historyFor(book), filler, signal, aloud);
      if (signal.aborted) return;
      await liveIn(filler);
      say(words.sampleReady);
    });
  }

  #askAnew(): void {
    const page = this.#host.page();
    const { words } = page;
    ask(page, {
      title: words.sampleAnewTitle,
      testid: "sample-anew-dialog",
      body: [h("p", {}, words.sampleAnewExplained)],
      confirm: { label: words.sampleAnewIt, testid: "sample-anew-confirm" },
      submit: () => this.#host.empty(),
    });
  }

  async #picked(): Promise<void> {
    const file = this.#input.files?.[0];
    this.#input.value = "";
    if (file) await this.#run((signal) => this.#file(file, signal));
  }

  async #run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#abort) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#busy(true);
    this.#report.replaceChildren();
    this.#running.hidden = false;
    this.#bar.removeAttribute("value");
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) this.#report.replaceChildren(h("p", {}, this.#host.page().words.importCancelled));
      else this.#host.page().fail(error);
    } finally {
      this.#abort = undefined;
      this.#running.hidden = true;
      this.#busy(false);
    }
  }

  /** One import at a time: what would begin another one can't be pressed. The focus comes back to what has begun this one. */
  #busy(on: boolean): void {
    this.#host.busy(on);
    const controls = [this.#input, this.#load, this.#anew];
    if (on) this.#begun = controls.find((control) => control === document.activeElement);
    for (const control of controls) control.disabled = on;
    if (!on && document.activeElement === document.body) this.#begun?.focus();
  }

  async #file(file: File, signal: AbortSignal): Promise<void> {
    this.#text.textContent = this.#host.page().words.reading(file.name);
    const incoming = isCsv(file) ? csvIncoming(file, this.#host.page().book.timeZone) : await this.#xes(file, signal);
    if (incoming) await this.#feed(incoming, this.#host.page().book, signal, true);
  }

  async #feed(incoming: Incoming, book: Book, signal: AbortSignal, aloud: boolean): Promise<void> {
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    const onProgress = (rows: number) => this.#progress(rows, incoming.expected(), elapsed());
    try {
      const report = await book.audit.importHistory(incoming.rows, { signal, onProgress });
      this.#report.dataset["ms"] = String(Math.round(elapsed()));
      if (aloud || report.rejected.length > 0) this.#show(this.#host.page().words.importDone(this.#host.page().format.seconds(elapsed())), report, incoming);
    } catch (error) {
      const report = keptOnAbort(error);
      if (report === undefined) throw error;
      this.#show(this.#host.page().words.importCancelled, report, incoming);
    }
  }

  /** Opens the book the file belongs in, unless it is the open one. Undefined: the reader thought better of it. */
  async #xes(file: File, signal: AbortSignal): Promise<Incoming | undefined> {
    const found = await scan(file, signal);
    const here = this.#host.page().definitions.map((definition) => stagesIn(definition, found)).find((stages) => stages);
    const stages = here ?? (await this.#otherBook(bookName(file), found));
    return stages && xesIncoming(file, found, stages);
  }

  /** The book that was made for such a file, or a new one with the stages that the reader picks. */
  async #otherBook(wanted: string, found: XesScan): Promise<string[] | undefined> {
    for (let nth = 1; ; nth += 1) {
      const name = nth === 1 ? wanted : `${wanted}-${nth}`;
      const kept = this.#host.definition(name);
      const stages = kept ? stagesIn(kept, found) : await chooseStages(this.#host.page(), name, found);
      if (kept !== undefined && stages === undefined) continue;
      if (stages !== undefined) await this.#host.open(name, kept ?? xesDefinition(found, name, stages));
      return stages;
    }
  }

  #progress(rows: number, expected: number, elapsed: number): void {
    const { words, format } = this.#host.page();
    this.#text.textContent = words.rowsSoFar(format.number(rows), format.seconds(elapsed));
    this.#bar.value = expected > 0 ? rows / expected : 0;
  }

  #show(title: string, report: Report, { unread }: Incoming): void {
    const { words, format } = this.#host.page();
    const number = (name: string, value: number, label: string) => h("li", { "data-testid": `import-${name}`, "data-count": value }, `${label}: ${format.number(value)}`);
    const reasons = [
      ...report.rejected.map(({ row, code, message }) => ({ code, text: `${words.row(row)}: ${message}` })),
      ...unread.map(({ record, message }) => ({ code: "unread", text: `${words.record(record)}: ${message}` })),
    ];
    this.#report.replaceChildren(
      h("p", {}, h("strong", {}, title)),
      h("ul", {},
        number("imported", report.imported, words.imported),
        number("skipped", report.skipped, words.skipped),
        number("rejected", report.rejected.length, words.rejected),
        unread.length > 0 && number("unread", unread.length, words.unread)),
      reasons.length > 0 ? reasonList(reasons.slice(0, SHOWN_REASONS)) : "",
      button(words.dismiss, { class: "quiet", "data-testid": "import-dismiss" }, () => this.#report.replaceChildren()),
    );
  }
}

/** What an aborted import left in the book. */
function keptOnAbort(error: unknown): Report | undefined {
  if (!isStagebookError(error) || error.code !== "aborted") return undefined;
  const { imported, skipped, rejected } = (error.details ?? {}) as Partial<Report>;
  return imported === undefined ? undefined : { imported, skipped: skipped ?? 0, rejected: rejected ?? [] };
}

function reasonList(reasons: readonly { code: string; text: string }[]): HTMLElement {
  return h("ol", { class: "reasons", "data-testid": "import-reasons", role: "list", tabindex: 0 }, ...reasons.map(({ code, text }) => h("li", { "data-code": code }, text)));
}
