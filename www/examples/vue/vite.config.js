import vue from "@vitejs/plugin-vue";

const isCustomElement = (tag) => tag.startsWith("stagebook-");
export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
