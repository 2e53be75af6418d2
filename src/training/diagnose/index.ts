export { type DiagnoseOptions, diagnose } from "./diagnose.js";
export { diagnoseScope, type Scope } from "./diagnose-scope.js";
export { Diagnosis } from "./diagnosis.js";
export type { BatchLoss, LossName } from "./losses.js";
export { type NoiseScale, noiseScale } from "./noise.js";
export type { PlainData } from "./plain-data.js";
export type { Finding } from "./subject.js";
