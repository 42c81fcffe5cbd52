// Line icons on a grid of 24, drawn in the text's colour. They say nothing that words do not say too.
import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  plus: "M12 5v14M5 12h14",
  arrow: "M5 12h14M13 6l6 6l-6 6",
  back: "M19 12H5M11 6l-6 6l6 6",
  swap: "M4 8h14l-4-4M20 16H6l4 4",
  user: "M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8M4.5 20a7.5 7.5 0 0 1 15 0",
  note: "M5 5h14v11H10l-5 4z",
  mail: "M4 6h16v12H4zM4 7l8 6l8-6",
  pencil: "M4 20l1-4L16 5l3 3L8 19z",
  box: "M4 8h16v11H4zM4 8l2-3h12l2 3M10 12h4",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.01",
  cross: "M6 6l12 12M18 6L6 18",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  cloud: "M7 18a4.5 4.5 0 0 1 0-9a5.5 5.5 0 0 1 10.5 1.5A3.8 3.8 0 0 1 17 18z",
  down: "M12 4v11M7 10.5l5 5l5-5M5 20h14",
  tasks: "M4 7l1.5 1.5L8 6M4 16l1.5 1.5L8 15M11 7.5h9M11 16.5h9",
  shield: "M12 3l7 2.5V11c0 5-3 8-7 10c-4-2-7-5-7-10V5.5zM9 11.5l2.2 2.2L15 10",
  link: "M10 14l4-4M8 11l-2 2a3.5 3.5 0 0 0 5 5l2-2M16 13l2-2a3.5 3.5 0 0 0-5-5l-2 2",
  filter: "M4 6h16l-6 7v6l-4-2v-4z",
} as const;
export type Icon = keyof typeof PATHS;

export const icon = (name: Icon): TemplateResult => html`<svg class="icon ${/arrow|back/.test(name) ? "flip" : ""}" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${PATHS[name]} />`}</svg>`;
