export { errorRate, lossOn } from "./batch.js";
export {
  type DiagnoseOptions,
  Diagnosis,
  diagnose,
  type Finding,
  noiseScale,
} from "./diagnose/index.js";
export {
  type Gauge,
  type GaugeOptions,
  gauges,
  type Probe,
  type SharpnessOptions,
} from "./gauges.js";
export { type TrainingProgress, type TrainOptions, train } from "./train.js";
export {
  type GaugeReadings,
  type TrainingRecord,
  TrainingRun,
  type TrainingSettings,
} from "./training-run.js";
