// What an act asks before it is done. None of it is needed to show anything: it is loaded when something is first asked.
export { cancel, complete, edit, reassign } from "./activity.js";
export { answer, boxes, diagram, fill, way } from "./move.js";
