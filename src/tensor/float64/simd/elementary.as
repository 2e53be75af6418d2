/**
 * tanh and the logistic function of float64 arrays in SIMD WebAssembly, written in AssemblyScript,
 * in place. Pointers are byte offsets; the length is a multiple of four, the last values may be
 * padding. Nothing here allocates, and there is no static data.
 *
 * e^x = 2ⁿ·e^r with n the integer nearest to x/ln 2 and |r| ≤ ln(2)/2; e^r − 1 is summed by its
 * Taylor series to r¹³/13!, which leaves out 4e-18. Muller, *Elementary Functions*, chapters 4 and 11.
 *
 * `npm run kernels` compiles this file to elementary-module.ts.
 */

/** Added to a number below 2⁵¹ it leaves the nearest integer in the low bits of the sum. */
const SHIFT: f64 = 6755399441055744.0;

/** ½ + r/6 + … by Horner's rule, on from the sum of the terms r¹²/14! and beyond. */
@inline
function horner(p: v128, r: v128): v128 {
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6227020800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  return f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
}

/** 1/14! + r/15! + r²/16! + r³/17!: needed up to r = ln 2, where what remains is 5e-18. */
@inline
function tail(r: v128): v128 {
  let p = f64x2.splat(1.0 / 355687428096000.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 20922789888000.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 1307674368000.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 87178291200.0));
  return p;
}

/** e^r − 1 for |r| ≤ ln(2)/2: the small terms first, so that r is rounded once. */
@inline
function expm1Reduced(r: v128): v128 {
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), horner(f64x2.splat(0), r)));
}

/** x·log₂e + offset + SHIFT: its low bits are n. */
@inline
function shifted(x: v128, offset: f64): v128 {
  const scaled = f64x2.mul(x, f64x2.splat(1.4426950408889634));
  return f64x2.add(f64x2.add(scaled, f64x2.splat(offset)), f64x2.splat(SHIFT));
}

/** x − n·ln 2, with ln 2 in two parts, of which the first has 32 bits and n·it is exact. */
@inline
function reduced(x: v128, n: v128): v128 {
  const r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  return f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
}

/** 2ⁿ from n + SHIFT, −1022 ≤ n ≤ 1023. */
@inline
function power(shiftedN: v128): v128 {
  return i64x2.add(i64x2.shl(shiftedN, 52), i64x2.splat(0x3ff0000000000000));
}

/** e^x over the whole range: 2ⁿ is applied in halves, as it may be below 2⁻¹⁰²² or above 2¹⁰²³. */
@inline
function exp2(x: v128): v128 {
  const inside = f64x2.max(f64x2.min(x, f64x2.splat(800)), f64x2.splat(-800));
  const s = shifted(inside, 0);
  const n = f64x2.sub(s, f64x2.splat(SHIFT));
  const r = reduced(inside, n);
  const half = f64x2.add(f64x2.mul(n, f64x2.splat(0.5)), f64x2.splat(SHIFT));
  const rest = f64x2.add(f64x2.sub(n, f64x2.sub(half, f64x2.splat(SHIFT))), f64x2.splat(SHIFT));
  const e = f64x2.add(f64x2.splat(1), expm1Reduced(r));
  return f64x2.mul(f64x2.mul(e, power(half)), power(rest));
}

/** 1/(1 + e^−x). */
@inline
function logistic2(x: v128): v128 {
  const one = f64x2.splat(1);
  return f64x2.div(one, f64x2.add(one, exp2(f64x2.neg(x))));
}

/** With m = e^{2|x|} − 1, tanh|x| = m/(m + 2); from |x| = 25 on that is 1. */
@inline
function tanh2(x: v128): v128 {
  const t = f64x2.min(f64x2.mul(f64x2.splat(2), f64x2.abs(x)), f64x2.splat(50));
  // Rounded down, 0 ≤ r ≤ ln 2, so that 2ⁿq and 2ⁿ − 1 add up without cancellation.
  const s = shifted(t, -0.5);
  const two = power(s);
  const r = reduced(t, f64x2.sub(s, f64x2.splat(SHIFT)));
  const q = f64x2.add(r, f64x2.mul(f64x2.mul(r, r), horner(tail(r), r)));
  const m = f64x2.add(f64x2.mul(two, q), f64x2.sub(two, f64x2.splat(1)));
  const size = f64x2.div(m, f64x2.add(m, f64x2.splat(2)));
  return v128.or(size, v128.and(x, f64x2.splat(-0.0)));
}

// Two vectors a turn: each waits for its own chain of products, the constants serve both.

export function logistic(x: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  for (; x < end; x += 32) {
    const low = logistic2(v128.load(x));
    const high = logistic2(v128.load(x, 16));
    v128.store(x, low);
    v128.store(x, high, 16);
  }
}

export function tanh(x: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  for (; x < end; x += 32) {
    const low = tanh2(v128.load(x));
    const high = tanh2(v128.load(x, 16));
    v128.store(x, low);
    v128.store(x, high, 16);
  }
}
