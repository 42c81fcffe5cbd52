// Diagrams as those who draw them read them: SVG in Chromium under a strict policy, with the fonts that it has; Mermaid's
// text by Mermaid, DOT by Graphviz, where that is installed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, openAsBlob } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { definitionFromXes, scanXes } from "../../pkg/import.js";
import { openBook } from "../../pkg/node.js";
import { launchOptions } from "../../www/scripts/chromium.mjs";
import { root, www } from "../../www/scripts/paths.mjs";

const LOG = join(root, "../shared/data/bpic2012.xes.gz");
const MERMAID = join(www, "node_modules/mermaid/dist/mermaid.min.js");
const PRESET = createRequire(import.meta.url)("../../src/definition/crm-contact.json");
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;

/** Texts of `requests`, each { definition, format, locale, current }. A stage that lets nobody in is nobody's. */
async function draw(requests) {
  const texts = [];
  for (const { definition, format, locale, current } of requests) {
    const book = await openBook({ definitions: definition, actor: { id: "anna" }, locale, store: "memory" });
    const workflow = { definition: definition.id, stage: current };
    if (current) await book.contacts.create({ id: "c", name: "C", workflow }).catch(({ code }) => assert.equal(code, "refused"));
    texts.push(book.workflow.diagram(definition.id, format, { contactId: "c" }));
    await book.close();
  }
  return texts;
}

const TEXTS = [
  "Qualified", "Proposal sent", "Waiting for the customer's legal department", "Donaudampfschifffahrtsgesellschaft", "WWWW MMMM @@@@ %%%%", "A_PARTLYSUBMITTED",
  "]]></svg><script>alert(1)</script>", "\" onload=\"alert(1)", "a: b; c # d %% e", "%%{init: {\"theme\": \"x\"}}%%", "end note\n[*] --> x : y\nclassDef a fill:#f00;",
  "\u0000\u0008\u001f\ufffe\uffff\u007f\u0085\u2028", "الموافقة على العقد النهائي مع العميل", "‮gnorw⁦", "👩‍👩‍👧‍👦🏳️‍🌈🇮🇹 emoji 👍🏽", "契約書の最終確認を待っている顧客", "Z̀́̂̃a̰̱l̴g̵o",
  "﷽﷽﷽﷽", "<b>bold</b> &lt; &#60; #lt; #60; ﬂ°°60¶ß", "\\N \\G \\", "1. first\n2. second", "- item", "`code` **bold** _it_", "state \"x\" as y", "style a:#b;", "{ [ ( | ) ] }", "   ", "--", "<<fork>>", "$$x^2$$", "fa:fa-car", "direction TB", "a Direction \ufeff LR b", "note left of s0: x", "'", "\"", "\\\"",
];

