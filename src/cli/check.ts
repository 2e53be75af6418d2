/** `curvlab check`: format and chapter rules; with --execute also that a new run gives the same. */
import type { Command } from "commander";
import type { CheckOptions } from "./check-notebooks.js";
import { positiveNumber } from "./run.js";

export function check(program: Command): void {
  program
    .command("check")
    .summary("hold notebooks to the rules of a chapter")
    .description(
      "Hold notebooks to the format's and a chapter's rules. With --execute they are run again, and\n" +
        "their outputs compared with the saved ones. Any problem gives exit status 1.",
    )
    .argument("<notebook...>", "notebooks to check")
    .option("--execute", "run them again and compare the outputs")
    .option(
      "--rtol <r>",
      "how far numbers may be off (default: the chapter's, else 1e-6)",
      positiveNumber,
    )
    .option("--timeout <s>", "seconds that one cell may take", positiveNumber)
    .option("--json", "print one JSON document")
    .action(async (paths: string[], options: CheckOptions) => {
      const { checkNotebooks } = await import("./check-notebooks.js");
      await checkNotebooks(paths, options);
    });
}
