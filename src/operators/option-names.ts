/** Options as a caller gives them: a name that nobody knows is a slip of the pen, and refused. */
import { describe, isArrayOfAnything } from "./vector-of.js";

/** Throws unless the options are an object whose names, where they have a value, are all known. */
export function checkOptionNames(who: string, options: object, known: readonly string[]): void {
  const found: unknown = options;
  if (typeof found !== "object" || found === null || isArrayOfAnything(found)) {
    throw new TypeError(
      `${who}: the options are ${describe(found)}; an object is needed, such as { ${known[0]}: … }`,
    );
  }
  for (const [name, value] of Object.entries(found)) {
    if (value !== undefined && !known.includes(name)) {
      throw unknownOption(who, name, `it takes ${known.join(", ")}`);
    }
  }
}

export function unknownOption(who: string, name: string, known: string): RangeError {
  return new RangeError(`${who}: there is no option "${name}"; ${known}`);
}
