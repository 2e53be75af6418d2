/**
 * SciPy's minimisers on this project's problems: Python asks over a pipe, these objectives answer.
 *
 * Both sides then work on the same function, to the last bit, and counts can be compared. The time
 * is SciPy's own: waiting for answers is not in it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { SumOfSquares } from "../../src/optimize/problems/test-problem.js";
import { DEBIAN_PYTHON } from "../support/requirements.js";

export interface ScipyRun {
  readonly x: readonly (number | null)[] | null;
  readonly nfev: number;
  readonly error: string | null;
  readonly seconds: number;
}

interface Request {
  readonly problem: number;
  readonly ask: "value" | "gradient" | "hessian" | "residuals" | "jacobian";
  readonly x: readonly (number | null)[];
}

export class ScipyMinimize {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly problems: readonly SumOfSquares[]) {
    const script = new URL("./scipy_minimize.py", import.meta.url).pathname;
    this.child = spawn(DEBIAN_PYTHON, [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async run(problem: number, method: string, limit: number): Promise<ScipyRun> {
    const start = [...this.problems[problem]!.start];
    this.send({ problem, start, method, limit });
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(`SciPy's process ended during ${method} on problem ${problem}`);
      const message = JSON.parse(value) as Request | { done: ScipyRun };
      if ("done" in message) return message.done;
      this.send(this.answer(message));
    }
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    await once(this.child, "exit");
  }

  private answer({ problem, ask, x }: Request): unknown {
    const objective = this.problems[problem]!;
    const at = Float64Array.from(x, (entry) => entry ?? Number.NaN);
    switch (ask) {
      case "value":
        return objective.value(at);
      case "gradient":
        return [...objective.gradient(at)];
      case "hessian":
        return objective.hessian(at).map((row) => [...row]);
      case "residuals":
        return [...objective.leastSquares.residuals(at)];
      case "jacobian":
        return objective.leastSquares.jacobian(at).map((row) => Array.from(row));
    }
  }

  /** JSON has no infinity and no NaN; they go as null, which the other side reads as such. */
  private send(message: unknown): void {
    this.child.stdin!.write(`${JSON.stringify(message)}\n`);
  }
}
