/** `curvlab lab`: serves a folder with JupyterLab and the kernel, until Ctrl-C. */
import { type Command, InvalidArgumentError } from "commander";
import type { LabCommandOptions } from "./serve-lab.js";

export function lab(program: Command): void {
  program
    .command("lab")
    .summary("open JupyterLab on a folder of notebooks")
    .description(
      "Serve a folder with JupyterLab and the TypeScript kernel, and open it in a browser.",
    )
    .argument("[dir]", "folder to serve", ".")
    .option(
      "--port <n>",
      "port to listen on; 0 for any free one (default: 8888, or the next free)",
      port,
    )
    .option("--ip <address>", "address to listen on", "127.0.0.1")
    .option("--token <token>", "use this token instead of a random one (or set CURVLAB_TOKEN)")
    .option("--no-browser", "only print the URL")
    .action(async (folder: string, options: LabCommandOptions) => {
      const { serveLab } = await import("./serve-lab.js");
      await serveLab(folder, options);
    });
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535 && text.trim() !== "") return value;
  throw new InvalidArgumentError("expected a whole number from 0 to 65535.");
}
