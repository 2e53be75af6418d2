/**
 * The Safran–Shamir loss and its gradient without allocations, for millions of evaluations.
 *
 * Everything about a pair of neurons follows from inner products: with c = wᵀv and the area
 * a = ‖w‖‖v‖ sin θ = √(‖w‖²‖v‖² − c²), 2πf = a + (π − θ)c and 2π∂f/∂w = (a/‖w‖²)w + (π − θ)v. So an
 * evaluation is a Gram matrix, an angle for each pair, and one product of the mixing coefficients with
 * the neurons. The teacher's neuron j is the unit vector eⱼ, so that its products are entries of w.
 */
const HALF_TURN = 1 / (2 * Math.PI);
/** A difference of squares below this share of them has lost three digits. */
const CANCELS = 1e-3;

export class PopulationLoss {
  /** Inner products of students; its part above the diagonal, and the diagonal, are filled. */
  private readonly gram: Float64Array;
  /** The gradient's coefficients: ∂L/∂wᵢ = Σⱼ mix[i, j]wⱼ less the teacher's part. */
  private readonly mix: Float64Array;

  /** k teachers of k inputs, and as many students unless said otherwise. */
  constructor(
    readonly k: number,
    readonly students = k,
  ) {
    this.gram = new Float64Array(students * students);
    this.mix = new Float64Array(students * students);
  }

  /** The loss at x = w₁ … wₙ, one after the other; its gradient is written to `gradient`. */
  evaluate(x: Float64Array, gradient: Float64Array): number {
    const { k, students: n, gram, mix } = this;
    this.multiplyTransposed(x);
    // Teacher pairs: f(eᵢ,eᵢ) = ½, and 1/2π for orthogonal ones, halved by the sum's ½.
    let value = 0.25 * k + 0.5 * k * (k - 1) * HALF_TURN;
    // f(w,w) = ½‖w‖² has gradient w, of which the sum's ½ leaves half.
    for (let i = 0; i < n; i++) {
      mix[i * n + i] = 0.5;
      value += 0.25 * gram[i * n + i]!;
    }
    for (let i = 0; i < n; i++) {
      value += this.studentPairs(i, x) - this.teacherPairs(i, x, gradient);
    }
    this.addMixed(x, gradient);
    return value;
  }

  /** Σ f(wᵢ,wⱼ) over j > i: each unordered pair once, with its full gradient to both. */
  private studentPairs(i: number, x: Float64Array): number {
    const { students: n, gram, mix } = this;
    const ww = gram[i * n + i]!;
    let [sum, own] = [0, 0];
    for (let j = i + 1; j < n; j++) {
      const inner = gram[i * n + j]!;
      const vv = gram[j * n + j]!;
      const square = ww * vv - inner * inner;
      const area =
        square > CANCELS * ww * vv ? Math.sqrt(square) : this.rejection(x, i, j, inner, vv);
      // π − θ, for which the cosine changes its sign.
      const rest = Math.atan2(area, -inner);
      sum += area + rest * inner;
      own += area;
      if (vv > 0) mix[j * n + j]! += (HALF_TURN * area) / vv;
      mix[i * n + j] = HALF_TURN * rest;
      mix[j * n + i] = HALF_TURN * rest;
    }
    if (ww > 0) mix[i * n + i]! += (HALF_TURN * own) / ww;
    return HALF_TURN * sum;
  }

  /** Σⱼ f(wᵢ,eⱼ); starts row i of the gradient. */
  private teacherPairs(i: number, x: Float64Array, gradient: Float64Array): number {
    const { k, students: n, gram, mix } = this;
    const ww = gram[i * n + i]!;
    let [sum, own] = [0, 0];
    for (let j = 0; j < k; j++) {
      const inner = x[i * k + j]!;
      const square = ww - inner * inner;
      const area = square > CANCELS * ww ? Math.sqrt(square) : this.normWithout(x, i, j);
      const rest = Math.atan2(area, -inner);
      sum += area + rest * inner;
      own += area;
      gradient[i * k + j] = -HALF_TURN * rest;
    }
    if (ww > 0) mix[i * n + i]! -= (HALF_TURN * own) / ww;
    return HALF_TURN * sum;
  }

  /** gram = WWᵀ, its upper half, four columns at a time so that a row of W is read once for four. */
  private multiplyTransposed(x: Float64Array): void {
    const { k, students: n, gram } = this;
    for (let i = 0; i < n; i++) {
      const a = i * k;
      let j = i;
      for (; j + 3 < n; j += 4) {
        const b = j * k;
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let c = 0; c < k; c++) {
          const w = x[a + c]!;
          s0 += w * x[b + c]!;
          s1 += w * x[b + k + c]!;
          s2 += w * x[b + 2 * k + c]!;
          s3 += w * x[b + 3 * k + c]!;
        }
        gram[i * n + j] = s0;
        gram[i * n + j + 1] = s1;
        gram[i * n + j + 2] = s2;
        gram[i * n + j + 3] = s3;
      }
      for (; j < n; j++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += x[a + c]! * x[j * k + c]!;
        gram[i * n + j] = sum;
      }
    }
  }

  /** gradient += mix·W, four rows of W at a time. */
  private addMixed(x: Float64Array, gradient: Float64Array): void {
    const { k, students: n, mix } = this;
    for (let i = 0; i < n; i++) {
      const a = i * k;
      const m = mix.subarray(i * n, (i + 1) * n);
      let j = 0;
      for (; j + 3 < n; j += 4) {
        const b = j * k;
        const [m0, m1, m2, m3] = [m[j]!, m[j + 1]!, m[j + 2]!, m[j + 3]!];
        for (let c = 0; c < k; c++) {
          gradient[a + c]! +=
            m0 * x[b + c]! + m1 * x[b + k + c]! + m2 * x[b + 2 * k + c]! + m3 * x[b + 3 * k + c]!;
        }
      }
      for (; j < n; j++) {
        for (let c = 0; c < k; c++) gradient[a + c]! += m[j]! * x[j * k + c]!;
      }
    }
  }

  /** ‖v‖ times the norm of what w has beside v, where the difference of squares cancels. */
  private rejection(x: Float64Array, i: number, j: number, inner: number, vv: number): number {
    if (vv === 0) return 0;
    const { k } = this;
    let squares = 0;
    for (let c = 0; c < k; c++) squares += (x[i * k + c]! - (inner / vv) * x[j * k + c]!) ** 2;
    return Math.sqrt(squares * vv);
  }

  /** The norm of w without its entry j. */
  private normWithout(x: Float64Array, i: number, j: number): number {
    const { k } = this;
    let squares = 0;
    for (let c = 0; c < k; c++) if (c !== j) squares += x[i * k + c]! ** 2;
    return Math.sqrt(squares);
  }
}
