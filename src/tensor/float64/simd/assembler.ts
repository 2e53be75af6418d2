/**
 * Just enough of a WebAssembly assembler to write SIMD loops by hand: no build step, no binary in
 * the repository. Instructions are arrays of bytes; the names are those of the specification
 * (WebAssembly Core 2.0, section 5.4).
 */
export type Code = readonly (number | Code)[];

export const I32 = 0x7f;
export const V128 = 0x7b;

/** Unsigned LEB128, section 5.2.2. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128. */
function s32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const simd = (opcode: number): number[] => [0xfd, ...u32(opcode)];
const memory = (align: number, offset: number): number[] => [align, ...u32(offset)];

export const get = (local: number): Code => [0x20, ...u32(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, ...u32(local)];
export const i32 = (value: number): Code => [0x41, ...s32(value)];
export const add = (a: Code, b: Code): Code => [a, b, 0x6a];
export const sub = (a: Code, b: Code): Code => [a, b, 0x6b];
export const load128 = (address: Code, offset: number): Code => [
  address,
  simd(0),
  memory(3, offset),
];
export const load64Splat = (address: Code, offset: number): Code => [
  address,
  simd(10),
  memory(3, offset),
];
export const store128 = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  simd(11),
  memory(3, offset),
];
export const f64x2Add = (a: Code, b: Code): Code => [a, b, simd(0xf0)];
export const f64x2Mul = (a: Code, b: Code): Code => [a, b, simd(0xf2)];
/** a·b + c, rounded once where the processor can (relaxed SIMD, WebAssembly Core 3.0). */
export const f64x2RelaxedMadd = (a: Code, b: Code, c: Code): Code => [a, b, c, simd(0x107)];
/** Runs the body, then again as long as the condition is not zero. */
export const loop = (body: Code, again: Code): Code => [0x03, 0x40, body, again, 0x0d, 0x00, 0x0b];

export interface FunctionSpec {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module that imports its memory as env.memory and exports the functions; none returns a value. */
export function assemble(functions: readonly FunctionSpec[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...vector(parameters), 0x00]);
  const imports = [[...text("env"), ...text("memory"), 0x02, 0x00, ...u32(1)]];
  const exports = functions.map(({ name }, i) => [...text(name), 0x00, ...u32(i)]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = vector(locals.map((type) => [...u32(1), type]));
    const code = [...declared, ...flat(body), 0x0b];
    return [...u32(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, imports),
    ...section(
      3,
      functions.map((_, i) => u32(i)),
    ),
    ...section(7, exports),
    ...section(10, bodies),
  ]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [id, ...u32(content.length), ...content];
}

function vector(items: readonly (number | readonly number[])[]): number[] {
  return [...u32(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector([...new TextEncoder().encode(value)]);
}

function flat(code: Code): number[] {
  return code.flatMap((item) => (typeof item === "number" ? [item] : flat(item)));
}
