// stagebook/elements/define: imported, it defines all elements.
import { define } from "./index.js";

define();
