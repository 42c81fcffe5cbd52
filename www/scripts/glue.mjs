// Turns the JavaScript that wasm-bindgen generates into a factory, so that a page can have several instances of the
// component: after a trap the dead one keeps its memory and its late callbacks to itself, and a fresh one takes over.
//
// wasm-bindgen writes one module whose variables (the instance, views of its memory, finalizers) exist once a page.
// Here the same text becomes the body of createGlue(), and each call has variables of its own. What a dead instance may
// still do is the facade's decision: it gives init() the exports it wants called.

import { Problem } from "./run.mjs";

/** The name under which the .wasm imports what the glue provides. */
const IMPORTS = "./stagebook_bg.js";

/**
 * @param {string} background  stagebook_bg.js, from `wasm-bindgen --target bundler`
 * @param {string} entry       stagebook.js, which re-exports what is public
 * @returns {string} the text of glue.js
 */
export function glueFrom(background, entry) {
  if (/^import\b/m.test(background)) throw new Problem("the glue imports a file: #[wasm_bindgen(module = …)] and inline_js are not used here.");
  const names = /export \{([^}]*)\} from/.exec(entry)?.[1].split(",").map((name) => name.trim()).filter(Boolean);
  const imports = [...background.matchAll(/^export function (__wb\w+)/gm)].map((match) => match[1]).filter((name) => name !== "__wbg_set_wasm");
  if (!names?.length || !imports.length) throw new Problem("wasm-bindgen's output has another shape than this build knows.");
  const body = background.replace(/^export (?=(?:class|function|const|let|var)\b)/gm, "");
  if (/^export\b/m.test(body)) throw new Problem("the glue exports something in a way that this build does not know.");
  return `${BEFORE}${body}${after(names, imports)}`;
}

const BEFORE = "export default function createGlue() {\n";

const after = (names, imports) => `
return {
  imports: { ${JSON.stringify(IMPORTS)}: { ${imports.join(", ")} } },
  init(instance) { __wbg_set_wasm(instance.exports); wasm.__wbindgen_start?.(); },
  exports: { ${names.join(", ")} },
};
}
`;

/** Fails when the .wasm wants something that the glue does not have. */
export function checkImports(wasm, glue) {
  const missing = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ module, name }) => module !== IMPORTS || !glue.includes(`function ${name}(`));
  if (missing.length) throw new Problem(`the glue lacks ${missing.map(({ module, name }) => `${module} ${name}`).join(", ")}`);
}
