/**
 * Packages that take as long to load as to check. The runner loads them while the compiler is at work
 * on the cell that imports them; and both begin before, when the session's notebook has such a cell.
 * Only our own copies of packages that do nothing that shows: a cell may turn out not to compile, or
 * never run, and to open a hostile notebook must run none of its folder's code.
 */
const SLOW = /\bfrom\s*\\?["'](curvlab|@tensorflow\/tfjs)\\?["']/g;

/** @param text a cell's source, or the text of a notebook's file, where quotes are escaped. */
export const slowImports = (text: string): readonly string[] => [
  ...new Set(Array.from(text.matchAll(SLOW), ([, specifier = ""]) => specifier)),
];
