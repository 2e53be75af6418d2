/**
 * The WebAssembly of tridiagonal-kernels.as with the memory that it works in.
 *
 * One memory is kept and grown for matrices of up to KEPT bytes; a larger matrix gets its own, which
 * goes when the reduction is collected. Work is synchronous, so two reductions never share it.
 */
import { tridiagonalModule } from "./tridiagonal-module.js";

export interface TridiagonalKernels {
  refreshRow(a: number, w: number, n: number, start: number, j: number): void;
  panelVector(a: number, w: number, n: number, start: number, j: number, tau: number): void;
}

export interface Workspace {
  readonly kernels: TridiagonalKernels;
  readonly memory: WebAssembly.Memory;
}

const PAGE = 65536;
const KEPT = 64 * 2 ** 20;

let module: WebAssembly.Module | undefined;
let kept: Workspace | undefined;

/** Kernels on a memory of at least so many bytes. */
export function workspace(bytes: number): Workspace {
  if (bytes > KEPT) return make(bytes);
  kept ??= make(0);
  const missing = bytes - kept.memory.buffer.byteLength;
  if (missing > 0) kept.memory.grow(Math.ceil(missing / PAGE));
  return kept;
}

function make(bytes: number): Workspace {
  module ??= new WebAssembly.Module(Buffer.from(tridiagonalModule, "base64"));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // The module is compiled from tridiagonal-kernels.as, whose exports the interface describes.
  return { kernels: exports as unknown as TridiagonalKernels, memory };
}
