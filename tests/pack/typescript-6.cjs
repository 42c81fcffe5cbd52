// The checkers of Vue's and Svelte's templates use TypeScript's old interface, which version 7 has not: they are given version 6,
// wherever they ask for it.

const Module = require("node:module");

const find = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const old = request.replace(/^typescript(?=$|\/)/, "typescript-6");
  return old === request ? find.call(this, request, ...rest) : find.call(this, old, module, false);
};
