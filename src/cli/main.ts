/**
 * The entry point of `curvlab`: the list of commands, and the process around them.
 *
 * The process ends when nothing keeps it alive, never through `process.exit` in the middle of a
 * write; only a reader that closed our stdout (`curvlab … | head`) ends it early.
 */
import { check } from "./check.js";
import { convert } from "./convert.js";
import { diagnose } from "./diagnose.js";
import { diff } from "./diff.js";
import { doctor } from "./doctor.js";
import { exportCommand } from "./export.js";
import { kernel } from "./kernel.js";
import { lab } from "./lab.js";
import { newCommand } from "./new.js";
import { type Register, runProgram } from "./program.js";
import { run } from "./run.js";

const commands: readonly Register[] = [
  lab,
  run,
  exportCommand,
  kernel,
  check,
  newCommand,
  convert,
  diff,
  diagnose,
  doctor,
];

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runProgram(commands, process.argv.slice(2), {
  error: (line) => process.stderr.write(`${line}\n`),
  debug: (process.env.CURVLAB_DEBUG ?? "") !== "",
});
