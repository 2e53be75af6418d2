/**
 * Kernels in SIMD WebAssembly, written in AssemblyScript. They run in the memory of tfjs's wasm
 * module, on tensors where they lie: every pointer is a byte offset of float32 values in row-major
 * order. Nothing here allocates, and there is no static data.
 *
 * `npm run kernels` compiles this file to module.ts.
 */

// ---------------------------------------------------------------- tanh

/**
 * |x| < 0.625: x + x·z·P(z), z = x², P fitted to a relative error of 4e-9.
 * Elsewhere: 1 − 2/(e^{2|x|} + 1), e^t = 2ⁿ·e^r, e^r = 1 + r + r²·Q(r), Q fitted to 3e-9.
 */
@inline
function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-0.005704975464101251);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.02063907587594356));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.05373971117164229));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.13331442143887579));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.33333281939568093));
  const small = f32x4.add(x, f32x4.mul(f32x4.mul(x, z), p));
  // Beyond 9.02 tanh is 1 in float32.
  const t = f32x4.mul(f32x4.splat(2), f32x4.min(size, f32x4.splat(9.5)));
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, the first exact in few bits.
  let r = f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693145751953125)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.428606765330187e-6)));
  let q = f32x4.splat(0.0013814539994690307);
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.008368745393741266));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.04166839079644194));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.1666652039597829));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.49999993432020134));
  const power = f32x4.add(one, f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
  const shift = i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23);
  const exponential = i32x4.add(power, shift);
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exponential, one)));
  const signed = v128.or(large, v128.and(x, f32x4.splat(-0.0)));
  // NaN compares false both ways; the small branch carries it through.
  const isLarge = f32x4.ge(size, f32x4.splat(0.625));
  return v128.bitselect(signed, small, isLarge);
}

export function tanh(x: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) v128.store(out + i, tanh4(v128.load(x + i)));
  for (; i < end; i += 4) {
    store<f32>(out + i, f32x4.extract_lane(tanh4(f32x4.splat(load<f32>(x + i))), 0));
  }
}

// ---------------------------------------------------------------- binary operations

@inline
function apply4(kind: i32, a: v128, b: v128): v128 {
  if (kind == 0) return f32x4.add(a, b);
  if (kind == 1) return f32x4.sub(a, b);
  if (kind == 2) return f32x4.mul(a, b);
  if (kind == 3) return f32x4.div(a, b);
  // These give NaN where either operand is.
  if (kind == 4) return f32x4.max(a, b);
  return f32x4.min(a, b);
}

@inline
function apply1(kind: i32, a: f32, b: f32): f32 {
  if (kind == 0) return a + b;
  if (kind == 1) return a - b;
  if (kind == 2) return a * b;
  if (kind == 3) return a / b;
  if (kind == 4) return max<f32>(a, b);
  return min<f32>(a, b);
}

/**
 * z[o, i] = a[o·aOuter + i·aInner] ∘ b[o·bOuter + i·bInner]: strides in values, inner ones 0 or 1.
 */
@inline
function binary(
  kind: i32, a: usize, b: usize, z: usize, outer: i32, inner: i32,
  aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  const bytes = <usize>inner << 2;
  for (let o = 0; o < outer; o++) {
    let i: usize = 0;
    if (aInner == 1 && bInner == 1) {
      for (; i + 16 <= bytes; i += 16) {
        v128.store(z + i, apply4(kind, v128.load(a + i), v128.load(b + i)));
      }
      for (; i < bytes; i += 4) store<f32>(z + i, apply1(kind, load<f32>(a + i), load<f32>(b + i)));
    } else if (aInner == 1) {
      const y = load<f32>(b);
      for (; i + 16 <= bytes; i += 16) {
        v128.store(z + i, apply4(kind, v128.load(a + i), f32x4.splat(y)));
      }
      for (; i < bytes; i += 4) store<f32>(z + i, apply1(kind, load<f32>(a + i), y));
    } else {
      const x = load<f32>(a);
      const step = <usize>bInner;
      for (; i + 16 <= bytes && bInner == 1; i += 16) {
        v128.store(z + i, apply4(kind, f32x4.splat(x), v128.load(b + i)));
      }
      for (; i < bytes; i += 4) store<f32>(z + i, apply1(kind, x, load<f32>(b + i * step)));
    }
    a += <usize>aOuter << 2;
    b += <usize>bOuter << 2;
    z += bytes;
  }
}

