/** Node's flags for a worker: those of this process that a file can be started with. */

/** Flags of V8 hold for the whole process, and Node refuses them for a worker. */
const OF_THE_ENGINE = /^--((max|min)-|initial-|semi-|huge-|stack-size|expose-gc|jitless|optimize-)/;

/** The flags of `node --input-type=module -e SCRIPT` are for the script, and break a worker's file. */
export function workerFlags(flags: readonly string[] = process.execArgv): string[] {
  const script = flags.findIndex((flag) => ["-e", "--eval", "-p", "--print", "-pe"].includes(flag));
  const ours = script < 0 ? flags : flags.filter((_, i) => i !== script && i !== script + 1);
  return ours.filter(
    (flag) => !flag.startsWith("--input-type") && !OF_THE_ENGINE.test(flag.replaceAll("_", "-")),
  );
}
