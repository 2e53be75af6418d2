/** The public names of optimize. */

export { type LossObjective, objective } from "./loss-objective.js";
export { type Method, methods } from "./method-options.js";
export {
  type MinimizeOptions,
  type MinimizeProgress,
  type MinimizeResult,
  minimize,
  type TraceStep,
} from "./minimize.js";
export type { LeastSquaresParts, Objective, ObjectiveSpec } from "./objective.js";
export { problems } from "./problems/problems.js";
export type { Minimum, SumOfSquares, TestProblem } from "./problems/test-problem.js";
export type { ShiftedStep } from "./shifted-step.js";
export type { Status } from "./solver.js";
export { trustRegionSubproblem } from "./trust-region-subproblem.js";