function random(seed) {
  let state = seed;
  const below = (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const stages = 1 + below(seed % 4 === 0 ? 60 : 14);
  const transitions = below(seed % 4 === 0 ? 400 : 30);
  const text = () => TEXTS[below(TEXTS.length)];
  const stage = () => `stage ${below(stages)} "&<-`;
  const color = () => ["#42A3BD", "tomato", "plum", "hsl(20 90% 50%)", "x;y", "url(x)"][below(6)];
  return {
    id: "any", version: 1, label: text(), initial: stage(), activityTypes: [],
    stages: Array.from({ length: stages }, (_, n) => ({
      id: `stage ${n} "&<-`, label: text(), order: below(9), final: below(9) === 0, disabled: below(9) === 0, ...(below(2) && { color: color() }),
    })),
    transitions: Array.from({ length: transitions }, (_, n) => ({ id: `t${n}`, from: below(30) ? stage() : "*", to: stage(), label: text(), disabled: below(9) === 0 })),
  };
}

const SEEDS = Array.from({ length: 40 }, (_, n) => n + 1);
const samples = () => [{ definition: PRESET, current: "lead" }, { definition: PRESET, locale: "it" }, ...SEEDS.map((seed) => {
  const definition = random(seed);
  return { definition, current: definition.initial };
})];

describe("diagrams", () => {
  let browser;
  let page;
  before(async () => {
    browser = await chromium.launch(launchOptions());
    page = await browser.newPage();
  });
  after(() => browser?.close());

  it("SVG: a strict policy finds nothing to block, boxes are apart, and every text is inside its area", async () => {
    for (const drawn of await draw(samples().map((sample) => ({ ...sample, format: "svg" })))) await check(page, drawn);
  });

  it("SVG: a page shows the preset's texts whole", async () => {
    const [drawn] = await draw([{ definition: PRESET, format: "svg", locale: "it" }]);
    await page.setContent(`${POLICY}${drawn}`);
    const shown = await page.evaluate(() => [...document.querySelectorAll("svg svg")].map((one) => [...one.children].map((line) => line.textContent).join(" ")));
    for (const { label } of [...PRESET.stages, ...PRESET.transitions]) assert.ok(shown.includes(label.it), label.it);
  });

  it("SVG: the workflow of a real log", { skip: !existsSync(LOG) && "../shared/data/bpic2012.xes.gz is absent" }, async () => {
    const definition = await loans();
    assert.equal(definition.stages.length, 10);
    const [drawn] = await draw([{ definition, format: "svg", current: "A_ACCEPTED" }]);
    await check(page, drawn);
    const links = await page.evaluate(() => document.querySelectorAll("[data-from]").length);
    assert.equal(links, definition.transitions.length);
  });

  it("Mermaid's text is read by Mermaid, with all stages, moves and words", async () => {
    const mermaid = await browser.newPage();
    await mermaid.setContent("<!doctype html><body></body>");
    await mermaid.addScriptTag({ path: MERMAID });
    const texts = samples();
    const drawn = await draw(texts.map((sample) => ({ ...sample, format: "mermaid" })));
    for (const [nth, text] of drawn.entries()) {
      const type = await mermaid.evaluate((text) => globalThis.mermaid.parse(text).then(({ diagramType }) => diagramType, String), text);
      assert.equal(type, "stateDiagram", text);
      const { stages } = texts[nth].definition;
      assert.equal(text.match(/^ {4}state "/gm).length, stages.length);
    }
    for (const text of TEXTS) {
      const expected = wording(text).replaceAll("ﬂ", "fl");
      assert.deepEqual(await shownByMermaid(mermaid, text), [expected, expected], text);
    }
  });

  it("DOT is read by Graphviz, with all stages and moves", { skip: spawnSync("dot", ["-V"]).error && "Graphviz is absent" }, async () => {
    const texts = samples();
    const drawn = await draw(texts.map((sample) => ({ ...sample, format: "dot" })));
    for (const [nth, text] of drawn.entries()) {
      // To lay out hundreds of moves takes long; to read them and write them again does not.
      const small = texts[nth].definition.stages.length < 15;
      const { status, stderr, stdout } = spawnSync("dot", [small ? "-Tplain" : "-Tcanon"], { input: text, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""], text);
      if (small) assert.equal(stdout.match(/^node s\d/gm).length, texts[nth].definition.stages.length);
    }
    const [label] = await draw([{ definition: one(TEXTS[18]), format: "dot" }]);
    const { stdout } = spawnSync("dot", ["-Tsvg"], { input: label, encoding: "utf8" });
    assert.ok(stdout.includes("&lt;b&gt;bold&lt;/b&gt; &amp;lt; &amp;#60; #lt; #60;"), stdout);
  });
});

/** A workflow of one stage and one move, both called `label`. */
const one = (label) => ({
  id: "one", version: 1, initial: "a", activityTypes: [], stages: [{ id: "a", label }, { id: "b", label: "b", final: true }], transitions: [{ id: "t", from: "a", to: "b", label }],
});

/** What is left of a label on one line. A blank one gives way to the id. */
const wording = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\ufeff\ufffe\uffff\s]+/g, " ").trim();

/** The words on the stage and on the move after Mermaid has drawn both. */
async function shownByMermaid(page, label) {
  const [text] = await draw([{ definition: one(label), format: "mermaid" }]);
  const shown = await page.evaluate(async (text) => {
    const { svg } = await globalThis.mermaid.render("drawn", text);
    const shown = new DOMParser().parseFromString(svg, "text/html");
    const words = (selector) => shown.querySelector(selector)?.textContent.replaceAll("\u200b", "").replace(/\s+/g, " ").trim();
    return [words("g.node[id*='s0'] .nodeLabel, g.node[id*='s0'] text"), words(".edgeLabels .edgeLabel:not(:empty) .edgeLabel p, .edgeLabels p")];
  }, text);
  return wording(label) ? shown : [wording(label), wording(label)];
}

/** Puts a picture into a page with a strict policy and measures it there. */
async function check(page, drawn) {
  const found = await page.evaluate(({ drawn, policy }) => {
    const parsed = new DOMParser().parseFromString(drawn, "image/svg+xml");
    const error = parsed.querySelector("parsererror")?.textContent;
    const blocked = [];
    const listen = (event) => blocked.push(event.violatedDirective);
    document.addEventListener("securitypolicyviolation", listen);
    if (!document.querySelector("meta")) document.head.innerHTML = policy;
    document.body.replaceChildren(document.importNode(parsed.documentElement, true));
    const edges = (element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    };
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const boxes = [...document.querySelectorAll("[data-stage]")].map((stage) => edges(stage.querySelector("rect")));
    const overlaps = boxes.flatMap((box, n) => boxes.slice(0, n).filter((other) => over(box, other)));
    const loose = [];
    for (const area of document.querySelectorAll("svg svg")) {
      const { x, y, width, height } = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, area[name].baseVal.value]));
      const outer = document.querySelector("svg").getBoundingClientRect();
      const room = { left: outer.left + x, top: outer.top + y, right: outer.left + x + width, bottom: outer.top + y + height };
      for (const line of area.children) {
        const text = edges(line);
        // The area cuts off what is wider; ordinary text must not need it.
        const ordinary = /^[\u0020-\u024f…✕]*$/.test(line.textContent);
        if (ordinary && (text.left < room.left - 1 || text.right > room.right + 1)) loose.push(line.textContent);
      }
      if (getComputedStyle(area).overflow !== "hidden") loose.push("not cut off");
    }
    document.removeEventListener("securitypolicyviolation", listen);
    return { error, blocked, overlaps, loose, scripts: document.querySelectorAll("script, style, [style], [id]").length };
  }, { drawn, policy: POLICY });
  assert.deepEqual(found, { error: undefined, blocked: [], overlaps: [], loose: [], scripts: 0 });
}

async function loans() {
  const scan = await scanXes(await openAsBlob(LOG));
  return definitionFromXes(scan, { id: "loans", stages: (name) => name.startsWith("A_") });
}
