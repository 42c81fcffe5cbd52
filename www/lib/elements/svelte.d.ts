// The elements in Svelte's templates: add "stagebook/elements/svelte" to the `types` of tsconfig.json, or import it once.
import type { StagebookEventMap, StagebookTags } from "stagebook/elements";
import type { HTMLAttributes } from "svelte/elements";

type Events = { [Name in keyof StagebookEventMap as `on${Name}`]?: (event: StagebookEventMap[Name]) => void };
type Own<Element> = Partial<Omit<Element, keyof HTMLElement | "refresh" | "begin" | "offer" | "save" | "changes" | "updateComplete">>;

declare module "svelte/elements" {
  interface SvelteHTMLElements extends StagebookSvelteElements {}
}
type StagebookSvelteElements = { [Name in keyof StagebookTags]: Omit<HTMLAttributes<StagebookTags[Name]>, keyof Own<StagebookTags[Name]>> & Own<StagebookTags[Name]> & Events };
