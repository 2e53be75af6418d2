/** `curvlab export`: notebooks as pages that need neither kernel nor network. */
import { type Command, Option } from "commander";
import type { ExportOptions } from "./export-notebooks.js";

export function exportCommand(program: Command): void {
  program
    .command("export")
    .summary("make static pages of notebooks")
    .description(
      "Make static pages of notebooks, or of all notebooks in a folder. A page holds everything it\n" +
        "shows and makes no network request; a site adds an index and links between the chapters.",
    )
    .argument("<notebook|dir...>", "notebooks, or folders of them")
    .requiredOption("--out <dir>", "the folder to write into")
    .addOption(
      new Option("--to <format>", "what to make")
        .choices(["html", "site", "markdown", "typescript"])
        .default("html"),
    )
    .option("--title <text>", "the title of a site's index", "curvlab")
    .action(async (sources: string[], options: ExportOptions) => {
      const { exportNotebooks } = await import("./export-notebooks.js");
      await exportNotebooks(sources, options);
    });
}
