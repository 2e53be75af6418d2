/**
 * Gram–Schmidt in SIMD WebAssembly, written in AssemblyScript. Pointers are byte offsets of float64
 * values; vectors lie one after the other, `bytes` apart, a multiple of 16, their padding zero.
 * Nothing here allocates, and there is no static data.
 *
 * `npm run kernels` compiles this file to krylov-module.ts.
 */

@inline
function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** w − Σ (vᵀw)v over `count` vectors from v on, four at a time so that w is read a quarter as often. */
export function removeSpan(w: usize, v: usize, count: i32, bytes: usize): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    removeFour(w, v, bytes);
    v += bytes << 2;
  }
  for (; j < count; j++) {
    removeOne(w, v, bytes);
    v += bytes;
  }
}

@inline
function removeFour(w: usize, v0: usize, bytes: usize): void {
  const v1 = v0 + bytes;
  const v2 = v1 + bytes;
  const v3 = v2 + bytes;
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let c2 = f64x2.splat(0);
  let c3 = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(w + i);
    c0 = f64x2.add(c0, f64x2.mul(x, v128.load(v0 + i)));
    c1 = f64x2.add(c1, f64x2.mul(x, v128.load(v1 + i)));
    c2 = f64x2.add(c2, f64x2.mul(x, v128.load(v2 + i)));
    c3 = f64x2.add(c3, f64x2.mul(x, v128.load(v3 + i)));
  }
  const s0 = f64x2.splat(total(c0));
  const s1 = f64x2.splat(total(c1));
  const s2 = f64x2.splat(total(c2));
  const s3 = f64x2.splat(total(c3));
  for (let i: usize = 0; i < bytes; i += 16) {
    const first = f64x2.add(
      f64x2.mul(s0, v128.load(v0 + i)),
      f64x2.mul(s1, v128.load(v1 + i)),
    );
    const second = f64x2.add(
      f64x2.mul(s2, v128.load(v2 + i)),
      f64x2.mul(s3, v128.load(v3 + i)),
    );
    v128.store(w + i, f64x2.sub(v128.load(w + i), f64x2.add(first, second)));
  }
}

@inline
function removeOne(w: usize, v: usize, bytes: usize): void {
  let c = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    c = f64x2.add(c, f64x2.mul(v128.load(w + i), v128.load(v + i)));
  }
  const s = f64x2.splat(total(c));
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(w + i, f64x2.sub(v128.load(w + i), f64x2.mul(s, v128.load(v + i))));
  }
}
