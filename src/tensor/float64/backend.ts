/**
 * Storage of the float64 backend: a tfjs backend whose "float32" tensors are Float64Arrays.
 *
 * tfjs knows no dtype float64, so the name stays float32 and only the numbers are doubles. Storage
 * is reference-counted as tfjs asks, and recycled: gradients free and allocate the same few sizes
 * over and over. The invariant is that nobody outside sees a stored array; what comes in and goes
 * out is copied.
 */
import * as tf from "@tensorflow/tfjs";
import { exactly } from "./exact.js";

export type Values = Float64Array | Int32Array | Uint8Array;

interface Stored {
  readonly values: Values | Uint8Array[];
  readonly dtype: tf.DataType;
  references: number;
}

export class Float64Backend extends tf.KernelBackend {
  readonly #data = new tf.DataStorage<Stored>(this, tf.engine());
  readonly #pool = new Pool();

  override write(values: tf.backend_util.BackendValues, _: number[], dtype: tf.DataType): object {
    return this.#store(this.#own(values, dtype), dtype, 1);
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.#data.set(dataId, { values: this.#own(values, dtype), dtype, references });
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const { values } = this.#data.get(dataId);
    // tfjs types stored floats as Float32Array; readers only index and iterate.
    return values.slice() as unknown as tf.backend_util.BackendValues;
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override refCount(dataId: object): number {
    return this.#data.has(dataId) ? this.#data.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.#data.get(dataId).references++;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.#data.has(dataId)) return true;
    const stored = this.#data.get(dataId);
    // Only the engine's move to another backend forces, before it has changed anything.
    if (force) {
      throw new Error(
        `use: a tensor of ${stored.values.length} numbers was made by the float64 backend and would ` +
          `be rounded to float32 by ${tf.getBackend()}; make it again after use("${tf.getBackend()}"), ` +
          'or compute with use("float64")',
      );
    }
    stored.references--;
    if (stored.references > 0) return false;
    this.#data.delete(dataId);
    if (stored.values instanceof Float64Array) this.#pool.give(stored.values);
    return true;
  }

  override numDataIds(): number {
    return this.#data.numDataIds();
  }

  override memory(): { unreliable: boolean; reasons?: string[] } {
    return { unreliable: true, reasons: ["tfjs counts 4 bytes for each 8-byte number"] };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = performance.now();
    f();
    return { kernelMs: performance.now() - start };
  }

  override dispose(): void {}

  /** The stored numbers of a tensor of any numeric dtype, to read only. */
  values(tensor: tf.TensorInfo): Values {
    const { values } = this.#data.get(tensor.dataId);
    if (Array.isArray(values))
      throw new TypeError(`float64: a ${tensor.dtype} tensor has no numbers`);
    return values;
  }

  /** The stored numbers of a float tensor, to read only. */
  floats(tensor: tf.TensorInfo): Float64Array {
    const values = this.values(tensor);
    return values instanceof Float64Array ? values : Float64Array.from(values);
  }

  /** Room for n numbers that the caller will all write. */
  room(n: number): Float64Array {
    return this.#pool.take(n);
  }

  zeros(n: number): Float64Array {
    return this.#pool.take(n).fill(0);
  }

  /** Takes ownership of `values` as a new tensor. */
  make(
    shape: readonly number[],
    values: Values,
    dtype: tf.DataType = dtypeOf(values),
  ): tf.TensorInfo {
    return { dataId: this.#store(values, dtype, 1), shape: [...shape], dtype };
  }

  /** The same numbers under another shape. */
  share(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** An array for n numbers of a dtype, all of which the caller writes. */
  array(n: number, dtype: tf.DataType): Values {
    if (dtype === "int32") return new Int32Array(n);
    if (dtype === "bool") return new Uint8Array(n);
    if (dtype === "float32") return this.room(n);
    throw new TypeError(`float64: there is no kernel for ${dtype} tensors`);
  }

  #store(values: Stored["values"], dtype: tf.DataType, references: number): object {
    const dataId = {};
    this.#data.set(dataId, { values, dtype, references });
    return dataId;
  }

  #own(values: tf.backend_util.BackendValues, dtype: tf.DataType): Stored["values"] {
    if (dtype === "complex64") throw new TypeError("float64: complex tensors are not supported");
    if (dtype === "string") return values as Uint8Array[];
    const numbers = values as ArrayLike<number>;
    if (dtype === "int32") return Int32Array.from(numbers);
    if (dtype === "bool") return Uint8Array.from(numbers);
    return exactly(numbers);
  }
}

function dtypeOf(values: Values): tf.DataType {
  if (values instanceof Float64Array) return "float32";
  return values instanceof Int32Array ? "int32" : "bool";
}

/** Recycled arrays by length, up to a bound. */
class Pool {
  static readonly #maxBytes = 256 * 2 ** 20;
  readonly #free = new Map<number, Float64Array[]>();
  #bytes = 0;

  take(n: number): Float64Array {
    const recycled = this.#free.get(n)?.pop();
    if (recycled === undefined) return new Float64Array(n);
    this.#bytes -= recycled.byteLength;
    return recycled;
  }

  give(array: Float64Array): void {
    if (this.#bytes + array.byteLength > Pool.#maxBytes) {
      this.#free.clear();
      this.#bytes = 0;
    }
    const same = this.#free.get(array.length);
    if (same === undefined) this.#free.set(array.length, [array]);
    else same.push(array);
    this.#bytes += array.byteLength;
  }
}
