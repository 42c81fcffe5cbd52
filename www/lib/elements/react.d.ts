// The elements in React 19 and later: add "stagebook/elements/react" to the `types` of tsconfig.json, or import it once.
import type { StagebookEventMap, StagebookTags } from "stagebook/elements";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type Events = { [Name in keyof StagebookEventMap as `on${Name}`]?: (event: StagebookEventMap[Name]) => void };
type Own<Element> = Partial<Omit<Element, keyof HTMLElement | "refresh" | "begin" | "offer" | "save" | "changes" | "updateComplete">>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends StagebookIntrinsicElements {}
  }
}
type StagebookIntrinsicElements = {
  [Name in keyof StagebookTags]: Omit<DetailedHTMLProps<HTMLAttributes<StagebookTags[Name]>, StagebookTags[Name]>, keyof Own<StagebookTags[Name]>> & Own<StagebookTags[Name]> & Events;
};
