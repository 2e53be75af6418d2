/** A vector as a caller gives it: any array of finite numbers, copied; anything else is refused. */
export function vectorOf(what: string, given: ArrayLike<number>): Float64Array {
  const found: unknown = given;
  if (!isArrayOfAnything(found)) {
    throw new TypeError(`${what} is ${describe(found)}; an array of numbers is needed`);
  }
  const vector = new Float64Array(found.length);
  for (let i = 0; i < vector.length; i++) {
    const entry = found[i];
    if (typeof entry !== "number" || !Number.isFinite(entry)) {
      throw new RangeError(
        `${what} has ${describe(entry)} at entry ${i}; a finite number is needed`,
      );
    }
    vector[i] = entry;
  }
  return vector;
}

/** An array or a typed array, but not a string, which also has a length. */
export function isArrayOfAnything(found: unknown): found is ArrayLike<unknown> {
  return Array.isArray(found) || (ArrayBuffer.isView(found) && "length" in found);
}

/** What a value is, in a message. */
export function describe(found: unknown): string {
  if (typeof found === "number" || found === null || found === undefined) return String(found);
  if (typeof found === "string") return `the string ${JSON.stringify(found.slice(0, 40))}`;
  if (isArrayOfAnything(found)) return `an array of ${found.length} entries`;
  if (found instanceof Promise) return "a promise";
  const name = typeof found === "object" ? found.constructor?.name : undefined;
  return name === undefined || name === "Object" ? `of type ${typeof found}` : `a ${name}`;
}
