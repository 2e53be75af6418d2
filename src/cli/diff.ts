/** `curvlab diff`: what changed between two notebooks, without the noise of their JSON. */
import type { Command } from "commander";
import type { Line, NotebookDiff, ValueChange } from "../document/diff-notebooks.js";
import { Reported } from "./failure.js";

interface DiffOptions {
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

export function diff(program: Command): void {
  program
    .command("diff")
    .summary("show what changed between two notebooks")
    .description("Show what changed between two notebooks: cells, sources, results and metadata.")
    .argument("<before>", "a notebook")
    .argument("<after>", "a later state of it")
    .option("--exit-code", "end with status 1 when they differ")
    .option("--json", "print one JSON document")
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { readNotebook } = await import("./notebook-file.js");
      const { diffNotebooks } = await import("../document/diff-notebooks.js");
      const found = diffNotebooks(await readNotebook(before), await readNotebook(after));
      process.stdout.write(
        options.json ? `${JSON.stringify(found, null, 2)}\n` : report(found, before, after),
      );
      if (options.exitCode && !found.same) throw new Reported();
    });
}

export function report(diff: NotebookDiff, before: string, after: string): string {
  if (diff.same) return "";
  const lines = [`--- ${before}`, `+++ ${after}`, ...diff.metadata.map(valueLine)];
  for (const change of diff.cells) {
    switch (change.kind) {
      case "added":
        lines.push("", `cells[${change.after}] added: ${change.cell.type}`);
        lines.push(...change.cell.source.split("\n").map((line) => `+ ${line}`));
        break;
      case "removed":
        lines.push("", `cells[${change.before}] removed: ${change.cell.type}`);
        lines.push(...change.cell.source.split("\n").map((line) => `- ${line}`));
        break;
      case "changed": {
        const moved = change.before === change.after ? "" : ` (was cells[${change.before}])`;
        lines.push("", `cells[${change.after}]${moved} changed: ${change.type}`);
        lines.push(...change.metadata.map(valueLine), ...change.source.map(textLine));
        if (change.results.length > 0) lines.push("  results:", ...change.results.map(textLine));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

function textLine({ sign, text }: Line): string {
  return `${sign} ${text}`;
}

function valueLine({ path, before, after }: ValueChange): string {
  const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return `  metadata ${path}: ${show(before)} → ${show(after)}`;
}
