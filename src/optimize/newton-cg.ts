/**
 * Newton-CG: the Newton system solved by conjugate gradients, only as well as it is worth.
 *
 * CG stops when its residual falls below η‖g‖ with η = min(½, √‖g‖), or at a direction of negative
 * curvature; what it has is a descent direction, along which a line search goes. It needs products
 * with H, never H. Dembo and Steihaug 1983; Nocedal and Wright, algorithm 7.1.
 */
import type { LinearOperator } from "../operators/linear-operator.js";
import { addScaled, axpy, dot, norm, scaled } from "../operators/vectors.js";
import { wolfe } from "./line-search.js";
import { type Solver, stalled } from "./solver.js";

export const newtonCg: Solver = (oracle) => (from) => {
  const forcing = Math.min(0.5, Math.sqrt(from.gradientNorm));
  const hessian = oracle.hessianAt(from.x);
  const { direction, curvature } = truncatedCg(hessian, from.gradient, forcing);
  const searched =
    wolfe(oracle, from, direction, 1, 0.9) ??
    wolfe(oracle, from, scaled(-1, from.gradient), 1 / Math.max(1, from.gradientNorm), 0.9);
  if (!searched) return stalled("newton-cg");
  return { point: searched.point, details: { stepSize: searched.stepSize, curvature } };
};

/** An approximate −H⁻¹g, and the last dᵀHd/dᵀd: negative when the Hessian showed such a direction. */
function truncatedCg(
  hessian: LinearOperator,
  gradient: Float64Array,
  forcing: number,
): { direction: Float64Array; curvature: number } {
  const goal = forcing * norm(gradient);
  const z = new Float64Array(gradient.length);
  const r = gradient.slice();
  let d = scaled(-1, r);
  let rr = dot(r, r);
  let curvature = 0;
  for (let j = 0; j < 2 * gradient.length + 10; j++) {
    const image = hessian.apply(d);
    const dHd = dot(d, image);
    curvature = dHd / dot(d, d);
    if (!(curvature > (1e-14 * norm(image)) / norm(d))) {
      return { direction: j === 0 ? scaled(-1, gradient) : z, curvature };
    }
    const alpha = rr / dHd;
    axpy(alpha, d, z);
    axpy(alpha, image, r);
    const next = dot(r, r);
    if (Math.sqrt(next) < goal) break;
    d = addScaled(scaled(-1, r), next / rr, d);
    rr = next;
  }
  return { direction: z, curvature };
}
