// The book's SVG as elements: read by a reader of its own, because a page that requires Trusted Types lets no parser of the
// browser see a text. It knows what the book writes: elements, attributes in double quotes, text; and lets through no more.
const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "g", "path", "rect", "circle", "text", "tspan", "title", "desc", "line", "polygon", "ellipse"]);
const TOKEN = /<\/(\w+)>|<(\w+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" };

export function drawing(text: string): Element {
  const root = document.createElementNS(SVG, "g");
  const open: Element[] = [root];
  for (const [, closing, name, attributes = "", alone, content] of text.matchAll(TOKEN)) {
    const at = open.at(-1)!;
    if (content !== undefined) at.append(plain(content));
    else if (closing !== undefined) open.length > 1 && open.pop();
    else if (name !== undefined) {
      const made = element(name, attributes);
      at.append(made);
      if (!alone) open.push(made);
    }
  }
  return root.firstElementChild ?? root;
}

/** What is not known stands as an empty group: its attributes, and so whatever they could do, are left out. */
function element(name: string, attributes: string): Element {
  const known = ELEMENTS.has(name);
  const made = document.createElementNS(SVG, known ? name : "g");
  if (known) for (const [, key, value] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) if (!/^(on|style$|href$|xlink|xmlns)/i.test(key!)) made.setAttribute(key!, plain(value!));
  return made;
}

const plain = (text: string) => text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
  hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : NAMED[name] ?? whole);
