/**
 * The part of a sharded Hessian that one thread computes: the operators of some shards of the
 * examples, each recorded once and applied with the shard's share of the mean.
 */
import { tensor } from "../../tensor/tensor.js";
import { tf } from "../../tensor/tf.js";
import { type CurvatureOperator, type HessianOptions, hessian } from "../hessian.js";
import type { Loss, Parameters } from "../parameters.js";

/** Examples start, …, end − 1. */
export interface Shard {
  readonly start: number;
  readonly end: number;
}

/** Where a loss comes from: a closure cannot go to another thread, but a module can be imported. */
export interface ShardedLoss {
  /** A file URL, such as `new URL("./loss.js", import.meta.url)`, or a package. */
  readonly module: string | URL;
  /** The name of the exported function; "default" unless given. */
  readonly name?: string;
  /** What it is called with after the shard; copied to each thread. */
  readonly args?: readonly unknown[];
  /** How many examples there are to share out. */
  readonly examples: number;
}

/** Names, shapes and order of the parameters. */
export type Layout = readonly { readonly name: string; readonly shape: readonly number[] }[];

export function shardsOf(examples: number, size: number): Shard[] {
  return Array.from({ length: Math.ceil(examples / size) }, (_, i) => ({
    start: i * size,
    end: Math.min(examples, (i + 1) * size),
  }));
}

/** Which shards a thread of so many computes; the results do not depend on it. */
export function shareOf(shards: readonly Shard[], thread: number, threads: number): number[] {
  return shards.flatMap((_, i) => (i % threads === thread ? [i] : []));
}

export class ShardGroup {
  #operators: CurvatureOperator[] = [];

  private constructor(
    private readonly source: ShardedLoss,
    private readonly layout: Layout,
    private readonly options: HessianOptions,
    private readonly shards: ReadonlyMap<number, Shard>,
    private readonly losses: ReadonlyMap<number, Loss>,
  ) {}

  /** Imports the module and makes the losses of the shards with these numbers. */
  static async load(
    source: ShardedLoss,
    layout: Layout,
    options: HessianOptions,
    shards: readonly Shard[],
    share: readonly number[],
  ): Promise<ShardGroup> {
    const { module, name = "default", args = [] } = source;
    const exports: Record<string, unknown> = await import(String(module));
    const factory = exports[name];
    if (typeof factory !== "function") {
      const found = Object.keys(exports).join(", ") || "nothing";
      throw new TypeError(
        `shardedHessian: ${String(module)} exports no function "${name}"; it exports ${found}`,
      );
    }
    const losses = new Map<number, Loss>();
    for (const i of share) {
      const loss: unknown = await factory({ ...shards[i]! }, ...args);
      if (typeof loss !== "function") {
        throw new TypeError(
          `shardedHessian: ${name} returned ${typeof loss}; a loss is a function`,
        );
      }
      losses.set(i, loss as Loss); // what it returns is checked when it runs
    }
    const own = new Map(share.map((i) => [i, shards[i]!]));
    return new ShardGroup(source, layout, options, own, losses);
  }

  get bytes(): number {
    return this.#operators.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Linearises every loss at the parameters in `values`. */
  record(values: Float64Array): void {
    this.dispose();
    const params = this.#parameters(values);
    try {
      for (const [i, loss] of this.losses) {
        this.#operators.push(this.#naming(i, () => hessian(loss, params, this.options)));
      }
    } finally {
      tf.dispose(params);
    }
  }

  /** Writes each shard's share of Hv to its row of `rows`. */
  apply(v: Float64Array, rows: Float64Array): void {
    let k = 0;
    for (const [i, { start, end }] of this.shards) {
      const operator = this.#operators[k++]!;
      const product = this.#naming(i, () => operator.apply(v));
      const weight = (end - start) / this.source.examples;
      const at = i * v.length;
      for (let j = 0; j < product.length; j++) rows[at + j] = weight * product[j]!;
    }
  }

  dispose(): void {
    for (const operator of this.#operators) operator.dispose();
    this.#operators = [];
  }

  #parameters(values: Float64Array): Parameters {
    let at = 0;
    const named = this.layout.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      at += size;
      return [name, tensor(values.subarray(at - size, at), shape)];
    });
    return Object.fromEntries(named);
  }

  #naming<T>(i: number, f: () => T): T {
    try {
      return f();
    } catch (error) {
      const { start, end } = this.shards.get(i)!;
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`shard ${i} (examples ${start} to ${end - 1}): ${message}`, { cause: error });
    }
  }
}
