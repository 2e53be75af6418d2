/** Functions of a module of Node's, put between its callers and itself. */
type AnyFunction = (...args: unknown[]) => unknown;
export type FunctionTable = Record<string, AnyFunction>;
export type Wrapper = (original: AnyFunction, args: unknown[]) => unknown;

/** The wrapped function keeps the other's name, length and how it is promisified. */
export function wrap(table: FunctionTable, method: string, wrapper: Wrapper): void {
  const original = table[method];
  if (!original) return;
  const wrapped = (...args: unknown[]) => wrapper(original, args);
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  table[method] = wrapped;
}
