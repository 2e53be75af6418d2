/** README's example, executed in the kernel as a reader would: it compiles, and the numbers are right. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const PRINTED = "\nconsole.log(JSON.stringify(await Promise.all([";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "curvlab-readme-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("runs, with the derivatives of tanh", async () => {
  const readme = await readFile("README.md", "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  // The last two statements are the values that the comments tell.
  const [setUp = "", values = ""] = code.split(/\n\n(?=hvp)/);
  const expressions = values
    .trim()
    .split("\n")
    .map((line) => line.replace(/;\s*\/\/.*$/, ""));
  expect(expressions).toHaveLength(2);
  const source = `${setUp}${PRINTED}${expressions.join(", ")}].map((v) => Array.from(v)))));`;

  const notebook = join(folder, "readme.ipynb");
  await writeFile(notebook, JSON.stringify(notebookOf(source)));
  const cli = [join("bin", "curvlab.js"), "run", notebook, "--in-place"];
  await promisify(execFile)(process.execPath, cli);

  const { cells } = JSON.parse(await readFile(notebook, "utf8"));
  const text: string | string[] = cells[0].outputs[0].text;
  const [product, eigenvalues] = JSON.parse(typeof text === "string" ? text : text.join(""));
  const [first, second] = [0.5, -1].map((x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2));
  expect(product[0]).toBeCloseTo(first!, 14);
  expect(product[1]).toBeCloseTo(0, 14);
  expect(eigenvalues[0]).toBeCloseTo(first!, 14);
  expect(eigenvalues[1]).toBeCloseTo(second!, 14);
});

function notebookOf(source: string): object {
  const cell = {
    cell_type: "code",
    id: "a",
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  };
  const kernelspec = {
    name: "curvlab",
    display_name: "TypeScript (curvlab)",
    language: "typescript",
  };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: [cell] };
}
