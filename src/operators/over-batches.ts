/**
 * Curvature of a data set too large for one linearisation: a weighted sum of operators, one a batch,
 * of which as many stay in memory as fit.
 *
 * The others are made again for each product, or once for a whole block of vectors, and disposed
 * at once; so blocks are worth asking for.
 */
import type { CurvatureOperator } from "./hessian.js";
import { applyToBlock, checkLength } from "./linear-operator.js";
import { axpy } from "./vectors.js";

export interface OverBatchesOptions {
  /** The factor of each batch's operator; 1/n each by default, the mean of batches of one size. */
  readonly weights?: readonly number[];
  /** How many bytes of held tensors to keep between products; 1 GiB by default. */
  readonly maxBytes?: number;
}

const GIBIBYTE = 2 ** 30;

/**
 * Σᵢ wᵢ·make(batchᵢ).
 *
 * @example
 * const halves = [tensor([1, 2]), tensor([3, 5])];
 * const w = tensor(0);
 * const H = overBatches(halves, (x) => hessian(({ w }) => w.mul(x).square().mean(), { w }));
 * H.apply(Float64Array.of(1)); // [19.5], the mean of 2·(1 + 4)/2 and 2·(9 + 25)/2
 */
export function overBatches<Batch>(
  batches: readonly Batch[],
  make: (batch: Batch) => CurvatureOperator,
  { weights, maxBytes = GIBIBYTE }: OverBatchesOptions = {},
): CurvatureOperator {
  const [first] = batches;
  if (first === undefined) throw new RangeError("overBatches: there are no batches");
  if (weights !== undefined && weights.length !== batches.length) {
    throw new RangeError(
      `overBatches: ${weights.length} weights were given for ${batches.length} batches`,
    );
  }
  const store = new Store(batches, make, maxBytes);
  const { size } = store.get(0);
  const applyBlock = (vs: readonly Float64Array[]): Float64Array[] => {
    for (const v of vs) checkLength("overBatches", size, v);
    const totals = vs.map(() => new Float64Array(size));
    batches.forEach((_, i) => {
      const operator = store.get(i);
      if (operator.size !== size) {
        throw new RangeError(
          `overBatches: batch ${i} has an operator of size ${operator.size}, the first of ${size}`,
        );
      }
      const weight = weights?.[i] ?? 1 / batches.length;
      applyToBlock(operator, vs).forEach((product, k) => {
        axpy(weight, product, totals[k]!);
      });
      store.release(i, operator);
    });
    return totals;
  };
  return {
    size,
    get bytes() {
      return store.bytes;
    },
    apply: (v) => applyBlock([v])[0]!,
    applyBlock,
    dispose: () => store.dispose(),
  };
}

/** The operators of the batches, made when asked for; kept while they fit. */
class Store<Batch> {
  readonly #kept = new Map<number, CurvatureOperator>();
  #disposed = false;
  bytes = 0;

  constructor(
    private readonly batches: readonly Batch[],
    private readonly make: (batch: Batch) => CurvatureOperator,
    private readonly maxBytes: number,
  ) {}

  get(i: number): CurvatureOperator {
    if (this.#disposed) throw new Error("this operator has been disposed; make it again");
    const kept = this.#kept.get(i);
    if (kept !== undefined) return kept;
    const made = this.make(this.batches[i]!);
    if (this.bytes + made.bytes <= this.maxBytes || i === 0) {
      this.#kept.set(i, made);
      this.bytes += made.bytes;
    }
    return made;
  }

  /** Disposes an operator that was made for one use. */
  release(i: number, operator: CurvatureOperator): void {
    if (!this.#kept.has(i)) operator.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    for (const operator of this.#kept.values()) operator.dispose();
    this.#kept.clear();
    this.bytes = 0;
  }
}
