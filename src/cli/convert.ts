/** `curvlab convert`: a notebook to a TypeScript file in the percent format, or back. */
import type { Command } from "commander";
import { Failure, UsageError } from "./failure.js";

export function convert(program: Command): void {
  program
    .command("convert")
    .summary("turn a notebook into a TypeScript file, or back")
    .description(
      "Turn a notebook into a TypeScript file in Jupytext's percent format, or such a file into a\n" +
        "notebook. Nothing is lost but outputs.",
    )
    .argument("<from>", "a notebook (.ipynb) or a percent file (.ts)")
    .argument("<to>", "the file to write: .ts or .ipynb")
    .action(async (from: string, to: string) => {
      const { readNotebook, readText, writeNotebook, writeText } = await import(
        "./notebook-file.js"
      );
      const { formatPercent, parsePercent } = await import("../document/percent.js");
      if (from.endsWith(".ipynb") && to.endsWith(".ts")) {
        await writeText(to, formatPercent(await readNotebook(from)));
      } else if (from.endsWith(".ts") && to.endsWith(".ipynb")) {
        await writeNotebook(to, named(from, parsePercent, await readText(from)));
      } else {
        throw new UsageError(
          `convert: from ${from} to ${to} is neither .ipynb to .ts nor .ts to .ipynb`,
        );
      }
      process.stdout.write(`${to}\n`);
    });
}

/** Puts the file's name before what is wrong in it. */
function named<T>(path: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof Error ? new Failure(`${path}: ${error.message}`) : error;
  }
}
