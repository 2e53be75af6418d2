export { Float64Backend } from "./backend.js";
export { prepareFloat64 } from "./register.js";
