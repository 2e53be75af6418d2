export { connectionGuard } from "./connection.js";
export { observing } from "./observe.js";
export { Program } from "./program.js";
export { record } from "./record.js";
