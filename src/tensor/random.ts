/**
 * Seeded randomness: the same seed gives the same numbers on every machine and in every thread.
 *
 * The generator is xoshiro128++ 1.0 (Blackman and Vigna, 2021, prng.di.unimi.it): 128 bits of state,
 * 32 bits out, period 2¹²⁸ − 1. Its state comes from SplitMix64 started at the seed. A `stream` names
 * an independent sequence of the same seed, so that run 17 of a thousand draws the same numbers
 * whichever thread it lands on. Only the four arithmetic operations, `Math.sqrt` and `Math.log`
 * stand between the bits and the variates.
 */

export class Random {
  private readonly state: Uint32Array;
  private spareNormal: number | undefined;

  /** `seed` is an integer of at most 2⁵³ in size, `stream` a non-negative one. */
  constructor(seed: number, stream = 0) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Random: the seed is ${seed}; an integer is needed`);
    }
    if (!Number.isSafeInteger(stream) || stream < 0) {
      throw new RangeError(`Random: the stream is ${stream}; an integer of at least 0 is needed`);
    }
    this.state = new Uint32Array(4);
    const next = splitMix64(streamStart(BigInt.asUintN(64, BigInt(seed)), stream));
    for (let i = 0; i < 4; i += 2) {
      const word = next();
      this.state[i] = Number(word & 0xffffffffn);
      this.state[i + 1] = Number(word >> 32n);
    }
  }

  /** A generator whose four state words are given, as the published test vectors do. */
  static fromState(words: readonly [number, number, number, number]): Random {
    if (words.every((word) => word >>> 0 === 0)) {
      throw new RangeError("Random.fromState: the state is all zeros, which xoshiro never leaves");
    }
    const random = new Random(0);
    random.state.set(words);
    return random;
  }

  /** 32 random bits, as an integer in [0, 2³²). */
  uint32(): number {
    const s = this.state;
    const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const sum = (s0 + s3) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
    const x2 = s2 ^ s0;
    const x3 = s3 ^ s1;
    s[1] = s1 ^ x2;
    s[0] = s0 ^ x3;
    s[2] = x2 ^ (s1 << 9);
    s[3] = (x3 << 11) | (x3 >>> 21);
    return result;
  }

  /** Uniform on [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
    return low + (high - low) * unit;
  }

  /** Standard normal, by Marsaglia's polar method (1964), which yields pairs. */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /** −1 or 1, each with probability ½. */
  rademacher(): number {
    return this.uint32() >= 0x80000000 ? 1 : -1;
  }

  /** An integer, uniform on [low, high), without modulo bias; at most 2³² values. */
  integer(low: number, high: number): number {
    const range = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || range < 1 || range > 2 ** 32) {
      throw new RangeError(
        `Random.integer: [${low}, ${high}) is not a range of 1 to 2^32 whole numbers`,
      );
    }
    const limit = 2 ** 32 - (2 ** 32 % range);
    for (;;) {
      const bits = this.uint32();
      if (bits < limit) return low + (bits % range);
    }
  }

  uniforms(length: number, low = 0, high = 1): Float64Array {
    return Float64Array.from({ length }, () => this.uniform(low, high));
  }

  normals(length: number): Float64Array {
    return Float64Array.from({ length }, () => this.normal());
  }

  rademachers(length: number): Float64Array {
    return Float64Array.from({ length }, () => this.rademacher());
  }

  integers(length: number, low: number, high: number): Int32Array {
    return Int32Array.from({ length }, () => this.integer(low, high));
  }

  /** A uniform permutation of 0 … length − 1 (Fisher and Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      const moved = order[i]!;
      order[i] = order[j]!;
      order[j] = moved;
    }
    return order;
  }
}

/** SplitMix64 (Steele, Lea and Flood, 2014): the sequence of 64-bit words from `state`. */
export function splitMix64(state: bigint): () => bigint {
  let s = state;
  return () => {
    s = BigInt.asUintN(64, s + 0x9e3779b97f4a7c15n);
    let z = s;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

/** Stream 0 starts at the seed itself; the others at hashes that mix seed and stream. */
function streamStart(seed: bigint, stream: number): bigint {
  if (stream === 0) return seed;
  const seedHash = splitMix64(seed)();
  return splitMix64(seedHash ^ splitMix64(BigInt(stream))())();
}
