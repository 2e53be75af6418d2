/**
 * Gauges: numbers read off a network while it trains.
 *
 * A gauge looks at the loss on a fixed set of probe examples, so that from reading to reading only
 * the parameters change. It is read before the first step and after every `every`-th epoch.
 */
import { gradient, hessian, hvp, type Loss, type Parameters } from "../operators/index.js";
import { dot } from "../operators/vectors.js";
import { topEigenpairs } from "../spectra/top-eigenpairs.js";

export interface Probe {
  /** θ ↦ mean loss on the probe examples. */
  readonly loss: Loss;
  readonly params: Parameters;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface Gauge {
  /** Read after every so many epochs. */
  readonly every: number;
  /** The names of its readings. */
  readonly names: readonly string[];
  /** One number for each name. */
  read(probe: Probe): Promise<readonly number[]>;
}

export interface GaugeOptions {
  /** Read after every so many epochs; 1 unless given. */
  readonly every?: number;
}

/**
 * gᵀg and gᵀHg: the two terms of the loss's change in a step of length ε along −g,
 * −ε gᵀg + ½ε² gᵀHg (*Deep Learning*, eq. 4.9). One gradient and one Hessian-vector product.
 *
 * @example
 * // x² at 1: g = 2 and H = 2.
 * const params = { x: tensor(1) };
 * await gauges.curvature().read({ loss: ({ x }) => x.square(), params, seed: 0 }); // [4, 8]
 */
function curvature({ every = 1 }: GaugeOptions = {}): Gauge {
  return {
    every: checkedEvery("curvature", every),
    names: ["gTg", "gTHg"],
    read: async ({ loss, params }) => {
      const g = gradient(loss, params);
      return [dot(g, g), dot(g, hvp(loss, params, g))];
    },
  };
}

export interface SharpnessOptions extends GaugeOptions {
  /** Relative residual at which the eigenvalue counts as found; 1e-2 unless given. */
  readonly rtol?: number;
}

/**
 * The largest eigenvalue of the Hessian, by Lanczos. Its error is of the order of the squared
 * residual, so that a residual of 1 % gives about four digits.
 *
 * @example
 * const params = { x: tensor([1, 1]) };
 * await gauges.sharpness().read({ loss: ({ x }) => x.mul([1, 5]).mul(x).sum(), params, seed: 0 });
 * // [10]
 */
function sharpness({ every = 1, rtol = 1e-2 }: SharpnessOptions = {}): Gauge {
  return {
    every: checkedEvery("sharpness", every),
    names: ["sharpness"],
    read: async ({ loss, params, seed, signal }) => {
      const operator = hessian(loss, params);
      const options = signal === undefined ? {} : { signal };
      try {
        const found = await topEigenpairs(operator, { k: 1, which: "LA", rtol, seed, ...options });
        return [found.eigenvalues[0]!];
      } finally {
        operator.dispose();
      }
    },
  };
}

function checkedEvery(name: string, every: number): number {
  if (Number.isInteger(every) && every >= 1) return every;
  throw new RangeError(`gauges.${name}: every is ${every}; it must be a positive number of epochs`);
}

/** What can be watched while a network trains. */
export const gauges = { curvature, sharpness } as const;

/** The readings of all gauges, as they come in. */
export class ReadingLog {
  readonly readings: Record<string, { epochs: number[]; values: number[] }> = {};
  readonly #gauges: readonly Gauge[];

  constructor(gauges: readonly Gauge[]) {
    this.#gauges = gauges;
    for (const name of gauges.flatMap((gauge) => gauge.names)) {
      if (this.readings[name] !== undefined) throw new Error(`train: two gauges read "${name}"`);
      this.readings[name] = { epochs: [], values: [] };
    }
  }

  /** Reads the gauges that are due when `epoch` epochs are done. */
  async read(epoch: number, probe: Probe): Promise<void> {
    for (const gauge of this.#gauges) {
      if (epoch % gauge.every !== 0) continue;
      const values = await gauge.read(probe);
      gauge.names.forEach((name, i) => {
        this.readings[name]!.epochs.push(epoch);
        this.readings[name]!.values.push(values[i]!);
      });
    }
  }
}
