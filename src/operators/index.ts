/** The public names of operators. */
export { diagonalOperator, restrict, scale, shift, sum, zero } from "./combinations.js";
export {
  gradient,
  hvp,
  NotANumberError,
  type ValueAndGradient,
  valueAndGradient,
} from "./derivatives.js";
export { fromMatrix } from "./from-matrix.js";
export { empiricalFisher, gaussNewton } from "./gauss-newton.js";
export { type CurvatureOperator, type HessianOptions, hessian } from "./hessian.js";
export { jvp, type Model, vjp } from "./jacobian.js";
export type { LinearOperator, Rows } from "./linear-operator.js";
export { type OverBatchesOptions, overBatches } from "./over-batches.js";
export { countParameters, flatten, type Loss, type Parameters, unflatten } from "./parameters.js";
export {
  type ShardedHessian,
  type ShardedHessianOptions,
  shardedHessian,
} from "./sharded/sharded-hessian.js";
export type { Shard, ShardedLoss } from "./sharded/shards.js";
export { type ToMatrixOptions, toMatrix } from "./to-matrix.js";
