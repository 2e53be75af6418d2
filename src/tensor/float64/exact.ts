/**
 * Numbers that enter tfjs as JavaScript numbers stay exact.
 *
 * tfjs converts every number or array that is given to `tf.scalar`, `tf.tensor` or an op
 * (`x.mul(0.1)`) to a Float32Array before a backend sees it. Just before, it asks its platform
 * whether the value is a typed array. Listening there, the backend knows the doubles that the
 * floats came from; it takes them only if they round to exactly the floats that arrived, so a
 * value that was float32 to begin with is never changed by more than its own rounding.
 *
 * One way in is closed: `tf.buffer(shape)` is a Float32Array that its owner writes to. Give it the
 * values, as a Float64Array, or use `tensor`.
 */
import * as tf from "@tensorflow/tfjs";

type Nested = ArrayLike<number | Nested>;

const MAX_DEPTH = 6;
/** The latest value seen at each depth of nesting: 0 is a number, 1 a flat array, and so on. */
let seen: (number | Nested | undefined)[] = [];

/** Starts listening to what tfjs is given. Float64Array becomes a typed array to it as well. */
export function listen(): void {
  const { platform } = tf.env();
  tf.env().platform = Object.create(platform, {
    isTypedArray: {
      value: (value: unknown) => {
        if (value instanceof Float64Array) {
          seen[1] = value;
          return true;
        }
        const typed = platform.isTypedArray(value);
        if (typed) seen = [];
        else if (typeof value === "number") seen[0] = value;
        else if (Array.isArray(value)) seen[depthOf(value)] = value;
        return typed;
      },
    },
  });
}

/** The doubles behind the numbers that arrived, as a new array. */
export function exactly(arrived: ArrayLike<number>): Float64Array {
  const candidates = seen;
  seen = [];
  if (arrived instanceof Float32Array) {
    for (let depth = Math.min(candidates.length, MAX_DEPTH + 1) - 1; depth >= 0; depth--) {
      const found = matched(candidates[depth], arrived);
      if (found !== undefined) return found;
    }
  }
  return Float64Array.from(arrived);
}

function depthOf(value: Nested): number {
  let depth = 0;
  let inner: number | Nested | undefined = value;
  while (typeof inner === "object" && inner !== null && depth < MAX_DEPTH) {
    depth++;
    inner = inner[0];
  }
  return depth;
}

function matched(
  candidate: number | Nested | undefined,
  arrived: Float32Array,
): Float64Array | undefined {
  if (candidate === undefined) return undefined;
  const doubles = new Float64Array(arrived.length);
  return copyMatching(candidate, doubles, arrived, 0) === arrived.length ? doubles : undefined;
}

/** Copies what rounds to `arrived` from `at` on; returns where it ended, or −1 at a mismatch. */
function copyMatching(
  value: number | Nested,
  doubles: Float64Array,
  arrived: Float32Array,
  at: number,
): number {
  // tfjs lets null and booleans pass as numbers.
  if (typeof value !== "object" || value === null) {
    const number = Number(value);
    if (at >= arrived.length || !Object.is(Math.fround(number), arrived[at])) return -1;
    doubles[at] = number;
    return at + 1;
  }
  let end = at;
  for (let i = 0; i < value.length && end >= 0; i++) {
    end = copyMatching(value[i]!, doubles, arrived, end);
  }
  return end;
}
