/**
 * An orthonormal basis that grows, and what is orthogonal to it.
 *
 * Gram–Schmidt against all earlier vectors is most of the work of Lanczos once products are cheap. A
 * copy of long vectors therefore lies in WebAssembly memory, where SIMD does it several times faster
 * than loops over arrays; where there is no room for that the arrays themselves serve.
 * "Twice is enough" (Parlett, 6.9), and once where little was removed: see operators/orthogonalize.
 */
import { orthogonalize } from "../operators/orthogonalize.js";
import { norm } from "../operators/vectors.js";
import { krylovModule } from "./krylov-module.js";

interface Kernels {
  removeSpan(w: number, v: number, count: number, bytes: number): void;
}

const PAGE = 65536;
/** Shorter vectors are done before an instance is made. */
const LONG = 512;
/** What a pass must leave of the norm for a second to be needless. */
const ENOUGH = Math.SQRT1_2;

let compiled: WebAssembly.Module | undefined;

export class KrylovBasis {
  /** Orthonormal; the caller leaves them as they are. */
  readonly vectors: Float64Array[] = [];
  private readonly copy: CopiedBasis | undefined;

  constructor(private readonly size: number) {
    if (size >= LONG) this.copy = new CopiedBasis(size);
  }

  push(v: Float64Array): void {
    this.vectors.push(v);
    this.copy?.write(v, this.vectors.length - 1);
  }

  pop(): void {
    this.vectors.pop();
  }

  /** Keeps the first `count` vectors and goes on with others. */
  replaceFrom(count: number, others: readonly Float64Array[]): void {
    this.vectors.length = count;
    for (const v of others) this.push(v);
  }

  /** Removes from w, in place, its part in the span; returns what is left of its norm. */
  orthogonalize(w: Float64Array): number {
    if (w.length !== this.size) {
      throw new RangeError(`KrylovBasis: a vector of ${w.length} entries for size ${this.size}`);
    }
    if (!this.copy?.holds(this.vectors.length)) return orthogonalize(w, this.vectors);
    return this.copy.orthogonalize(w, this.vectors.length);
  }
}

/** The vectors in the memory of the kernels, w first and then each in its place. */
class CopiedBasis {
  private readonly bytes: number;
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private readonly kernels: Kernels;
  /** How many vectors have been written without a gap. */
  private count = 0;

  constructor(private readonly size: number) {
    this.bytes = 16 * Math.ceil(size / 2);
    compiled ??= new WebAssembly.Module(Buffer.from(krylovModule, "base64"));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.memory } });
    // The module is compiled from krylov-kernels.as, whose exports the interface describes.
    this.kernels = exports as unknown as Kernels;
  }

  holds(count: number): boolean {
    return count > 0 && count <= this.count;
  }

  write(v: Float64Array, index: number): void {
    if (index > this.count || !this.reserve((index + 2) * this.bytes)) return;
    this.at(index + 1).set(v);
    this.count = Math.max(this.count, index + 1);
  }

  orthogonalize(w: Float64Array, count: number): number {
    const own = this.at(0);
    own.set(w);
    let before = norm(w);
    for (let pass = 0; pass < 3; pass++) {
      this.kernels.removeSpan(0, this.bytes, count, this.bytes);
      const after = norm(own);
      const enough = after >= ENOUGH * before;
      before = after;
      if (enough) break;
    }
    w.set(own);
    return before;
  }

  private at(place: number): Float64Array {
    return new Float64Array(this.memory.buffer, place * this.bytes, this.size);
  }

  /** Room for so many bytes, half as much again at a time; false where the system has no more. */
  private reserve(bytes: number): boolean {
    const have = this.memory.buffer.byteLength;
    if (bytes <= have) return true;
    const wanted = Math.max(bytes, Math.min(1.5 * have, have + 2 ** 28));
    try {
      this.memory.grow(Math.ceil((wanted - have) / PAGE));
      return true;
    } catch {
      return false; // `orthogonalize` then works on the arrays
    }
  }
}
