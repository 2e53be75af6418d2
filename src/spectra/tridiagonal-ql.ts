/**
 * Eigenvalues, and eigenvectors of small problems, of a symmetric tridiagonal matrix by the implicit
 * QL iteration with Wilkinson's shift.
 *
 * Each sweep chases a bulge from the bottom to the top and makes an entry beside the diagonal
 * vanish, cubically in the end. An entry counts as zero below rounding of the matrix's norm: dropping
 * it moves no eigenvalue by more. Parlett, *The Symmetric Eigenvalue Problem*, 8.9–8.14.
 */
import { maxAbs } from "../operators/vectors.js";

/** An iteration limit that is never met: two sweeps an eigenvalue are usual. */
const MAX_SWEEPS = 50;

/**
 * Overwrites d by the eigenvalues, unsorted, of the tridiagonal matrix with diagonal d and the
 * entries e beside it; e is destroyed. When `rows` is given (row-major, n × width), each rotation is
 * applied to its rows, so that rows of the identity become the eigenvectors.
 */
export function tridiagonalQl(
  d: Float64Array,
  e: Float64Array,
  rows?: Float64Array,
  width = 0,
): void {
  const n = d.length;
  const below = new Float64Array(n);
  below.set(e.subarray(0, Math.max(0, n - 1)));
  const negligible = 2 ** -55 * (maxAbs(d) + maxAbs(below));
  for (let l = 0; l < n; l++) {
    for (let sweeps = 0; ; sweeps++) {
      const m = blockEnd(d, below, l, negligible);
      if (m === l) break;
      if (sweeps === MAX_SWEEPS) {
        throw new Error(`tridiagonalQl: eigenvalue ${l} of ${n} took over ${MAX_SWEEPS} sweeps`);
      }
      qlSweep(d, below, l, m, rows, width);
    }
  }
}

/** The first index m ≥ l whose entry towards m + 1 is negligible. */
function blockEnd(d: Float64Array, e: Float64Array, l: number, negligible: number): number {
  let m = l;
  while (m < d.length - 1 && Math.abs(e[m]!) > negligible) m++;
  return m;
}

function qlSweep(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  rows: Float64Array | undefined,
  width: number,
): void {
  const ratio = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(ratio, 1);
  let g = d[m]! - d[l]! + e[l]! / (ratio + (ratio >= 0 ? root : -root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The bulge vanished early: the block splits here.
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    if (rows) rotateRows(rows, i * width, (i + 1) * width, width, c, s);
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}

function rotateRows(
  rows: Float64Array,
  first: number,
  second: number,
  width: number,
  c: number,
  s: number,
): void {
  for (let k = 0; k < width; k++) {
    const low = rows[first + k]!;
    const high = rows[second + k]!;
    rows[second + k] = s * low + c * high;
    rows[first + k] = c * low - s * high;
  }
}
