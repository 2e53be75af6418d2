/**
 * The WebAssembly memory in which the SIMD kernels work: operands are copied in and results out, so
 * that tensors themselves stay ordinary JavaScript arrays.
 */
const DOUBLE = 8;
const PAGE = 65536;

export const memory = new WebAssembly.Memory({ initial: 64 });
let view = new Float64Array(memory.buffer);

/** The memory as doubles, at least so many; an earlier view may be detached by it. */
export function scratch(doubles: number): Float64Array {
  const missing = doubles * DOUBLE - memory.buffer.byteLength;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / PAGE));
    view = new Float64Array(memory.buffer);
  }
  return view;
}
