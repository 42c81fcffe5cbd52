// A list that is read page by page as the reader comes to its end, and read again in place when the book changes. It keeps the
// pages apart, so that showing one more does not mean going through all that are shown.
import type { Page } from "stagebook";
import { html, nothing, type ReactiveController } from "lit";
import type { BookElement } from "./element.js";

type Load<T> = (query: { limit: number; cursor?: string }) => Promise<Page<T>>;
const PAGE = 50;
/** A longer list is not read again under the reader: `stale` says that there is something new. */
const AGAIN = 500;

export class Pages<T> implements ReactiveController {
  readonly #host: BookElement;
  readonly #load: Load<T>;
  #sentinel: IntersectionObserver | undefined;
  #next: string | undefined;
  #busy = false;
  #turn = 0;
  #anew = false;
  pages: readonly T[][] = [];
  stale = false;

  constructor(host: BookElement, load: Load<T>) {
    (this.#host = host).addController(this);
    this.#load = load;
  }

  get count(): number {
    return this.pages.reduce((sum, page) => sum + page.length, 0);
  }

  get complete(): boolean {
    return this.#next === undefined;
  }

  /** Nothing is shown until it is read again. */
  clear(): void {
    this.anew();
    this.pages = [];
    this.#next = undefined;
  }

  /** Another question: what is shown stays until its first page is read, and is not read on. */
  anew(): void {
    this.#turn += 1;
    this.#anew = true;
    this.stale = false;
  }

  /** As much again as is shown. Gives what shows it. */
  async again(): Promise<() => void> {
    const shown = this.#anew ? 0 : this.count;
    if (shown > AGAIN) return () => void (this.stale = true);
    this.#turn += 1;
    const { items, next } = await this.#load({ limit: Math.max(shown, PAGE) });
    return () => {
      this.pages = chunks(items);
      this.#next = next;
      this.stale = this.#anew = false;
    };
  }

  /** The next page. False if there is none to be read now. */
  async more(): Promise<boolean> {
    const cursor = this.#next;
    if (this.#anew || cursor === undefined) return false;
    if (this.#busy) return true;
    this.#busy = true;
    const mine = this.#turn;
    try {
      const { items, next } = await this.#load({ limit: PAGE, cursor });
      if (mine !== this.#turn) return false;
      this.pages = [...this.pages, items];
      this.#next = next;
      return true;
    } finally {
      this.#busy = false;
      this.#host.requestUpdate();
    }
  }

  /** What stands under the list: reading goes on when it comes near the window, or by its button. */
  end(label: string): unknown {
    if (this.complete) return nothing;
    return html`<button type="button" class="more" part="more" @click=${() => void this.more()}>${label}</button>`;
  }

  /** Observed anew after every page: an observer tells only of crossings, and the end may still be in view. */
  hostUpdated(): void {
    if (this.#busy) return;
    this.#sentinel ??= new IntersectionObserver((seen) => { if (seen.some(({ isIntersecting }) => isIntersecting)) void this.more(); }, { rootMargin: "600px" });
    this.#sentinel.disconnect();
    const end = this.#host.renderRoot.querySelector(".more");
    if (end) this.#sentinel.observe(end);
  }

  hostDisconnected(): void {
    this.#sentinel?.disconnect();
    this.clear();
  }
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / PAGE) }, (_, nth) => items.slice(nth * PAGE, (nth + 1) * PAGE));
}
