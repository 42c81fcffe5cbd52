// Several of a list chosen together: done in one go, each as it would be alone, with one way back for all of them.
import { html, type TemplateResult } from "lit";
import type { BookElement } from "./element.js";

export interface Pick {
  id: string;
  /** Gives undefined where the host forbade it. */
  done(): Promise<unknown>;
  undo(): Promise<unknown>;
}

export class Picking {
  readonly #host: BookElement;
  readonly #leave: () => void;
  readonly #ids = new Set<string>();
  #busy = false;

  constructor(host: BookElement, leave: () => void) {
    this.#host = host;
    this.#leave = leave;
  }

  box(id: string, label: string): TemplateResult {
    const toggle = (event: Event) => this.#choose([id], (event.target as HTMLInputElement).checked);
    return html`<label class="tick"><input type="checkbox" aria-label=${this.#host.t("pick.one", { label })} .checked=${this.#ids.has(id)} @change=${toggle} /></label>`;
  }

  /** What can be done with those that are chosen among these. */
  bar(all: readonly Pick[]): TemplateResult {
    const { t } = this.#host.words;
    const chosen = all.filter(({ id }) => this.#ids.has(id));
    return html`<div class="picking buttons" part="picking" role="group" aria-label=${t("pick")}>
      <span class="grow" role="status">${t("pick.count", { count: chosen.length })}</span>
      <button type="button" class="primary" ?disabled=${chosen.length === 0 || this.#busy} @click=${() => this.#host.attempt(() => this.#finish(chosen))}>${t("activity.complete")}</button>
      <button type="button" @click=${() => this.#choose(all.map(({ id }) => id), chosen.length < all.length)}>${t("pick.all")}</button>
      <button type="button" @click=${this.#leave}>${t("cancel")}</button>
    </div>`;
  }

  #choose(ids: readonly string[], on: boolean): void {
    for (const id of ids) if (on) this.#ids.add(id); else this.#ids.delete(id);
    this.#host.requestUpdate();
  }

  /** One that is refused holds none of the others back. */
  async #finish(chosen: readonly Pick[]): Promise<void> {
    this.#busy = true;
    const done: Pick[] = [];
    const refused: unknown[] = [];
    for (const one of chosen) await one.done().then((result) => result && done.push(one), (error: unknown) => refused.push(error));
    this.#leave();
    if (done.length) this.#host.say(this.#host.t("pick.done", { count: done.length }), () => back(done));
    if (refused.length) throw refused[0];
  }
}

async function back(done: readonly Pick[]): Promise<void> {
  for (const one of done) await one.undo();
}
