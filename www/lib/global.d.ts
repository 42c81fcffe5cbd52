// What stagebook.global.js puts on the page: the names of "stagebook" and "stagebook/elements" in one object. The elements are
// defined by then. In TypeScript, add "stagebook/global" to the `types` of tsconfig.json.
import type * as elements from "./elements/index.js";
import type * as engine from "./index.js";

declare global {
  var stagebook: typeof engine & Pick<typeof elements, "elements" | "define">;
}
