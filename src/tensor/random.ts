/**
 * The one source of randomness: a seed gives the same numbers on every machine.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47:4, 2021): 128 bits of state, period 2¹²⁸ − 1. Its state is filled from
 * the seed by SplitMix: a Weyl sequence of step 0x9e3779b9 through MurmurHash3's 32-bit finaliser.
 * Gaussian numbers come from Marsaglia's polar method.
 */

/** Four 32-bit words of generator state, not all zero. */
type State = readonly [number, number, number, number];

export class Random {
  readonly #state: Uint32Array;
  #spareNormal: number | undefined;

  /**
   * @param seed an integer of at most 53 bits; nearby seeds give unrelated sequences
   *
   * @example
   * new Random(1).uniform(); // 0.56860599…
   */
  constructor(seed: number | { readonly state: State }) {
    if (typeof seed === "object") {
      this.#state = Uint32Array.from(seed.state);
      return;
    }
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Random: the seed is ${seed}; it must be an integer of at most 53 bits`);
    }
    this.#state = new Uint32Array(4);
    let weyl = seed >>> 0;
    // The high part keeps seeds beyond 32 bits apart.
    const high = mix32(Math.floor(seed / 2 ** 32) >>> 0);
    for (let i = 0; i < 4; i++) {
      weyl = (weyl + 0x9e3779b9) >>> 0;
      this.#state[i] = mix32(weyl ^ high);
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** The next 32 random bits, as an unsigned integer. */
  bits(): number {
    const s = this.#state;
    const s1 = s[1]!;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }

  /** Uniform in [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const fraction = ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) * 2 ** -53;
    return low + (high - low) * fraction;
  }

  /** A uniform integer in 0 … count − 1, without modulo bias. */
  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 2 ** 32) {
      throw new RangeError(
        `Random.integer: count is ${count}; it must be an integer from 1 to 2³²`,
      );
    }
    const limit = 2 ** 32 - (2 ** 32 % count);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % count;
    }
  }

  /** Gaussian with the given mean and standard deviation. */
  normal(mean = 0, deviation = 1): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return mean + deviation * spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = v * scale;
        return mean + deviation * u * scale;
      }
    }
  }

  /** −1 or 1 with equal probability (Rademacher). */
  sign(): -1 | 1 {
    return this.bits() >>> 31 === 0 ? -1 : 1;
  }

  normals(length: number): Float64Array {
    return Float64Array.from({ length }, () => this.normal());
  }

  signs(length: number): Float64Array {
    return Float64Array.from({ length }, () => this.sign());
  }

  /** 0 … length − 1 in random order (Fisher and Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  /** An independent generator for part `index` of a task; this one does not advance. */
  fork(index: number): Random {
    const s = this.#state;
    const label = mix32((Math.imul(index, 0x9e3779b9) + 0x85ebca6b) >>> 0);
    const word = (i: number): number => mix32(s[i]! ^ rotateLeft(label, 8 * i));
    return new Random({ state: [word(0), word(1), word(2), word(3) | 1] });
  }
}

function rotateLeft(x: number, k: number): number {
  return ((x << k) | (x >>> ((32 - k) & 31))) >>> 0;
}

function mix32(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
