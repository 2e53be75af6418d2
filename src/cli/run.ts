/** `curvlab run`: executes notebooks on our own server, or on any Jupyter server. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { RunOptions } from "./run-notebooks.js";

export function run(program: Command): void {
  program
    .command("run")
    .summary("execute notebooks and write them with their outputs")
    .description(
      "Execute notebooks in order of their cells, on a kernel of their own each, and write them\n" +
        "with their outputs. A failing cell ends its notebook: exit status 1.",
    )
    .argument("<notebook...>", "notebooks to execute")
    .addOption(new Option("--out <dir>", "write the executed notebooks into this folder"))
    .addOption(new Option("--in-place", "replace each notebook that succeeds").conflicts("out"))
    .option("--jobs <n>", "notebooks executed at the same time", positiveInteger, 1)
    .option("--timeout <s>", "seconds that one cell may take", positiveNumber)
    .option("--kernel <name>", "the kernel to use instead of the one the notebook names")
    .option("--server <url>", "a running Jupyter server, instead of our own")
    .option("--token <token>", "that server's token (or set JUPYTER_TOKEN)")
    .option("--allow-errors", "go on after a cell that raises; the status is then 0")
    .option("--json", "print one JSON document")
    .action(async (notebooks: string[], options: RunOptions) => {
      const { runNotebooks } = await import("./run-notebooks.js");
      await runNotebooks(notebooks, options);
    });
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("expected a whole number from 1.");
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("expected a number above 0.");
}
