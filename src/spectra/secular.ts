/**
 * The secular equation 1/ρ + Σ zⱼ²/(dⱼ − λ) = 0: eigenvalues of diag(d) + ρzzᵀ, ρ > 0, d ascending.
 *
 * Root i lies between dᵢ and dᵢ₊₁ (the last one within ρ‖z‖² above the last pole). What the
 * eigenvectors need is dⱼ − λ to full relative accuracy, so each root is found as a distance τ from
 * its nearer pole. Each step solves a two-pole model that matches value and slopes ("the middle
 * way": Li, LAPACK Working Note 89, 1993), inside a bracket that bisection keeps shrinking.
 */

const EPSILON = 2 ** -53;
const MAX_STEPS = 120;

/**
 * Writes dⱼ − λᵢ, j = 0 … k − 1, to `gaps` from `out`, and returns λᵢ.
 * `d` and `z` have k entries, d strictly ascending, z without zeros.
 */
export function secularRoot(
  d: Float64Array,
  z: Float64Array,
  rho: number,
  i: number,
  gaps: Float64Array,
  out: number,
): number {
  const k = d.length;
  const last = i === k - 1;
  let total = 0;
  for (let j = 0; j < k; j++) total += z[j]! * z[j]!;
  const width = last ? rho * total : d[i + 1]! - d[i]!;
  // The sign in the middle tells which pole is nearer, and with it the bracket [low, high] of τ.
  const middle = secularSum(d, z, rho, i, d[i]!, width / 2).value;
  const fromLeft = last || middle >= 0;
  const origin = fromLeft ? d[i]! : d[i + 1]!;
  let low = fromLeft ? 0 : -width / 2;
  let high = fromLeft ? width / 2 : 0;
  if (last && middle < 0) [low, high] = [width / 2, width];
  let tau = last ? (low + high) / 2 : startingPoint(d, z, rho, i, origin, width, low, high);
  for (let step = 0; step < MAX_STEPS; step++) {
    const f = secularSum(d, z, rho, i, origin, tau);
    if (Math.abs(f.value) <= EPSILON * f.size) break;
    if (f.value < 0) low = tau;
    else high = tau;
    let next = tau + twoPoleStep(f, d, i, origin, tau);
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (next === tau || next <= low || next >= high) break;
    tau = next;
  }
  for (let j = 0; j < k; j++) gaps[out + j] = d[j]! - origin - tau;
  return origin + tau;
}

interface SecularSum {
  readonly value: number;
  /** A bound of the rounding error of `value`, in units of EPSILON. */
  readonly size: number;
  /** Slopes of the parts of the sum over the poles up to i, and after i. */
  readonly slopeBelow: number;
  readonly slopeAbove: number;
}

function secularSum(
  d: Float64Array,
  z: Float64Array,
  rho: number,
  i: number,
  origin: number,
  tau: number,
): SecularSum {
  let below = 0;
  let above = 0;
  let slopeBelow = 0;
  let slopeAbove = 0;
  // The root above the last pole is modelled with the last pole as the one after.
  const split = i === d.length - 1 ? i - 1 : i;
  for (let j = 0; j <= split; j++) {
    const ratio = z[j]! / (d[j]! - origin - tau);
    below += z[j]! * ratio;
    slopeBelow += ratio * ratio;
  }
  for (let j = d.length - 1; j > split; j--) {
    const ratio = z[j]! / (d[j]! - origin - tau);
    above += z[j]! * ratio;
    slopeAbove += ratio * ratio;
  }
  const value = 1 / rho + below + above;
  const size =
    8 * (Math.abs(below) + Math.abs(above)) + 1 / rho + Math.abs(tau) * (slopeBelow + slopeAbove);
  return { value, size, slopeBelow, slopeAbove };
}

/** The step to the root of c + s/(Δ₁ − η) + S/(Δ₂ − η), which shares value and slopes. */
function twoPoleStep(
  f: SecularSum,
  d: Float64Array,
  i: number,
  origin: number,
  tau: number,
): number {
  const last = i === d.length - 1;
  if (last && i === 0) {
    // A single pole: 1/ρ + z²/(d − λ) is solved by one step from anywhere.
    const gap = d[0]! - origin - tau;
    const constant = f.value - gap * f.slopeAbove;
    return (gap * f.value) / constant;
  }
  const first = d[last ? i - 1 : i]! - origin - tau;
  const second = d[last ? i : i + 1]! - origin - tau;
  const c = f.value - first * f.slopeBelow - second * f.slopeAbove;
  const a = (first + second) * f.value - first * second * (f.slopeBelow + f.slopeAbove);
  const b = first * second * f.value;
  const root = Math.sqrt(Math.abs(a * a - 4 * b * c));
  let eta: number;
  if (last) eta = a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
  else eta = a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
  // f rises between poles, so the step goes against its sign; otherwise rounding spoilt it.
  const newton = -f.value / (f.slopeBelow + f.slopeAbove);
  return Number.isFinite(eta) && eta * f.value < 0 ? eta : newton;
}

/** τ from the two nearest poles, with the others frozen at the middle of the interval. */
function startingPoint(
  d: Float64Array,
  z: Float64Array,
  rho: number,
  i: number,
  origin: number,
  width: number,
  low: number,
  high: number,
): number {
  let rest = 1 / rho;
  for (let j = 0; j < d.length; j++) {
    if (j !== i && j !== i + 1) rest += z[j]! ** 2 / (d[j]! - d[i]! - width / 2);
  }
  const fromLeft = origin === d[i]!;
  // With τ measured from its pole: rest·τ² − aτ + b = 0.
  const near = fromLeft ? z[i]! ** 2 : z[i + 1]! ** 2;
  const far = fromLeft ? z[i + 1]! ** 2 : z[i]! ** 2;
  const signed = fromLeft ? width : -width;
  const a = rest * signed + near + far;
  const b = near * signed;
  const root = Math.sqrt(Math.abs(a * a - 4 * b * rest));
  const tau = a > 0 ? (2 * b) / (a + root) : (a - root) / (2 * rest);
  return tau > low && tau < high ? tau : (low + high) / 2;
}
