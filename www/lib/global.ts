// stagebook.global.js: everything in one classic script, for pages that have neither a bundler nor modules, and for systems that
// take a script as a single file. It sets `globalThis.stagebook` and defines the elements.

import { define, elements } from "./elements/index.js";
import * as engine from "./inline.js";

define();
Object.assign(globalThis, { stagebook: { ...engine, elements, define } });
