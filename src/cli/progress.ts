/**
 * Progress on stderr: one live line a running notebook on a terminal, plain lines elsewhere.
 *
 * The live lines are redrawn in place, at most ten times a second; `log` prints above them. Nothing
 * here touches stdout, which carries results.
 */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  private readonly lines = new Map<string, string>();
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: ProgressStream) {}

  get isLive(): boolean {
    return this.stream.isTTY === true;
  }

  /** Shows or replaces the live line of one task; without a terminal, nothing. */
  live(task: string, line: string): void {
    if (!this.isLive) return;
    this.lines.set(task, line);
    this.timer ??= setTimeout(() => this.redraw(), 100);
  }

  /** Removes the task's live line. */
  end(task: string): void {
    if (this.lines.delete(task)) this.redraw();
  }

  /** Prints a line that stays. */
  log(line: string): void {
    this.erase();
    this.stream.write(`${line}\n`);
    this.draw();
  }

  private redraw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.erase();
    this.draw();
  }

  private erase(): void {
    if (this.drawn > 0) this.stream.write(`\x1b[${this.drawn}A\x1b[J`);
    this.drawn = 0;
  }

  private draw(): void {
    const width = (this.stream.columns ?? 80) - 1;
    for (const line of this.lines.values()) {
      this.stream.write(`${line.length > width ? `${line.slice(0, width - 1)}…` : line}\n`);
    }
    this.drawn = this.lines.size;
  }
}
