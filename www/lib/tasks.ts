// book.tasks: each call handed to the component under the name it has there.

import type { Handle } from "./handle.js";
import type { Tasks } from "./types.js";

export function tasks(handle: Handle): Tasks {
  return {
    list: (query) => handle.read("tasks.list", {}, query),
    complete: (id, input, options) => handle.write("tasks.complete", { id }, input, options),
    reopen: (id, options) => handle.write("tasks.reopen", { id }, options),
    reassign: (id, assignee, options) => handle.write("tasks.reassign", { id, assignee }, options),
  };
}
