// The browsers besides Chromium that the end-to-end tests drive where they are: Firefox, and WebKit in the small browser that
// WebKitGTK brings. Neither is needed: what is not there, and can't be installed, is skipped.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { canInstall, install } from "./apt.mjs";

const FIREFOX = {
  linux: ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/snap/bin/firefox"],
  darwin: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
  win32: ["C:\\Program Files\\Mozilla Firefox\\firefox.exe"],
};
const WEBKIT_DRIVER = ["/usr/bin/WebKitWebDriver"];
const DISPLAY_SERVER = ["/usr/bin/Xvfb"];
const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/libexec"];

/** Paths, undefined where there is none: { firefox, webkit: { driver, browser, display } }. */
export function findEngines() {
  const first = (named, places = []) => (named ? [named] : places).find((path) => existsSync(path));
  const driver = first(process.env.WEBKIT_DRIVER, WEBKIT_DRIVER);
  const browser = first(process.env.WEBKIT_BROWSER, miniBrowsers());
  const display = first(process.env.XVFB, DISPLAY_SERVER);
  return { firefox: first(process.env.FIREFOX, FIREFOX[process.platform]), webkit: driver && browser && display ? { driver, browser, display } : undefined };
}

function miniBrowsers() {
  const folders = LIBRARIES.filter(existsSync).flatMap((library) => readdirSync(library).filter((name) => /^webkit2?gtk-\d/.test(name)).map((name) => join(library, name)));
  return folders.map((folder) => join(folder, "MiniBrowser"));
}

/** Brings what is missing where that takes no question. */
export async function installEngines() {
  const { firefox, webkit } = findEngines();
  const missing = [...(firefox ? [] : ["firefox-esr"]), ...(webkit ? [] : ["webkit2gtk-driver", "xvfb"])];
  if (missing.length > 0 && process.platform === "linux" && canInstall()) await install(missing);
}
