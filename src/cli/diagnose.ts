/** `curvlab diagnose`: why the model of a script or notebook trains slowly. */
import type { Command } from "commander";
import type { DiagnoseOptions } from "./diagnose-source.js";
import { positiveInteger, positiveNumber } from "./run.js";

export function diagnose(program: Command): void {
  program
    .command("diagnose")
    .summary("say why the model of a script or notebook trains slowly")
    .description(
      "Run a script or notebook and examine the model that it leaves at its top level: its inputs, the " +
        "length of its steps, conditioning, saddles, noise, dead and saturated units, vanishing " +
        "gradients.\n\nIt takes `model` (of tf.layers or curvlab's) and `data` (or `xs` and `ys`, or a " +
        "task), and `learningRate`, `loss`, `optimizer`, `parameters` where they are there; a compiled " +
        "model brings its own. A script may export them by name, or as one object by default.",
    )
    .argument("<script|notebook>", "TypeScript, JavaScript or .ipynb")
    .option("--learning-rate <r>", "instead of the script's or the model's own", positiveNumber)
    .option("--loss <name>", "the same, such as meanSquaredError or categoricalCrossentropy")
    .option(
      "--batch-size <n>",
      "examples that a training step takes (default: 32)",
      positiveInteger,
    )
    .option("--examples <n>", "examples to examine the model on (default: 256)", positiveInteger)
    .option("--timeout <s>", "seconds that one cell, or the script, may take", positiveNumber)
    .option("--json", "print one JSON document")
    .action(async (path: string, options: DiagnoseOptions) => {
      const { diagnoseSource } = await import("./diagnose-source.js");
      await diagnoseSource(path, options);
    });
}
