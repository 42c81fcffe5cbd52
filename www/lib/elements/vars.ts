// Values that a template can't write as a style attribute under a strict policy: set as custom properties through CSSOM.
import { noChange } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";

class Vars extends Directive {
  render(_values: Record<string, string | undefined>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [values]: [Record<string, string | undefined>]): unknown {
    for (const [name, value] of Object.entries(values)) (element as HTMLElement).style.setProperty(name, value ?? "");
    return noChange;
  }
}

export const vars = directive(Vars);
