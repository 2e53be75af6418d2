/** The public names of landscape. */
export { assign } from "./assign.js";
export { type Attractor, type Basins, type BasinsOptions, basins } from "./basins.js";
export { canonicalForm, type SymmetricActivation, symmetryCount } from "./canonical-form.js";
export { type CensusOptions, type CensusRow, census } from "./census.js";
export { type Classified, classify, type Kind } from "./classify.js";
export { type Connection, type ConnectOptions, connect } from "./connect.js";
export {
  type CriticalMethod,
  type CriticalPoint,
  type CriticalPointsOptions,
  criticalPoints,
} from "./critical-points.js";
export {
  type DenseLayer,
  flattenLayers,
  type NetworkWeights,
  type OwnLayer,
} from "./dense-layers.js";
export { type InterpolateOptions, type Interpolation, interpolate } from "./interpolate.js";
export { type Matching, type MatchOptions, matchPermutation } from "./match-permutation.js";
export type { ObjectiveModule, ObjectiveSource } from "./objective-source.js";
export { type OutcomeRun, type Outcomes, type OutcomesOptions, outcomes } from "./outcomes.js";
export { type ParallelOptions, parallelMap } from "./parallel-map.js";
export {
  type Directions,
  filterNormalised,
  filtersOf,
  project,
  type Slice,
  type SliceOptions,
  slice,
  trajectoryPlane,
} from "./slice.js";
