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

  /** k student and k teacher neurons of k inputs. */
  constructor(readonly k: number) {
    this.gram = new Float64Array(k * k);
    this.mix = new Float64Array(k * k);
  }

  /** The loss at x = w₁ … w_k, one after the other; its gradient is written to `gradient`. */
  evaluate(x: Float64Array, gradient: Float64Array): number {
    const { k, gram, mix } = this;
    this.multiplyTransposed(x);
    // Teacher pairs: f(eᵢ,eᵢ) = ½, and 1/2π for orthogonal ones, halved by the sum's ½.
    let value = 0.25 * k + 0.5 * k * (k - 1) * HALF_TURN;
    // f(w,w) = ½‖w‖² has gradient w, of which the sum's ½ leaves half.
    for (let i = 0; i < k; i++) {
      mix[i * k + i] = 0.5;
      value += 0.25 * gram[i * k + i]!;
    }
    for (let i = 0; i < k; i++) {
      value += this.studentPairs(i, x) - this.teacherPairs(i, x, gradient);
    }
    this.addMixed(x, gradient);
    return value;
  }

  /** Σ f(wᵢ,wⱼ) over j > i: each unordered pair once, with its full gradient to both. */
  private studentPairs(i: number, x: Float64Array): number {
    const { k, gram, mix } = this;
    const ww = gram[i * k + i]!;
    let [sum, own] = [0, 0];
    for (let j = i + 1; j < k; j++) {
      const inner = gram[i * k + j]!;
      const vv = gram[j * k + j]!;
      const square = ww * vv - inner * inner;
      const area =
        square > CANCELS * ww * vv ? Math.sqrt(square) : this.rejection(x, i, j, inner, vv);
      // π − θ, for which the cosine changes its sign.
      const rest = Math.atan2(area, -inner);
      sum += area + rest * inner;
      own += area;
      if (vv > 0) mix[j * k + j]! += (HALF_TURN * area) / vv;
      mix[i * k + j] = HALF_TURN * rest;
      mix[j * k + i] = HALF_TURN * rest;
    }
    if (ww > 0) mix[i * k + i]! += (HALF_TURN * own) / ww;
    return HALF_TURN * sum;
  }

  /** Σⱼ f(wᵢ,eⱼ); starts row i of the gradient. */
  private teacherPairs(i: number, x: Float64Array, gradient: Float64Array): number {
    const { k, gram, mix } = this;
    const ww = gram[i * k + i]!;
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
    if (ww > 0) mix[i * k + i]! -= (HALF_TURN * own) / ww;
    return HALF_TURN * sum;
  }

  /** gram = WWᵀ, its upper half, four columns at a time so that a row of W is read once for four. */
  private multiplyTransposed(x: Float64Array): void {
    const { k, gram } = this;
    for (let i = 0; i < k; i++) {
      const a = i * k;
      let j = i;
      for (; j + 3 < k; j += 4) {
        const b = j * k;
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let c = 0; c < k; c++) {
          const w = x[a + c]!;
          s0 += w * x[b + c]!;
          s1 += w * x[b + k + c]!;
          s2 += w * x[b + 2 * k + c]!;
          s3 += w * x[b + 3 * k + c]!;
        }
        gram[a + j] = s0;
        gram[a + j + 1] = s1;
        gram[a + j + 2] = s2;
        gram[a + j + 3] = s3;
      }
      for (; j < k; j++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += x[a + c]! * x[j * k + c]!;
        gram[a + j] = sum;
      }
    }
  }

  /** gradient += mix·W, four rows of W at a time. */
  private addMixed(x: Float64Array, gradient: Float64Array): void {
    const { k, mix } = this;
    for (let i = 0; i < k; i++) {
      const a = i * k;
      let j = 0;
      for (; j + 3 < k; j += 4) {
        const b = j * k;
        const [m0, m1, m2, m3] = [mix[a + j]!, mix[a + j + 1]!, mix[a + j + 2]!, mix[a + j + 3]!];
        for (let c = 0; c < k; c++) {
          gradient[a + c]! +=
            m0 * x[b + c]! + m1 * x[b + k + c]! + m2 * x[b + 2 * k + c]! + m3 * x[b + 3 * k + c]!;
        }
      }
      for (; j < k; j++) {
        const m = mix[a + j]!;
        for (let c = 0; c < k; c++) gradient[a + c]! += m * x[j * k + c]!;
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
