/**
 * The command line: a frame that knows every command's name and options, and none of its work.
 *
 * Each command file registers itself here and imports what it runs only inside its action, so that
 * `curvlab kernel start` does not pay for the exporter. Commander prints its own complaints
 * (unknown command, missing argument) with a suggestion; they leave here as exit status 2.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { describeFailure, Failure, Reported } from "./failure.js";

/** Adds one command, with its options and its lazy action, to the program. */
export type Register = (program: Command) => void;

/** Runs one command line and says with which status the process should end. */
export async function runProgram(
  registers: readonly Register[],
  argv: readonly string[],
  io: { readonly error: (line: string) => void; readonly debug: boolean },
): Promise<number> {
  const program = frame(registers);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Reported)) io.error(describeFailure(error, io.debug));
    return error instanceof Failure ? error.exitStatus : 1;
  }
}

function frame(registers: readonly Register[]): Command {
  const program = new Command("curvlab")
    .description("A laboratory for the curvature of neural-network losses.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "curvlab: ")),
    })
    .addHelpText(
      "after",
      "\nExit status: 0 done, 1 the work failed, 2 bad usage. CURVLAB_DEBUG=1 shows stacks.",
    );
  for (const register of registers) register(program);
  return program;
}

function version(): string {
  const manifest = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return version;
}
