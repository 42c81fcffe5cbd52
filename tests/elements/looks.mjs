// Pictures of every scene for whoever wants to look at them, run by hand against the built package:
//   CHROMIUM=/usr/bin/chromium node tests/elements/looks.mjs [scene …]
// Three widths, light and dark side by side, in sheets of several scenes. It asserts nothing, and says where the sheets are.

import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { harness } from "./harness.mjs";
import { filled, put, SCENES } from "./scenes.mjs";

const WIDTHS = [320, 768, 1280];
/** How large they are shown, and how large a sheet is. */
const SCALES = { 320: 0.8, 768: 0.67, 1280: 0.6 };
const [WIDE, HIGH, TALL, GAP] = [1568, 1500, 1440, 8];
/** What is not in the scenes: how the page is read. */
const WAYS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  italian: { colorScheme: "light", book: { locale: "it" } },
  rtl: { colorScheme: "light", book: { locale: "ar", messages: { ar: {} } } },
  forced: { forcedColors: "active", colorScheme: "dark" },
  print: { media: "print" },
};
const PAIRS = [["light", "dark"], ["rtl", "forced"], ["italian", "print"]];

const wanted = process.argv.slice(2);
const scenes = Object.entries(SCENES).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const folder = await mkdtemp(join(tmpdir(), "stagebook-looks-"));
const host = await harness();
const failed = [];
for (const [way, options] of Object.entries(WAYS)) await picture(way, options);
await sheets();
await host.close();
console.log(folder, failed);

async function picture(way, { book, media, ...options }) {
  const { page, context } = await filled(host, options, book);
  for (const [name, scene] of scenes) {
    try {
      await page.emulateMedia({ media: null });
      await put(page, scene);
      if (media) await paper(page, media);
      for (const width of WIDTHS) await shoot(page, width, join(folder, `${name}-${way}-${width}.png`));
    } catch (error) {
      failed.push(`${name}, ${way}: ${error.message.split("\n")[0]}`);
    }
  }
  await context.close();
}

async function paper(page, media) {
  await page.emulateMedia({ media });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
}

/** In a window as high as the page where nothing stands over it, so that nothing is left out because it is far down. */
async function shoot(page, width, path) {
  await page.setViewportSize({ width, height: 900 });
  await page.evaluate((width) => { document.querySelector("main").style.maxWidth = `${width}px`; scrollTo(0, 0); }, width);
  await page.waitForTimeout(80);
  const over = await page.getByRole("dialog").count();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (!over) await page.setViewportSize({ width, height: Math.max(height, 300) });
  await page.waitForTimeout(80);
  await page.screenshot({ path, fullPage: !over });
}

async function sheets() {
  await mkdir(join(folder, "sheets"));
  const page = await host.browser.newPage({ viewport: { width: WIDE, height: HIGH } });
  for (const pair of PAIRS) for (const width of WIDTHS) {
    const names = scenes.flatMap(([name]) => pair.map((way) => `${name}-${way}-${width}`));
    const cells = (await Promise.all(names.map((name) => slices(name, width)))).flat();
    for (const [nth, sheet] of packed(cells).entries()) {
      await page.setContent(drawn(sheet));
      await page.screenshot({ path: join(folder, "sheets", `${pair[0]}-${width}-${String(nth).padStart(2, "0")}.png`) });
    }
  }
}

/** A picture in pieces that fit on a sheet. */
async function slices(name, width) {
  const data = await readFile(join(folder, `${name}.png`)).catch(() => undefined);
  if (!data) return [];
  const scale = SCALES[width];
  const height = data.readUInt32BE(20) * scale;
  const url = `data:image/png;base64,${data.toString("base64")}`;
  return Array.from({ length: Math.ceil(height / TALL) }, (_, nth) => ({ name, url, from: nth * TALL, width: width * scale, height: Math.min(TALL, height - nth * TALL) }));
}

/** Row by row, as they come. */
function packed(cells) {
  const all = [[]];
  let [x, y, row] = [0, 0, 0];
  for (const cell of cells) {
    if (x + cell.width > WIDE) [x, y, row] = [0, y + row + GAP, 0];
    if (y + cell.height > HIGH) {
      all.push([]);
      [x, y, row] = [0, 0, 0];
    }
    all.at(-1).push({ ...cell, x, y });
    x += cell.width + GAP;
    row = Math.max(row, cell.height + 14);
  }
  return all;
}

function drawn(cells) {
  return `<style>body { background: #888 } figure { margin: 0; position: absolute } figcaption { font: 11px monospace; block-size: 14px } div { overflow: hidden; position: relative } img { position: absolute; inline-size: 100% }</style>${cells.map(({ name, url, from, width, height, x, y }) =>
  `<figure style="left:${x}px;top:${y}px;width:${width}px"><figcaption>${name}</figcaption><div style="height:${height}px"><img src="${url}" style="top:${-from}px"></div></figure>`).join("")}`;
}
