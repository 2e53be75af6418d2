/**
 * The loops of the tridiagonalisation in SIMD WebAssembly, written in AssemblyScript: those that
 * read the trailing matrix once for each reflection. Pointers are byte offsets of float64 values; A
 * is row-major n × n with its upper triangle stored, W holds a row of n for each reflection of the
 * panel. Nothing here allocates, and there is no static data.
 *
 * `npm run kernels` compiles this file to tridiagonal-module.ts.
 */

/** y += s·a + t·b, of n values. */
@inline
function addTwo(y: usize, s: f64, a: usize, t: f64, b: usize, n: i32): void {
  const ss = f64x2.splat(s);
  const tt = f64x2.splat(t);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const sum = f64x2.add(f64x2.mul(ss, v128.load(a + i)), f64x2.mul(tt, v128.load(b + i)));
    v128.store(y + i, f64x2.add(v128.load(y + i), sum));
  }
  if (i < end) {
    const sum = s * load<f64>(a + i) + t * load<f64>(b + i);
    store<f64>(y + i, load<f64>(y + i) + sum);
  }
}

@inline
function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Row j of A as the panel's reflections since `start` leave it, from its diagonal on. */
export function refreshRow(a: usize, w: usize, n: i32, start: i32, j: i32): void {
  const row = a + (<usize>(j * n + j) << 3);
  for (let p = start; p < j; p++) {
    const v = a + (<usize>(p * n + j) << 3);
    const wp = w + (<usize>((p - start) * n + j) << 3);
    addTwo(row, -load<f64>(v), wp, -load<f64>(wp), v, n - j);
  }
}

/**
 * w_j = τ(Av − ½τ(vᵀAv)v) for the reflector v in row j of A, right of the diagonal, with A as the
 * panel's reflections so far leave it: A − vwᵀ − wvᵀ is next.
 */
export function panelVector(a: usize, w: usize, n: i32, start: i32, j: i32, tau: f64): void {
  const first = j + 1;
  const length = n - first;
  const v = a + (<usize>(j * n + first) << 3);
  const y = w + (<usize>((j - start) * n + first) << 3);
  memory.fill(y - (<usize>first << 3), 0, <usize>n << 3);
  multiplyTrailing(a, n, first, v, y);
  for (let p = start; p < j; p++) {
    const vp = a + (<usize>(p * n + first) << 3);
    const wp = w + (<usize>((p - start) * n + first) << 3);
    let alongW = f64x2.splat(0);
    let alongV = f64x2.splat(0);
    let i: usize = 0;
    const end = <usize>length << 3;
    for (; i + 16 <= end; i += 16) {
      const x = v128.load(v + i);
      alongW = f64x2.add(alongW, f64x2.mul(v128.load(wp + i), x));
      alongV = f64x2.add(alongV, f64x2.mul(v128.load(vp + i), x));
    }
    let alongWTotal = total(alongW);
    let alongVTotal = total(alongV);
    if (i < end) {
      alongWTotal += load<f64>(wp + i) * load<f64>(v + i);
      alongVTotal += load<f64>(vp + i) * load<f64>(v + i);
    }
    addTwo(y, -alongWTotal, vp, -alongVTotal, wp, length);
  }
  let product: f64 = 0;
  for (let i = 0; i < length; i++) {
    product += load<f64>(y + (<usize>i << 3)) * load<f64>(v + (<usize>i << 3));
  }
  const half = 0.5 * tau * tau * product;
  for (let i = 0; i < length; i++) {
    const at = <usize>i << 3;
    store<f64>(y + at, tau * load<f64>(y + at) - half * load<f64>(v + at));
  }
}

/**
 * y += Sx for the trailing symmetric block S from row `first`, of which the upper triangle is
 * stored. Four rows at a time: each stored entry serves two products, and y is loaded once for four.
 */
function multiplyTrailing(a: usize, n: i32, first: i32, x: usize, y: usize): void {
  const step = <usize>n << 3;
  let i = first;
  for (; i + 3 < n; i += 4) {
    const place = <usize>(i - first) << 3;
    multiplyCorner(a, n, i, min(i + 4, n), x + place, y + place);
    const x0 = v128.load64_splat(x + place);
    const x1 = v128.load64_splat(x + place + 8);
    const x2 = v128.load64_splat(x + place + 16);
    const x3 = v128.load64_splat(x + place + 24);
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let r0 = a + (<usize>(i * n + i + 4) << 3);
    let xj = x + place + 32;
    let yj = y + place + 32;
    let left = n - i - 4;
    for (; left >= 2; left -= 2) {
      const r1 = r0 + step;
      const a0 = v128.load(r0);
      const a1 = v128.load(r1);
      const a2 = v128.load(r1 + step);
      const a3 = v128.load(r1 + 2 * step);
      const xx = v128.load(xj);
      s0 = f64x2.add(s0, f64x2.mul(a0, xx));
      s1 = f64x2.add(s1, f64x2.mul(a1, xx));
      s2 = f64x2.add(s2, f64x2.mul(a2, xx));
      s3 = f64x2.add(s3, f64x2.mul(a3, xx));
      const low = f64x2.add(f64x2.mul(a0, x0), f64x2.mul(a1, x1));
      const high = f64x2.add(f64x2.mul(a2, x2), f64x2.mul(a3, x3));
      v128.store(yj, f64x2.add(v128.load(yj), f64x2.add(low, high)));
      r0 += 16;
      xj += 16;
      yj += 16;
    }
    let sums0 = total(s0), sums1 = total(s1), sums2 = total(s2), sums3 = total(s3);
    if (left > 0) {
      const a0 = load<f64>(r0), a1 = load<f64>(r0 + step);
      const a2 = load<f64>(r0 + 2 * step), a3 = load<f64>(r0 + 3 * step);
      const xx = load<f64>(xj);
      sums0 += a0 * xx;
      sums1 += a1 * xx;
      sums2 += a2 * xx;
      sums3 += a3 * xx;
      const low = a0 * f64x2.extract_lane(x0, 0) + a1 * f64x2.extract_lane(x1, 0);
      const high = a2 * f64x2.extract_lane(x2, 0) + a3 * f64x2.extract_lane(x3, 0);
      store<f64>(yj, load<f64>(yj) + (low + high));
    }
    const out = y + place;
    store<f64>(out, load<f64>(out) + sums0);
    store<f64>(out + 8, load<f64>(out + 8) + sums1);
    store<f64>(out + 16, load<f64>(out + 16) + sums2);
    store<f64>(out + 24, load<f64>(out + 24) + sums3);
  }
  const place = <usize>(i - first) << 3;
  multiplyCorner(a, n, i, n, x + place, y + place);
}

/** The diagonal block of rows and columns i to end − 1; x and y begin at entry i. */
function multiplyCorner(a: usize, n: i32, i: i32, end: i32, x: usize, y: usize): void {
  for (let r = i; r < end; r++) {
    const xr = x + (<usize>(r - i) << 3);
    const yr = y + (<usize>(r - i) << 3);
    store<f64>(yr, load<f64>(yr) + load<f64>(a + (<usize>(r * n + r) << 3)) * load<f64>(xr));
    for (let s = r + 1; s < end; s++) {
      const entry = load<f64>(a + (<usize>(r * n + s) << 3));
      const xs = x + (<usize>(s - i) << 3);
      const ys = y + (<usize>(s - i) << 3);
      store<f64>(yr, load<f64>(yr) + entry * load<f64>(xs));
      store<f64>(ys, load<f64>(ys) + entry * load<f64>(xr));
    }
  }
}
