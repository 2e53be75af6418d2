/**
 * C ← C + αAB on strided float64 storage: the kernel under `eigh`, where nearly all its time goes.
 *
 * The products run in the SIMD kernel of the float64 backend; what is here packs views for it, so
 * that transposes and blocks of a matrix cost no copy of their own, and adds its blocks to C.
 */
import { type Matrix, packColumns, packRows } from "../tensor/float64/matmul.js";
import { gemm as multiplyPacked } from "../tensor/float64/simd/gemm.js";

/** A matrix inside an array: entry (i, j) is `values[start + i·rowStep + j·columnStep]`. */
export type View = Matrix;

/** A row-major view whose rows are `width` apart. */
export function rowMajor(values: Float64Array, width: number, start = 0): View {
  return { values, start, rowStep: width, columnStep: 1 };
}

export function transposed(view: View): View {
  return { ...view, rowStep: view.columnStep, columnStep: view.rowStep };
}

/**
 * C ← C + alpha·A·B, A m × k, B k × n, C m × n, row-major; C must not overlap A or B.
 * 2mnk operations, some 8 thousand million a second on a 2020s core.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: View,
  b: View,
  c: View,
): void {
  multiplyPacked([m, k, n], packRows(a), packColumns(b, n), (from, at, width, row, rows) => {
    for (let i = 0; i < rows; i++) {
      let to = c.start + (row + i) * c.rowStep;
      const source = at + i * width;
      for (let j = 0; j < n; j++, to += c.columnStep) c.values[to]! += alpha * from[source + j]!;
    }
  });
}
