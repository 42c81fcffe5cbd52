// Turns the JavaScript that wasm-bindgen generates into a factory, so that a page can have several instances of the
// component: after a trap the dead one keeps its memory and its late callbacks to itself, and a fresh one takes over.
//
// wasm-bindgen writes one module whose variables (the instance, views of its memory, finalizers) exist once a page.
// Here the same text becomes the body of createGlue(), and each call has variables of its own. What a dead instance may
// still do is the facade's decision: it gives init() the exports it wants called.

import { Problem } from "./run.mjs";

/**
 * wasm-opt's account of how it shortened the names between the .wasm and the glue.
 * @typedef {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} Names
 */

/**
 * @param {string} background  stagebook_bg.js, from `wasm-bindgen --target bundler`
 * @param {string} entry       stagebook.js, which re-exports what is public
 * @param {Names} names
 * @returns {string} the text of glue.js
 */
export function glueFrom(background, entry, names) {
  if (/^import\b/m.test(background)) throw new Problem("the glue imports a file: #[wasm_bindgen(module = …)] and inline_js are not used here.");
  const published = /export \{([^}]*)\} from/.exec(entry)?.[1].split(",").map((name) => name.trim()).filter(Boolean);
  const provided = new Set([...background.matchAll(/^export function (__wb\w+)/gm)].map((match) => match[1]));
  const lacking = names.imports.filter(([, name]) => !provided.has(name));
  if (!published?.length || lacking.length) throw new Problem(`wasm-bindgen's output has another shape than this build knows. ${lacking.join(" ")}`);
  const body = withShortExports(withOneEncoder(background).replace(/^export (?=(?:class|function|const|let|var)\b)/gm, ""), new Map(names.exports));
  if (/^export\b/m.test(body)) throw new Problem("the glue exports something in a way that this build does not know.");
  const { rest, methods } = withoutImports(body, names);
  return ["export default function createGlue() {", rest, parts(published, names, methods), "}", ""].join("\n");
}

/**
 * wasm-bindgen copies text character by character for as long as it is ASCII, which takes several times what the
 * browser's encoder needs for anything longer than a few dates; below that the encoder's call takes longer.
 */
function withOneEncoder(background) {
  const old = /function passStringToWasm0\(arg, malloc, realloc\) \{[\s\S]*?\n\}\n/;
  if (!old.test(background)) throw new Problem("the glue hands text over in a way that this build does not know.");
  return background.replace(old, () => PASS_STRING);
}

const PASS_STRING = `function passStringToWasm0(arg, malloc, realloc) {
  const { length } = arg;
  let ptr = malloc(length, 1) >>> 0, at = 0;
  if (length < 128) {
    const memory = getUint8ArrayMemory0();
    for (let code; at < length && (code = arg.charCodeAt(at)) < 128; at++) memory[ptr + at] = code;
  }
  WASM_VECTOR_LEN = length;
  if (at === length) return ptr;
  const most = length * 3;
  ptr = realloc(ptr, length, most, 1) >>> 0;
  WASM_VECTOR_LEN = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + most)).written;
  return realloc(ptr, most, WASM_VECTOR_LEN, 1) >>> 0;
}
`;

function withShortExports(body, short) {
  return body.replace(/\bwasm\.([A-Za-z_]\w*)/g, (_, name) => {
    if (!short.has(name)) throw new Problem(`the glue calls ${name}, which the .wasm does not export.`);
    return `wasm.${short.get(name)}`;
  });
}

/** What the .wasm imports, as methods under the short names: most of it is called by nothing else and needs no other name. */
function withoutImports(body, { imports }) {
  let rest = body;
  const methods = imports.map(([, name, short]) => {
    const [whole, method] = new RegExp(`^function ${name}(\\([^]*?\\n\\}(?:, arguments\\); \\})?)\\n`, "m").exec(rest) ?? [];
    if (!whole || rest.split(name).length > 2) return `${short}: ${name}`;
    rest = rest.replace(whole, () => "");
    const [, fallible] = /^\(\) \{ return handleError\((function [^]*), arguments\); \}$/.exec(method) ?? [];
    return fallible ? `${short}: caught(${fallible})` : short + method;
  });
  return { rest: `${rest}const caught = (call) => (...args) => handleError(call, args);\n`, methods };
}

const parts = (published, { exports }, methods) => `
return {
  imports: { ${SHORT_MODULE}: { ${methods.join(",\n")} } },
  init(instance) { __wbg_set_wasm(instance.exports); ${exports.filter(([name]) => name === "__wbindgen_start").map(([, short]) => `wasm.${short}();`).join("")} },
  exports: { ${published.join(", ")}, memory: getUint8ArrayMemory0 },
};`;

/** wasm-opt gives the one module that the .wasm imports from this name. */
const SHORT_MODULE = "a";

/** Fails unless the .wasm imports exactly what the glue gives it. */
export function checkNames(wasm, names) {
  const wanted = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ module, name }) => `${module}.${name}`);
  const given = names.imports.map(([, , short]) => `${SHORT_MODULE}.${short}`);
  const odd = wanted.filter((name) => !given.includes(name));
  if (odd.length) throw new Problem(`the .wasm imports what the glue does not have: ${odd.join(", ")}`);
}
