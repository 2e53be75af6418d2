/**
 * tfjs-core's own tests of its ops, run against the float64 backend: all that can be run must pass.
 * What cannot: kernels that the backend does not have, and the exceptions below, each with its
 * reason. The counts stand in src/tensor/CORE-SUITE.md; UPDATE_OPS=1 writes them.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const REPORT = new URL("../../src/tensor/CORE-SUITE.md", import.meta.url);
const RUN = fileURLToPath(new URL("core-suite/run.js", import.meta.url));

/** Part of a test's name, or of what it said → why it does not count. */
const EXCEPTIONS: Record<string, string> = {
  "Arrays are of different type": "the test wants a Float32Array; the numbers are doubles",
  "has NHWC only": "channels first is refused, by name",
  "string comparison": "strings are not compared here",
  "has no numbers": "strings are not numbers",
  "einsum float64 {} > ": "more is possible here, and the messages are other ones",
  "numbers exceed float32 precision": "the test wants the rounding that this backend avoids",
  "dilations > 1": "the test wants the refusal of a gradient that exists here",
  "integer division": "⌊a/b⌋ has derivative 0",
  "gradient: Tensor1D with int32": "⌊a/b⌋ has derivative 0",
  "gradient: 1d<int32> with 1d<bool>": "⌊a/b⌋ has derivative 0",
  "errors if relevant ops are missing grads": "comparisons and logic have derivative 0 here",
  "avgPool float64 {} > gradient x=[3,3,1] f=[3,3] s=1 p=explicit":
    "the test divides by the whole window, the forward pass by the part inside",
  "mirrorPad float64 {} > grad": "the test leaves out the gradient of the reflections",
  "fractional outputs default rounding": "tfjs takes a padded 1×1 pooling for the identity",
  "input=8x8x8,output=4x4x8": "the shapes contradict each other and are refused",
};

it("passes what can be run", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN], { maxBuffer: 2 ** 26 });
  const results: Record<string, string> = JSON.parse(stdout.trim().split("\n").at(-1)!);
  const outcomes = Object.entries(results).map(([name, result]) => outcomeOf(name, result));
  expect(Object.keys(results).filter((_, i) => outcomes[i] === undefined)).toEqual([]);
  const report = table(outcomes.filter((outcome) => outcome !== undefined));
  if (process.env.UPDATE_OPS === "1") writeFileSync(REPORT, report);
  expect(report).toBe(readFileSync(REPORT, "utf8"));
});

/** "passed", the kernel that is lacking, or the reason for an exception; undefined for a failure. */
function outcomeOf(name: string, result: string): string | undefined {
  if (result === "passed") return "passed";
  if (result.startsWith("lacks ")) return `needs ${result.slice("lacks ".length)}`;
  const found = Object.entries(EXCEPTIONS).find(
    ([part]) => name.includes(part) || result.includes(part),
  );
  return found?.[1];
}

const HEAD = `# tfjs-core's own tests on the float64 backend

Written by \`tests/numerics/core-suite.test.ts\`; do not edit. These are the tests of ops and of
gradients that tfjs-core ships, run against this backend: how many ended how. "needs X" means that
the backend has no kernel X (or no such type), and says so.

| outcome | tests |
|---|---|
`;

function table(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return HEAD + rows.map(([outcome, count]) => `| ${outcome} | ${count} |\n`).join("");
}
