export { errorRate, lossOn } from "./batch.js";
export {
  type BatchLoss,
  type DiagnoseOptions,
  Diagnosis,
  diagnose,
  diagnoseScope,
  type Finding,
  type LossName,
  noiseScale,
  type PlainData,
  type Scope,
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
