/**
 * `curvlab kernel`: makes the kernel known to any Jupyter, and is what a Jupyter starts.
 *
 * `start` loads nothing of the other commands: a learner waits for it with every notebook opened.
 */
import { type Command, Option } from "commander";
import type { InstallPlace } from "../../kernel/kernelspec/kernelspec.js";

interface PlaceOptions {
  readonly user?: boolean;
  readonly prefix?: string;
}

export function kernel(program: Command): void {
  const group = program
    .command("kernel")
    .description("install the kernel for any Jupyter, remove it, or start it");
  withPlace(group.command("install").description("write the kernelspec named curvlab")).action(
    async (options: PlaceOptions) => {
      const { installKernelSpec } = await import("../../kernel/kernelspec/kernelspec.js");
      process.stdout.write(
        `installed the kernelspec curvlab in ${installKernelSpec(placeOf(options))}\n`,
      );
    },
  );
  withPlace(group.command("uninstall").description("remove that kernelspec")).action(
    async (options: PlaceOptions) => {
      const kernelspec = await import("../../kernel/kernelspec/kernelspec.js");
      const place = placeOf(options);
      const removed = kernelspec.uninstallKernelSpec(place);
      const folder = kernelspec.kernelSpecFolder(place);
      process.stdout.write(removed ? `removed ${folder}\n` : `nothing to remove: no ${folder}\n`);
    },
  );
  group
    .command("start")
    .description("run a kernel for the Jupyter that wrote this connection file")
    .requiredOption("--connection-file <file>", "the file that names ports and key")
    .action(async (options: { connectionFile: string }) => {
      const { startKernel } = await import("../../kernel/main.js");
      await startKernel(options.connectionFile);
    });
}

function withPlace(command: Command): Command {
  return command
    .addOption(new Option("--user", "in your own Jupyter folder (the default)").conflicts("prefix"))
    .option("--prefix <dir>", "in <dir>/share/jupyter, such as a virtual environment's");
}

function placeOf(options: PlaceOptions): InstallPlace {
  return options.prefix === undefined
    ? { kind: "user" }
    : { kind: "prefix", prefix: options.prefix };
}
