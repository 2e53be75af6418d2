/**
 * Our own WebAssembly, instantiated in the memory of tfjs's: tensors are used where they lie.
 *
 * Sizes and strides count values unless a parameter's name says bytes; pointers are byte offsets.
 */
import type { BackendWasm } from "../kernel.js";
import { simdModule } from "./module.js";

type Binary = (
  a: number,
  b: number,
  z: number,
  outer: number,
  inner: number,
  aOuter: number,
  aInner: number,
  bOuter: number,
  bInner: number,
) => void;

/** `small` has the pooled shape, `large` that of x. */
type MaxPool = (
  x: number,
  small: number,
  large: number,
  batch: number,
  height: number,
  width: number,
  channels: number,
  outHeight: number,
  outWidth: number,
  filterHeight: number,
  filterWidth: number,
  strideHeight: number,
  strideWidth: number,
  top: number,
  left: number,
) => void;

export interface SimdKernels {
  tanh(x: number, out: number, size: number): void;
  readonly add: Binary;
  readonly subtract: Binary;
  readonly multiply: Binary;
  readonly divide: Binary;
  readonly maximum: Binary;
  readonly minimum: Binary;
  sumMiddle(x: number, out: number, outer: number, count: number, inner: number): void;
  sumRows(x: number, out: number, outer: number, count: number): void;
  transpose(x: number, out: number, rows: number, columns: number, outStride: number): void;
  readonly maxPoolPut: MaxPool;
  readonly maxPoolTake: MaxPool;
  transposedProduct(a: number, b: number, c: number, m: number, n: number, k: number): void;
  filterGradient(
    x: number,
    dy: number,
    dw: number,
    taps: number,
    tapCount: number,
    batch: number,
    imageBytes: number,
    rowBytes: number,
    strideBytes: number,
    outHeight: number,
    outWidth: number,
    outChannels: number,
  ): void;
}

/** The part of WebAssembly's own interface that is used here; TypeScript has it in its DOM types. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (descriptor: { initial: number }) => object;
}

const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

const instances = new WeakMap<BackendWasm, SimdKernels>();

export function simd(backend: BackendWasm): SimdKernels {
  const known = instances.get(backend);
  if (known !== undefined) return known;
  const module = new wasm.Module(Buffer.from(simdModule, "base64"));
  const instance = new wasm.Instance(module, { env: { memory: memoryOf(backend) } });
  // module.ts is compiled from kernels.as, whose exports SimdKernels describes.
  const kernels = instance.exports as unknown as SimdKernels;
  instances.set(backend, kernels);
  return kernels;
}

/** Emscripten keeps the exports of tfjs's module, its memory among them, under `asm`. */
function memoryOf(backend: BackendWasm): object {
  const { asm } = backend.wasm as { asm?: { memory?: unknown } };
  if (asm?.memory instanceof wasm.Memory) return asm.memory;
  throw new Error("wasm: tfjs-backend-wasm does not show its memory; is it version 4.22.0?");
}
