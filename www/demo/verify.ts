// Whether the log is intact, as a badge: the book recomputes every hash once it is open, and whenever the badge is pressed, which
// also says in words what came of it. A log so long that this takes seconds is checked when asked.
import type { VerifyReport } from "stagebook";
import { button, h } from "./dom.js";
import { attempt, type Page } from "./page.js";

const LONG = 20_000;
const SOON_MS = 1_500;

export class Verify {
  readonly badge: HTMLButtonElement;
  readonly result = h("div", { role: "status", class: "verify-result", "data-testid": "verify-result" });
  readonly #page: Page;
  #ran = false;

  constructor(page: Page) {
    this.#page = page;
    this.badge = button(page.words.verifyLog, { class: "state-badge", "data-testid": "verify" }, () => attempt(page, () => this.#run(true)));
  }

  /** By itself, once, a moment after the book has something in it. A book that was closed meanwhile is nobody's trouble. */
  soon(entries: number): void {
    if (this.#ran || entries === 0 || entries > LONG) return;
    this.#ran = true;
    setTimeout(() => void this.#run(false).catch(() => {}), SOON_MS);
  }

  async #run(aloud: boolean): Promise<void> {
    const { book, words, format } = this.#page;
    const onProgress = (done: number, total: number) => {
      this.badge.textContent = words.verifying(format.number(done), format.number(total));
    };
    onProgress(0, 0);
    try {
      const report = await book.audit.verify({ onProgress });
      this.#show(report, aloud);
    } catch (error) {
      this.badge.textContent = words.verifyLog;
      throw error;
    }
  }

  #show(report: VerifyReport, aloud: boolean): void {
    const { words, format } = this.#page;
    this.badge.textContent = report.ok ? words.verifiedAt(format.time(Date.now())) : words.verifyFailed;
    this.badge.title = words.verifyEntries(format.number(report.entries));
    this.badge.dataset["ok"] = String(report.ok);
    if (report.ok && !aloud) return;
    this.result.dataset["ok"] = String(report.ok);
    this.result.replaceChildren(
      ...said(this.#page, report),
      button(words.dismiss, { class: "quiet", "data-testid": "verify-dismiss" }, () => {
        this.result.replaceChildren();
        this.badge.focus();
      }),
    );
  }
}

function said({ words, format }: Page, report: VerifyReport): HTMLElement[] {
  const count = (value: number) => format.number(value);
  const bad = report.replicas.filter((replica) => !replica.ok || replica.truncated);
  return [
    h("p", {}, report.ok ? words.verifyOk(count(report.entries)) : words.verifyBad(count(report.entries))),
    ...(report.erased > 0 ? [h("p", {}, words.verifyErased(count(report.erased)))] : []),
    ...(report.missing > 0 ? [h("p", {}, words.verifyMissing(count(report.missing)))] : []),
    ...bad.map(({ replica, firstBad }) => h("p", {}, firstBad ? words.verifyFirstBad(replica, firstBad.seq, firstBad.reason) : words.verifyCut(replica))),
  ];
}
