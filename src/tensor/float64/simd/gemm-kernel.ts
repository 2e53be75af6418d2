/**
 * The inner kernel of matrix multiplication in SIMD: C += A·B for tiles of 4 × 4 doubles.
 *
 * A tile of C lives in eight vector registers while the loop runs along k; each turn loads four
 * doubles of a row of B and four of a column of A, both packed so that they are contiguous (Goto and
 * van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
 */
import {
  add,
  assemble,
  type Code,
  f64x2Add,
  f64x2Mul,
  f64x2RelaxedMadd,
  get,
  I32,
  i32,
  load64Splat,
  load128,
  loop,
  set,
  store128,
  sub,
  V128,
} from "./assembler.js";

export const TILE = 4;
const LANES = 2;
const DOUBLE = 8;

/** The parameters of `tiles`: pointers and strides are in bytes. */
const [A, B, C, K, COUNT, ROW] = [0, 1, 2, 3, 4, 5];
const [B_AT, LEFT, ROW_1] = [6, 7, 8];
const POINTERS = TILE - 1;
const ACCUMULATORS = ROW_1 + POINTERS;
const VECTORS = TILE / LANES;
const B_VECTOR = ACCUMULATORS + TILE * VECTORS;
const A_SPLAT = B_VECTOR + VECTORS;

const rowPointer = (row: number) => (row === 0 ? C : ROW_1 + row - 1);
const accumulator = (row: number, vector: number) => ACCUMULATORS + row * VECTORS + vector;
const each = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
const eachCell = (f: (row: number, vector: number) => Code): Code =>
  each(TILE, (row) => each(VECTORS, (vector) => f(row, vector)));
const advance = (local: number, bytes: number): Code => set(local, add(get(local), i32(bytes)));
const countDown = (local: number): Code => set(local, sub(get(local), i32(1)));

type MultiplyAdd = (a: Code, b: Code, c: Code) => Code;

/** One step along k: the outer product of four doubles of A with four of B. */
const alongK = (multiplyAdd: MultiplyAdd): Code => [
  each(VECTORS, (v) => set(B_VECTOR + v, load128(get(B_AT), v * LANES * DOUBLE))),
  each(TILE, (row) => [
    set(A_SPLAT, load64Splat(get(A), row * DOUBLE)),
    each(VECTORS, (v) => {
      const cell = accumulator(row, v);
      return set(cell, multiplyAdd(get(A_SPLAT), get(B_VECTOR + v), get(cell)));
    }),
  ]),
  advance(A, TILE * DOUBLE),
  advance(B_AT, TILE * DOUBLE),
  countDown(LEFT),
];

const tile = (multiplyAdd: MultiplyAdd): Code => [
  each(POINTERS, (i) => set(ROW_1 + i, add(get(rowPointer(i)), get(ROW)))),
  eachCell((row, v) => set(accumulator(row, v), load128(get(rowPointer(row)), v * LANES * DOUBLE))),
  set(B_AT, get(B)),
  set(LEFT, get(K)),
  loop(alongK(multiplyAdd), get(LEFT)),
  eachCell((row, v) =>
    store128(get(rowPointer(row)), v * LANES * DOUBLE, get(accumulator(row, v))),
  ),
  set(C, add(get(rowPointer(TILE - 1)), get(ROW))),
  countDown(COUNT),
];

export interface GemmKernel {
  /**
   * Adds to a column of `count` tiles of C, at `c` with rows `row` bytes apart, the products of the
   * tiles of A packed at `a` with the tile of B packed at `b`, all `k` deep.
   */
  tiles(a: number, b: number, c: number, k: number, count: number, row: number): void;
}

/** With fused multiply-adds where the engine has them, Node 22 on. */
export function makeGemmKernel(memory: WebAssembly.Memory): GemmKernel {
  const fused = moduleWith(f64x2RelaxedMadd);
  const bytes = WebAssembly.validate(fused)
    ? fused
    : moduleWith((a, b, c) => f64x2Add(c, f64x2Mul(a, b)));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports as unknown as GemmKernel;
}

function moduleWith(multiplyAdd: MultiplyAdd): Uint8Array<ArrayBuffer> {
  return assemble([
    {
      name: "tiles",
      parameters: [A, B, C, K, COUNT, ROW].map(() => I32),
      locals: [...each(2 + POINTERS, () => I32), ...each(TILE * VECTORS + VECTORS + 1, () => V128)],
      body: loop(tile(multiplyAdd), get(COUNT)),
    },
  ]);
}
