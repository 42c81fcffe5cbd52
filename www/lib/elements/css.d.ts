// The build minifies a style sheet and gives it as a text.
declare module "*.css" {
  const text: string;
  export default text;
}
