/**
 * Packages that take as long to load as to check: the runner loads them while the compiler is at
 * work on the cell that imports them. Only such as do nothing that shows, because a cell that turns
 * out not to compile has loaded them too.
 */
const SLOW = /\bfrom\s*["'](curvlab|@tensorflow\/tfjs)["']/g;

export const slowImports = (source: string): readonly string[] =>
  Array.from(source.matchAll(SLOW), ([, specifier = ""]) => specifier);
