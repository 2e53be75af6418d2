/**
 * Matrix products: the shipped gradients, with the sum over broadcast batch dimensions that they
 * leave out, and einsum, whose gradient is an einsum.
 */
import * as tf from "@tensorflow/tfjs";
import { register, unbroadcast } from "./rule.js";

export function registerMatMul(): void {
  register({
    kernel: tf.BatchMatMul,
    saves: ["a", "b"],
    gradient: (dy, { a, b }, { transposeA, transposeB }: tf.BatchMatMulAttrs) => ({
      a: () => {
        const da = transposeA
          ? tf.matMul(b, dy, transposeB, true)
          : tf.matMul(dy, b, false, !transposeB);
        return unbroadcast(da, a.shape);
      },
      b: () => {
        const db = transposeB
          ? tf.matMul(dy, a, true, transposeA)
          : tf.matMul(a, dy, !transposeA, false);
        return unbroadcast(db, b.shape);
      },
    }),
  });
  tf.registerGradient({
    kernelName: tf.Einsum,
    saveAllInputs: true,
    gradFunc: (dy, operands, attrs) => {
      if (Array.isArray(dy)) throw new Error("Einsum: one output expected, several found");
      const equation = String(attrs.equation);
      return Object.fromEntries(
        operands.map((_, k) => [k, () => einsumGradient(equation, dy, operands, k)]),
      );
    },
  });
}

/** For "ab,bc->ac" and the first operand: "ac,bc->ab" of dy and the second. */
function einsumGradient(
  equation: string,
  dy: tf.Tensor,
  operands: readonly tf.Tensor[],
  k: number,
): tf.Tensor {
  const [left = "", out = ""] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const wanted = terms[k] ?? "";
  const target = operands[k]!;
  const otherTerms = terms.filter((_, i) => i !== k);
  const others = operands.filter((_, i) => i !== k);
  const reachable = [...wanted].filter((index) => (out + otherTerms.join("")).includes(index));
  const inner = `${[out, ...otherTerms].join(",")}->${reachable.join("")}`;
  const found = tf.einsum(inner, dy, ...others);
  // An index of this operand alone was summed away: every entry along it has the same gradient.
  const kept = [...wanted].map((index, i) => (reachable.includes(index) ? target.shape[i]! : 1));
  const expanded = tf.reshape(found, kept);
  return tf.util.arraysEqual(kept, target.shape)
    ? expanded
    : tf.mul(expanded, tf.ones(target.shape));
}
