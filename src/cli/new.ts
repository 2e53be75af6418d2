/** `curvlab new`: a chapter from the template, numbered after the last one in its folder. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { UsageError } from "./failure.js";

interface NewOptions {
  readonly title: string;
  readonly dir: string;
}

export function newCommand(program: Command): void {
  program
    .command("new")
    .summary("start a chapter from the template")
    .description("Start a chapter from the template; the file is named NN-SLUG.ipynb.")
    .argument("<slug>", "a short name of letters, digits and dashes, such as saddle-points")
    .requiredOption("--title <text>", "the chapter's title")
    .option("--dir <dir>", "the folder of the chapters", "notebooks")
    .action(async (slug: string, options: NewOptions) => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) {
        throw new UsageError(
          `new: "${slug}" is no slug; use small letters, digits and dashes, such as saddle-points`,
        );
      }
      const number = await nextNumber(options.dir, slug);
      const path = join(options.dir, `${String(number).padStart(2, "0")}-${slug}.ipynb`);
      const { chapterTemplate } = await import("../document/chapter-template.js");
      const { writeNotebook } = await import("./notebook-file.js");
      await writeNotebook(path, chapterTemplate({ number, title: options.title }));
      process.stdout.write(`${path}\n`);
    });
}

async function nextNumber(folder: string, slug: string): Promise<number> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const taken = names.find((name) => name.replace(/^\d+-/, "") === `${slug}.ipynb`);
  if (taken !== undefined) {
    throw new UsageError(`new: ${join(folder, taken)} exists already; choose another slug`);
  }
  const numbers = names.flatMap((name) => /^(\d+)-.*\.ipynb$/.exec(name)?.[1] ?? []).map(Number);
  return Math.max(0, ...numbers) + 1;
}
