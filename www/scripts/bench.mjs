// `npm --prefix www run bench`: sets up, builds, and runs the benchmark of tests/bench in Chromium.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPackage } from "./build.mjs";
import { root } from "./paths.mjs";
import { main } from "./run.mjs";
import { browser, setUp } from "./setup.mjs";
import { buildDemo } from "./serve.mjs";

await main(import.meta, async () => {
  const rust = await setUp();
  const { chromium } = await browser();
  process.env.CHROMIUM = chromium;
  await buildPackage(rust);
  await buildDemo();
  await import(pathToFileURL(join(root, "tests/bench/run.mjs")));
});
