export { type DiagnoseOptions, diagnose } from "./diagnose.js";
export { Diagnosis } from "./diagnosis.js";
export { type NoiseScale, noiseScale } from "./noise.js";
export type { Finding } from "./subject.js";
