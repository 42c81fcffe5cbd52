// What a person does in a tab, patiently: each step waits until what it needs is there.

import { atDeep } from "./deep.mjs";

const PATIENCE_MS = 8_000;
const PAUSE_MS = 50;

export function hands(tab) {
  const patiently = async (work, wanted) => {
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      const wrong = await work().catch((error) => error.message);
      if (!wrong) return;
      if (Date.now() > end) throw new Error(`${wrong}: ${JSON.stringify(wanted)}\n${await tab.run(shown)}`);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  };
  const until = (wanted, there = true) => patiently(async () => (await tab.there(wanted)) !== there && (there ? "not there" : "still there"), wanted);
  /** In the middle of the window: drivers scroll just far enough, which leaves it under what is pinned to an edge. Then at rest. */
  const still = async (wanted) => {
    let before;
    await patiently(async () => {
      const place = await tab.run(`(wanted) => {
        const found = (${atDeep})(wanted);
        found?.scrollIntoView({ block: "center" });
        return JSON.stringify(found?.getBoundingClientRect() ?? null);
      }`, wanted);
      const moved = place === "null" || place !== before;
      before = place;
      return moved && "it moves";
    }, wanted);
  };
  const field = (within, name, is) => ({ is, name, ...(within && { within }) });
  return {
    see: (contains, is = "p, li, td, span, strong, div") => until({ is, contains }),
    gone: (contains, is) => until({ is, contains }, false),
    async click(wanted) {
      await until(wanted);
      await still(wanted);
      await patiently(() => tab.click(wanted).then(() => {}), wanted); // what is drawn anew at this moment can't be clicked
    },
    async type(within, name, text) {
      const wanted = field(within, name, "textarea, input");
      await until(wanted);
      await tab.type(wanted, text);
    },
    /** Engines open lists of choices in windows of their own: the choice is made, and told as they tell it. */
    async choose(within, name, value) {
      const wanted = field(within, name, "select");
      await until(wanted);
      await tab.run(`(wanted, value) => {
        const select = (${atDeep})(wanted);
        select.value = value;
        for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      }`, wanted, value);
    },
  };
}

/** Runs in the page: all text in it, for whoever has to find out what was there instead. */
function shown() {
  const texts = (root) => [...root.querySelectorAll("*")].flatMap((element) => [...(element.shadowRoot ? texts(element.shadowRoot) : []), ...(element.children.length === 0 && element.getClientRects().length > 0 ? [element.textContent.trim()] : [])]);
  return texts(document).filter(Boolean).join(" | ").slice(0, 4000);
}
