// Every browser engine that the tests know, and why one is left out.

import { findEngines } from "../../www/scripts/engines.mjs";
import * as chromium from "./chromium.mjs";
import * as firefox from "./firefox.mjs";
import * as webkit from "./webkit.mjs";

const found = findEngines();

export const ENGINES = [
  { name: "Chromium", start: chromium.start, missing: false },
  { name: "Firefox", start: () => firefox.start(found.firefox), missing: found.firefox ? false : "Firefox is not installed" },
  { name: "WebKit", start: () => webkit.start(found.webkit), missing: found.webkit ? false : "WebKitGTK's driver, its MiniBrowser or Xvfb is not installed" },
];
