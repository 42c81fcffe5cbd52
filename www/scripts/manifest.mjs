// custom-elements.json: what the elements' comments and code say of their attributes, properties, events, slots, parts and custom
// properties, for editors and for documentation. What is not written down in a comment is not promised, and left out.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { www } from "./paths.mjs";

const lib = join(www, "lib/elements");

export async function writeManifest(outdir) {
  const { create, ts } = await import("@custom-elements-manifest/analyzer");
  const { litPlugin } = await import("@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js");
  const modules = sources().map((path) => ts.createSourceFile(path.slice(lib.length + 1), readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true));
  const found = create({ modules, plugins: litPlugin(), context: { dev: false } });
  const declarations = found.modules.flatMap(({ declarations = [] }) => declarations).filter(({ tagName }) => tagName).map(promised);
  const exports = declarations.map(({ name }) => ({ kind: "js", name, declaration: { name, module: "elements.js" } }));
  const definitions = declarations.map(({ name, tagName }) => ({ kind: "custom-element-definition", name: tagName, declaration: { name, module: "elements.js" } }));
  const manifest = {
    schemaVersion: found.schemaVersion,
    modules: [
      { kind: "javascript-module", path: "elements.js", declarations, exports },
      { kind: "javascript-module", path: "elements-define.js", declarations: [], exports: definitions },
    ],
  };
  writeFileSync(join(outdir, "custom-elements.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

const sources = () => readdirSync(lib, { recursive: true }).filter((path) => /(?<!\.d|\.test|\.check)\.ts$/.test(path)).sort().map((path) => join(lib, path));

function promised({ kind, customElement, name, tagName, summary, description, attributes = [], members = [], events = [], slots = [], cssParts = [], cssProperties = [] }) {
  const contact = attributes.some((one) => one.name === "contact-id" && !one.inheritedFrom);
  const said = (list) => list.filter((one) => one.description).map(({ inheritedFrom, privacy, ...rest }) => rest);
  return {
    kind, customElement, name, tagName, summary, description, superclass: { name: "HTMLElement" },
    attributes: said(attributes.filter((one) => one.name !== "contact-id" || contact)),
    members: said(members.filter(({ privacy, name: member }) => (privacy ?? "public") === "public" && !member.startsWith("#") && (member !== "contactId" || contact))),
    events: said(events.filter((event) => event.name?.startsWith("stagebook-"))),
    slots: said(slots), cssParts: said(cssParts), cssProperties: said(cssProperties),
  };
}
