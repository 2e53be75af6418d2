export { connectionGuard } from "./connection.js";
export type { Derivation } from "./derivative.js";
export { derive } from "./derive.js";
export { isObserved, observing } from "./observe.js";
export { Program, tensorsSharing } from "./program.js";
export { record } from "./record.js";
