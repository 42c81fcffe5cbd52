// The elements in Vue's templates: add "stagebook/elements/vue" to the `types` of tsconfig.json, or import it once. Tell Vue's
// compiler that they are elements: `isCustomElement: (tag) => tag.startsWith("stagebook-")`.
import type { StagebookEventMap, StagebookTags } from "stagebook/elements";
import type { EmitFn, PublicProps } from "vue";

type Own<Element> = Partial<Omit<Element, keyof HTMLElement | "refresh" | "begin" | "offer" | "save" | "changes" | "updateComplete">>;
type Emits = { [Name in keyof StagebookEventMap]: (event: StagebookEventMap[Name]) => void };

declare module "vue" {
  interface GlobalComponents extends StagebookComponents {}
}
type StagebookComponents = { [Name in keyof StagebookTags]: new () => StagebookTags[Name] & { $props: Own<StagebookTags[Name]> & PublicProps; $emit: EmitFn<Emits> } };