export function add(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(0, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

export function subtract(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(1, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

export function multiply(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(2, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

export function divide(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(3, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

export function maximum(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(4, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

export function minimum(
  a: usize, b: usize, z: usize, outer: i32, inner: i32, aOuter: i32, aInner: i32, bOuter: i32, bInner: i32,
): void {
  binary(5, a, b, z, outer, inner, aOuter, aInner, bOuter, bInner);
}

// ---------------------------------------------------------------- sums

/** out[o, i] = Σ_r x[o, r, i], summed in double precision. */
export function sumMiddle(x: usize, out: usize, outer: i32, count: i32, inner: i32): void {
  const stride = <usize>inner << 2;
  for (let o = 0; o < outer; o++) {
    let i = 0;
    for (; i + 8 <= inner; i += 8) {
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      let at = x + (<usize>i << 2);
      for (let r = 0; r < count; r++) {
        s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(at)));
        s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(at + 8)));
        s2 = f64x2.add(s2, f64x2.promote_low_f32x4(v128.load64_zero(at + 16)));
        s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.load64_zero(at + 24)));
        at += stride;
      }
      const to = out + (<usize>i << 2);
      store2(to, s0);
      store2(to + 8, s1);
      store2(to + 16, s2);
      store2(to + 24, s3);
    }
    for (; i < inner; i++) {
      let s: f64 = 0;
      let at = x + (<usize>i << 2);
      for (let r = 0; r < count; r++) {
        s += <f64>load<f32>(at);
        at += stride;
      }
      store<f32>(out + (<usize>i << 2), <f32>s);
    }
    x += stride * count;
    out += stride;
  }
}

@inline
function store2(to: usize, pair: v128): void {
  store<f32>(to, <f32>f64x2.extract_lane(pair, 0));
  store<f32>(to + 4, <f32>f64x2.extract_lane(pair, 1));
}

/** out[o] = Σ_r x[o, r], summed in double precision. */
export function sumRows(x: usize, out: usize, outer: i32, count: i32): void {
  for (let o = 0; o < outer; o++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let r = 0;
    for (; r + 4 <= count; r += 4) {
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(x)));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(x + 8)));
      x += 16;
    }
    s0 = f64x2.add(s0, s1);
    let s = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    for (; r < count; r++) {
      s += <f64>load<f32>(x);
      x += 4;
    }
    store<f32>(out + (<usize>o << 2), <f32>s);
  }
}

// ---------------------------------------------------------------- transposition

/** out[c·outStride + r] = x[r, c] for x of `rows` × `columns`, in tiles of 4 × 4. */
export function transpose(x: usize, out: usize, rows: i32, columns: i32, outStride: i32): void {
  const xStep = <usize>columns << 2;
  const outStep = <usize>outStride << 2;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let from = x + xStep * r;
    let to = out + (<usize>r << 2);
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const a = v128.load(from);
      const b = v128.load(from + xStep);
      const d = v128.load(from + 2 * xStep);
      const e = v128.load(from + 3 * xStep);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const de0 = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
      const de1 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(ab0, de0, 0, 2));
      v128.store(to + outStep, v128.shuffle<f64>(ab0, de0, 1, 3));
      v128.store(to + 2 * outStep, v128.shuffle<f64>(ab1, de1, 0, 2));
      v128.store(to + 3 * outStep, v128.shuffle<f64>(ab1, de1, 1, 3));
      from += 16;
      to += 4 * outStep;
    }
    for (; c < columns; c++) {
      for (let k: usize = 0; k < 4; k++) store<f32>(to + (k << 2), load<f32>(from + k * xStep));
      from += 4;
      to += outStep;
    }
  }
  for (; r < rows; r++) {
    let from = x + xStep * r;
    let to = out + (<usize>r << 2);
    for (let c = 0; c < columns; c++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += outStep;
    }
  }
}

// ---------------------------------------------------------------- max pooling

/**
 * Gradient of max pooling without overlap: dx is dy at the first maximum of each window, in
 * row-major order, and zero elsewhere. dx must be zeroed before.
 */
export function maxPoolPut(
  x: usize, dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, down: i32, across: i32, strideY: i32, strideX: i32, top: i32, left: i32,
): void {
  maxPool(true, x, dy, dx, batch, height, width, channels, outHeight, outWidth, down, across, strideY, strideX, top, left);
}

/** Its adjoint: out is the entry of v at the first maximum of each window of x. */
export function maxPoolTake(
  x: usize, out: usize, v: usize, batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, down: i32, across: i32, strideY: i32, strideX: i32, top: i32, left: i32,
): void {
  maxPool(false, x, out, v, batch, height, width, channels, outHeight, outWidth, down, across, strideY, strideX, top, left);
}

