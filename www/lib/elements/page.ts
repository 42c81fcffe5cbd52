// What stands for a page's own names where there is no page: the bundle puts it in their place.
export const HTMLElementOrNone = globalThis["HTMLElement"] ?? class {};
export const documentOrNone = globalThis["document"] ?? { createTreeWalker() {} };
