/** What most sessions ask of the compiler: the first time costs ten times the second. */
import type { Compiler } from "./compiler.js";
import { complete } from "./complete.js";
import { inspect } from "./inspect.js";
import type { CellLanguageService } from "./language-service.js";

/** A cell that uses what most cells use. */
const CELL = `
  class Point { constructor(readonly x: number, readonly y = 1) {} }
  async function load(n: number) { return Array.from({ length: n }, (_, i) => new Point(i)); }
  for (const [i, { x }] of (await load(2)).entries()) console.log(\`\${i}: \${x.toFixed(1)}\`);
  const sums: Record<string, number[]> = { a: [1, 2].map((v) => v ** 2) };
  Object.entries(sums)`;

/** Forgets the cell that it compiles: not for a session that has begun. */
export const typicalWork = (
  compiler: Compiler,
  service: CellLanguageService,
): readonly (() => void)[] => [
  () => void complete(service, "Math.ma", "Math.ma".length),
  () => void inspect(service, "Math.max", "Math.max".length, 0),
  () => {
    compiler.compile({ source: CELL, name: "" });
    compiler.reset();
  },
];

/** Reads the types of packages, which takes most of a second with TensorFlow.js; forgets all cells. */
export const importWork = (compiler: Compiler, specifiers: readonly string[]) => (): void => {
  const source = specifiers.map((name) => `import {} from ${JSON.stringify(name)};`).join("\n");
  compiler.compile({ source, name: "" });
  compiler.reset();
};
