/**
 * How a command ends badly: one line that says what was found and what would be right.
 *
 * The exit status tells scripts which it was: 1, the work failed (a cell raised, a check found
 * something, a server did not answer); 2, the command line cannot be obeyed as written (an unknown
 * option, a file that does not exist). 130 is the shell's convention for Ctrl-C.
 */
export type ExitStatus = 1 | 2 | 130;

export class Failure extends Error {
  override readonly name: string = "Failure";

  constructor(
    message: string,
    readonly exitStatus: ExitStatus = 1,
  ) {
    super(message);
  }
}

export class UsageError extends Failure {
  override readonly name = "UsageError";

  constructor(message: string) {
    super(message, 2);
  }
}

export class Interrupted extends Failure {
  override readonly name = "Interrupted";

  constructor(message = "interrupted") {
    super(message, 130);
  }
}

/** The command failed and has said so already, in its own lines. */
export class Reported extends Failure {
  override readonly name = "Reported";

  constructor() {
    super("");
  }
}

/** The lines for stderr: one, unless `debug` asks for the stack. */
export function describeFailure(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `curvlab: ${String(error)}`;
  if (debug) return `curvlab: ${error.stack ?? error.message}`;
  const unexpected = error instanceof TypeError || error instanceof ReferenceError;
  const hint = unexpected ? " (a fault in curvlab; CURVLAB_DEBUG=1 shows where)" : "";
  return `curvlab: ${error.message}${hint}`;
}
