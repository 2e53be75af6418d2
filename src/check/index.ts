export { type Claim, Claims, check, Verdict } from "./check.js";
export type { Exercise } from "./exercise.js";
