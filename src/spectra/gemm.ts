/**
 * C ← C + αAB on strided float64 storage: the kernel under `eigh`, where nearly all its time goes.
 *
 * A 4 × 4 tile of C is held in local variables, which the compiler keeps in registers, while packed
 * panels of A and B stream through the cache: eight loads for thirty-two operations (Goto and van de
 * Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34:3, 2008). Packing also
 * absorbs transposes, so a view may have any row and column stride.
 */

/** A matrix inside an array: entry (i, j) is `data[offset + i·rowStride + j·columnStride]`. */
export interface View {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A row-major view whose rows are `width` apart. */
export function rowMajor(data: Float64Array, width: number, offset = 0): View {
  return { data, offset, rowStride: width, columnStride: 1 };
}

export function transposed(view: View): View {
  return { ...view, rowStride: view.columnStride, columnStride: view.rowStride };
}

/** The panel of B, DEPTH × WIDTH, fits the second-level cache; a strip of 4 columns the first. */
const DEPTH = 256;
const WIDTH = 256;
const TILE = 4;

/**
 * C ← C + alpha·A·B, A m × k, B k × n, C m × n; C must not overlap A or B.
 * 2mnk operations at some 4–5 thousand million a second on a 2020s core.
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
  const depth = Math.min(DEPTH, k);
  const width = Math.min(WIDTH, n);
  const panelA = new Float64Array(TILE * depth);
  const panelB = new Float64Array(depth * TILE * Math.ceil(width / TILE));
  for (let p = 0; p < k; p += depth) {
    const kb = Math.min(depth, k - p);
    for (let j = 0; j < n; j += width) {
      const columns = Math.min(width, n - j);
      packPanel(b, p, j, kb, columns, panelB);
      for (let i = 0; i < m; i += TILE) {
        const at = a.offset + i * a.rowStride + p * a.columnStride;
        const rows = Math.min(TILE, m - i);
        pack(a.data, at, a.rowStride, a.columnStride, rows, kb, panelA, 0);
        multiplyStrip(kb, panelA, panelB, alpha, c, i, j, rows, columns);
      }
    }
  }
}

function packPanel(
  b: View,
  p: number,
  j: number,
  depth: number,
  columns: number,
  panel: Float64Array,
): void {
  for (let s = 0; s < columns; s += TILE) {
    const at = b.offset + p * b.rowStride + (j + s) * b.columnStride;
    const lines = Math.min(TILE, columns - s);
    pack(b.data, at, b.columnStride, b.rowStride, lines, depth, panel, s * depth);
  }
}

const tile = new Float64Array(TILE * TILE);

/** Up to four rows of C, tile by tile. */
function multiplyStrip(
  depth: number,
  panelA: Float64Array,
  panelB: Float64Array,
  alpha: number,
  c: View,
  i: number,
  j: number,
  rows: number,
  columns: number,
): void {
  for (let s = 0; s < columns; s += TILE) {
    multiplyTile(depth, panelA, panelB, s * depth);
    addTile(alpha, c, i, j + s, rows, Math.min(TILE, columns - s));
  }
}

/** Four lines of `length` entries, interleaved; missing lines become zeros. */
function pack(
  source: Float64Array,
  offset: number,
  lineStride: number,
  stride: number,
  lines: number,
  length: number,
  target: Float64Array,
  start: number,
): void {
  if (lines < TILE) target.fill(0, start, start + TILE * length);
  if (lines === TILE) {
    let from = offset;
    let to = start;
    for (let p = 0; p < length; p++) {
      target[to] = source[from]!;
      target[to + 1] = source[from + lineStride]!;
      target[to + 2] = source[from + 2 * lineStride]!;
      target[to + 3] = source[from + 3 * lineStride]!;
      from += stride;
      to += TILE;
    }
    return;
  }
  for (let line = 0; line < lines; line++) {
    for (let p = 0; p < length; p++) {
      target[start + TILE * p + line] = source[offset + line * lineStride + p * stride]!;
    }
  }
}

/** tile ← a 4 × depth panel times a depth × 4 one; longer than most, as it is unrolled by hand. */
function multiplyTile(depth: number, a: Float64Array, b: Float64Array, start: number): void {
  let [c00, c01, c02, c03] = [0, 0, 0, 0];
  let [c10, c11, c12, c13] = [0, 0, 0, 0];
  let [c20, c21, c22, c23] = [0, 0, 0, 0];
  let [c30, c31, c32, c33] = [0, 0, 0, 0];
  const end = TILE * depth;
  for (let p = 0, q = start; p < end; p += TILE, q += TILE) {
    const b0 = b[q]!;
    const b1 = b[q + 1]!;
    const b2 = b[q + 2]!;
    const b3 = b[q + 3]!;
    const a0 = a[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[p + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[p + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[p + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  tile[0] = c00;
  tile[1] = c01;
  tile[2] = c02;
  tile[3] = c03;
  tile[4] = c10;
  tile[5] = c11;
  tile[6] = c12;
  tile[7] = c13;
  tile[8] = c20;
  tile[9] = c21;
  tile[10] = c22;
  tile[11] = c23;
  tile[12] = c30;
  tile[13] = c31;
  tile[14] = c32;
  tile[15] = c33;
}

function addTile(
  alpha: number,
  c: View,
  i: number,
  j: number,
  rows: number,
  columns: number,
): void {
  const { data, rowStride, columnStride } = c;
  for (let r = 0; r < rows; r++) {
    let at = c.offset + (i + r) * rowStride + j * columnStride;
    for (let s = 0; s < columns; s++) {
      data[at]! += alpha * tile[TILE * r + s]!;
      at += columnStride;
    }
  }
}