/** `small` has the pooled shape, `large` that of x; values move from small to large, or back. */
@inline
function maxPool(
  put: bool, x: usize, small: usize, large: usize, batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, down: i32, across: i32, strideY: i32, strideX: i32, top: i32, left: i32,
): void {
  const pixel = <usize>channels << 2;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y0 = max(0, oy * strideY - top);
      const y1 = min(height, oy * strideY - top + down);
      for (let ox = 0; ox < outWidth; ox++) {
        const x0 = max(0, ox * strideX - left);
        const x1 = min(width, ox * strideX - left + across);
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          let best = f32x4.splat(-Infinity);
          for (let row = y0; row < y1; row++) {
            let at = <usize>((b * height + row) * width + x0) * pixel + c;
            for (let column = x0; column < x1; column++) {
              best = f32x4.pmax(best, v128.load(x + at));
              at += pixel;
            }
          }
          let open = i32x4.splat(-1);
          const slope = put ? v128.load(small + c) : f32x4.splat(0);
          let taken = f32x4.splat(0);
          for (let row = y0; row < y1; row++) {
            let at = <usize>((b * height + row) * width + x0) * pixel + c;
            for (let column = x0; column < x1; column++) {
              const here = v128.and(f32x4.eq(v128.load(x + at), best), open);
              open = v128.andnot(open, here);
              if (put) {
                v128.store(large + at, f32x4.add(v128.load(large + at), v128.and(slope, here)));
              } else {
                taken = v128.or(taken, v128.and(v128.load(large + at), here));
              }
              at += pixel;
            }
          }
          if (!put) v128.store(small + c, taken);
        }
        for (; c < pixel; c += 4) {
          let best: f32 = -Infinity;
          let place: usize = 0;
          let found = false;
          for (let row = y0; row < y1; row++) {
            let at = <usize>((b * height + row) * width + x0) * pixel + c;
            for (let column = x0; column < x1; column++) {
              const value = load<f32>(x + at);
              if (value > best) {
                best = value;
                place = at;
                found = true;
              }
              at += pixel;
            }
          }
          if (put) {
            if (found) store<f32>(large + place, load<f32>(large + place) + load<f32>(small + c));
          } else {
            store<f32>(small + c, found ? load<f32>(large + place) : 0);
          }
        }
        small += pixel;
      }
    }
  }
}

// ---------------------------------------------------------------- products that sum over rows

/**
 * c[m, n] = Σ_k a[k, m] · b[k, n]: the product aᵀb without a transpose, in tiles of 4 × 8.
 */
export function transposedProduct(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  const aStep = <usize>m << 2;
  const bStep = <usize>n << 2;
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
      let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
      let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
      let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
      let p = a + (<usize>i << 2);
      let q = b + (<usize>j << 2);
      for (let s = 0; s < k; s++) {
        const b0 = v128.load(q);
        const b1 = v128.load(q + 16);
        let w = v128.load32_splat(p);
        c00 = f32x4.add(c00, f32x4.mul(w, b0));
        c01 = f32x4.add(c01, f32x4.mul(w, b1));
        w = v128.load32_splat(p + 4);
        c10 = f32x4.add(c10, f32x4.mul(w, b0));
        c11 = f32x4.add(c11, f32x4.mul(w, b1));
        w = v128.load32_splat(p + 8);
        c20 = f32x4.add(c20, f32x4.mul(w, b0));
        c21 = f32x4.add(c21, f32x4.mul(w, b1));
        w = v128.load32_splat(p + 12);
        c30 = f32x4.add(c30, f32x4.mul(w, b0));
        c31 = f32x4.add(c31, f32x4.mul(w, b1));
        p += aStep;
        q += bStep;
      }
      let to = c + bStep * i + (<usize>j << 2);
      v128.store(to, c00);
      v128.store(to + 16, c01);
      to += bStep;
      v128.store(to, c10);
      v128.store(to + 16, c11);
      to += bStep;
      v128.store(to, c20);
      v128.store(to + 16, c21);
      to += bStep;
      v128.store(to, c30);
      v128.store(to + 16, c31);
    }
    for (; i < m; i++) {
      let c0 = f32x4.splat(0);
      let c1 = f32x4.splat(0);
      let p = a + (<usize>i << 2);
      let q = b + (<usize>j << 2);
      for (let s = 0; s < k; s++) {
        const w = v128.load32_splat(p);
        c0 = f32x4.add(c0, f32x4.mul(w, v128.load(q)));
        c1 = f32x4.add(c1, f32x4.mul(w, v128.load(q + 16)));
        p += aStep;
        q += bStep;
      }
      const to = c + bStep * i + (<usize>j << 2);
      v128.store(to, c0);
      v128.store(to + 16, c1);
    }
  }
  for (; j < n; j++) {
    for (let i = 0; i < m; i++) {
      let sum: f32 = 0;
      let p = a + (<usize>i << 2);
      let q = b + (<usize>j << 2);
      for (let s = 0; s < k; s++) {
        sum += load<f32>(p) * load<f32>(q);
        p += aStep;
        q += bStep;
      }
      store<f32>(c + bStep * i + (<usize>j << 2), sum);
    }
  }
}

