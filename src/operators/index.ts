/** The public names of operators. */
export { diagonalOperator, restrict, scale, shift, sum, zero } from "./combinations.js";
export { fromMatrix } from "./from-matrix.js";
export type { LinearOperator, Rows } from "./linear-operator.js";
export { toMatrix, type ToMatrixOptions } from "./to-matrix.js";
