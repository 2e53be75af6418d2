/** `curvlab diagnose` as a process: scripts and notebooks, and what it says of them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curvlab, notebookText } from "../support/curvlab.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "curvlab-diagnose-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function given(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return name;
}

/** Two inputs, one a hundred and fifty times the other. */
const table = `
export const xs = Array.from({ length: 64 }, (_, i) => [Math.sin(i), 150 * Math.cos(2 * i)]);
export const ys = xs.map(([a, b]) => [a + b / 150]);
`;

const script = `
import { tf } from "curvlab";
import { xs, ys } from "./table.mjs";

const model: tf.Sequential = tf.sequential();
model.add(tf.layers.dense({ inputShape: [2], units: 4, activation: "tanh" }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
console.log("made the model");

export { model };
export const data = { xs, ys };
`;

describe("curvlab diagnose", () => {
  it("examines the model that a TypeScript script exports, with modules beside it", async () => {
    await given("table.mjs", table);
    const name = await given("slow.ts", script);
    const { status, stdout, stderr } = await curvlab(["diagnose", name], folder);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^sequential_1 \(17 parameters\) on 64 examples\n/);
    expect(stdout).toMatch(/✗ input scales: Input 1 is of size 10\d .* and input 0 of 0\.7/);
    expect(stdout).toContain("→ Scale every input to mean 0 and variance 1");
    expect(stdout).not.toContain("made the model");
  });

  it("takes one object by default, even from a function, and options from the command line; as JSON", async () => {
    const name = await given(
      "default.mjs",
      `import { data, models } from "curvlab";
       export default async () => ({
         model: models.mlp({ inputs: 2, hidden: [4], outputs: 1 }),
         xs: [[0, 1], [1, 0], [1, 1], [0, 0]],
         ys: [[1], [1], [0], [0]],
       });`,
    );
    const args = [
      "diagnose",
      name,
      "--learning-rate",
      "50",
      "--loss",
      "mse",
      "--batch-size",
      "2",
      "--json",
    ];
    const { status, stdout, stderr } = await curvlab(args, folder);
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.title).toBe("mlp 2-4-1 tanh (17 parameters) on 4 examples");
    const step = report.findings.find(({ topic }: { topic: string }) => topic === "step length");
    expect(step).toMatchObject({ level: "problem", advice: expect.stringContaining("Divide") });
    expect(step.value).toBeGreaterThan(1);
  });

  it("reads the names of a notebook's cells, a network and a task among them", async () => {
    const name = await given(
      "book.ipynb",
      notebookText([
        'import { data, models } from "curvlab";',
        "const task = data.shapes({ size: 12, seed: 1 });\nconst loss = (params: object) => 0;",
        "const network = models.convNet({ input: [12, 12, 1], channels: [4], hidden: 8, outputs: task.outputs });",
        "const learningRate = 0.03;",
      ]),
    );
    const { status, stdout, stderr } = await curvlab(
      ["diagnose", name, "--examples", "64"],
      folder,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^convNet .* on 64 examples\n/);
    expect(stdout).toContain("step length: The sharpness");
  });

  it("names the cell that raised: status 1", async () => {
    const raising = await given(
      "raising.ipynb",
      notebookText(["1 + 1", "throw new Error('boom')"]),
    );
    const raised = await curvlab(["diagnose", raising], folder);
    expect(raised.status).toBe(1);
    expect(raised.stderr).toContain(
      "code cell 2 of 3 (cells[1], `throw new Error('boom')`) raised Error: boom",
    );
    expect(raised.stdout).toBe("");
  });

  it("refuses what it cannot run before it starts anything: status 2", async () => {
    const absent = await curvlab(["diagnose", "absent.ts"], folder);
    expect([absent.status, absent.stderr]).toEqual([
      2,
      expect.stringContaining("absent.ts does not exist"),
    ]);
    const text = await curvlab(["diagnose", await given("notes.txt", "")], folder);
    expect([text.status, text.stderr]).toEqual([2, expect.stringContaining("neither a notebook")]);
    const rate = await curvlab(["diagnose", "slow.ts", "--learning-rate", "0"], folder);
    expect([rate.status, rate.stderr]).toEqual([
      2,
      expect.stringContaining("expected a number above 0"),
    ]);
    expect((await curvlab(["diagnose"], folder)).status).toBe(2);
  });
});