// ---------------------------------------------------------------- filter gradient of a convolution

/**
 * dw[t, o] += Σ x[image, y·strideY, x·strideX, t] · dy[image, y, x, o] for every tap t, where tap t
 * lies `taps[t]` bytes from the window's corner (int32, one for each of the `tapCount` rows of dw).
 * x has been padded, so that every tap of every window exists. dw must be zeroed before.
 *
 * Sums are kept in registers for one image and then added to dw, which keeps rounding small.
 */
export function filterGradient(
  x: usize, dy: usize, dw: usize, taps: usize, tapCount: i32, batch: i32, imageBytes: i32, rowBytes: i32,
  strideBytes: i32, outHeight: i32, outWidth: i32, outChannels: i32,
): void {
  const slopeStep = <usize>outChannels << 2;
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < tapCount; t += 4) {
      // Past the last tap the first is computed again and thrown away.
      const last = tapCount - 1;
      const p0 = x + load<i32>(taps + (<usize>t << 2));
      const p1 = x + load<i32>(taps + (<usize>min(t + 1, last) << 2));
      const p2 = x + load<i32>(taps + (<usize>min(t + 2, last) << 2));
      const p3 = x + load<i32>(taps + (<usize>min(t + 3, last) << 2));
      const rows = min(4, tapCount - t);
      let o = 0;
      for (; o + 8 <= outChannels; o += 8) {
        let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
        let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
        let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
        let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
        let q = dy + (<usize>o << 2);
        for (let row = 0; row < outHeight; row++) {
          let at = <usize>row * rowBytes;
          for (let column = 0; column < outWidth; column++) {
            const s0 = v128.load(q);
            const s1 = v128.load(q + 16);
            let w = v128.load32_splat(p0 + at);
            c00 = f32x4.add(c00, f32x4.mul(w, s0));
            c01 = f32x4.add(c01, f32x4.mul(w, s1));
            w = v128.load32_splat(p1 + at);
            c10 = f32x4.add(c10, f32x4.mul(w, s0));
            c11 = f32x4.add(c11, f32x4.mul(w, s1));
            w = v128.load32_splat(p2 + at);
            c20 = f32x4.add(c20, f32x4.mul(w, s0));
            c21 = f32x4.add(c21, f32x4.mul(w, s1));
            w = v128.load32_splat(p3 + at);
            c30 = f32x4.add(c30, f32x4.mul(w, s0));
            c31 = f32x4.add(c31, f32x4.mul(w, s1));
            at += strideBytes;
            q += slopeStep;
          }
        }
        let to = dw + slopeStep * t + (<usize>o << 2);
        accumulate(to, c00);
        accumulate(to + 16, c01);
        if (rows > 1) {
          to += slopeStep;
          accumulate(to, c10);
          accumulate(to + 16, c11);
        }
        if (rows > 2) {
          to += slopeStep;
          accumulate(to, c20);
          accumulate(to + 16, c21);
        }
        if (rows > 3) {
          to += slopeStep;
          accumulate(to, c30);
          accumulate(to + 16, c31);
        }
      }
      for (; o < outChannels; o++) {
        let c0: f32 = 0;
        let c1: f32 = 0;
        let c2: f32 = 0;
        let c3: f32 = 0;
        let q = dy + (<usize>o << 2);
        for (let row = 0; row < outHeight; row++) {
          let at = <usize>row * rowBytes;
          for (let column = 0; column < outWidth; column++) {
            const s = load<f32>(q);
            c0 += load<f32>(p0 + at) * s;
            c1 += load<f32>(p1 + at) * s;
            c2 += load<f32>(p2 + at) * s;
            c3 += load<f32>(p3 + at) * s;
            at += strideBytes;
            q += slopeStep;
          }
        }
        let to = dw + slopeStep * t + (<usize>o << 2);
        store<f32>(to, load<f32>(to) + c0);
        if (rows > 1) store<f32>(to + slopeStep, load<f32>(to + slopeStep) + c1);
        if (rows > 2) store<f32>(to + 2 * slopeStep, load<f32>(to + 2 * slopeStep) + c2);
        if (rows > 3) store<f32>(to + 3 * slopeStep, load<f32>(to + 3 * slopeStep) + c3);
      }
    }
    x += imageBytes;
    dy += slopeStep * (outHeight * outWidth);
  }
}

@inline
function accumulate(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}
