export { prepareWasm } from "./register.js";
