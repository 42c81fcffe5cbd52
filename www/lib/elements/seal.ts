// Whether the log is as it was written: recomputed when it is asked for, and told in a badge until something is written again.
import type { VerifyReport } from "stagebook";
import { html, nothing, type ReactiveController } from "lit";
import type { BookElement } from "./element.js";
import { icon } from "./icons.js";

export class Seal implements ReactiveController {
  readonly #host: BookElement;
  /** Percent; undefined while nothing is verified. */
  #part: number | undefined;
  #report: VerifyReport | undefined;
  #stop = new AbortController();

  constructor(host: BookElement) {
    (this.#host = host).addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  /** What was found is true of what there was then. */
  clear(): void {
    this.#stop.abort();
    this.#part = this.#report = undefined;
  }

  badge(): unknown {
    const { t } = this.#host.words;
    const begin = () => this.#host.attempt(() => this.#verify());
    return html`<span role="status">${this.#told()}</span>
      ${this.#part === undefined && !this.#report ? html`<button type="button" class="quiet" part="verify" @click=${begin}>${icon("shield")}${t("verify")}</button>` : nothing}`;
  }

  #told(): unknown {
    const { t } = this.#host.words;
    if (!this.#report) return this.#part === undefined ? nothing : html`<span class="chip">${t("verify.busy", { part: this.#part })}</span>`;
    const { ok, entries, missing, replicas } = this.#report;
    const reason = replicas.find((one) => one.firstBad)?.firstBad?.reason;
    const wrong = missing ? t("verify.missing", { count: missing }) : t("verify.bad", { reason: reason ?? "truncated" });
    return html`<span class="chip ${ok ? "done" : "overdue"}">${icon(ok ? "shield" : "warning")}${ok ? t("verify.ok", { count: entries }) : wrong}</span>`;
  }

  async #verify(): Promise<void> {
    this.clear();
    const { signal } = this.#stop = new AbortController();
    const tell = (part: number) => {
      this.#part = part;
      this.#host.requestUpdate();
    };
    tell(0);
    try {
      const report = await this.#host.book!.audit.verify({ signal, onProgress: (done, total) => !signal.aborted && tell(Math.floor((100 * done) / Math.max(total, 1))) });
      if (!signal.aborted) this.#report = report;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (!signal.aborted) this.#part = undefined;
      this.#host.requestUpdate();
    }
  }
}
