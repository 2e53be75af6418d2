/**
 * Long work on one thread that can still be watched and stopped.
 *
 * Numerical loops never give way by themselves, so an abort or a progress bar would wait for their
 * end. A loop that awaits its pace once a step gives the event loop a turn every few hundredths of a
 * second, and throws the signal's reason once it is aborted. Nothing else about it depends on time,
 * so results do not either.
 */

export interface LongWork<Progress> {
  /** Called as the work goes on, synchronously and often; it should be cheap. */
  readonly onProgress?: (progress: Progress) => void;
  /** Rejects the work's promise with the signal's reason. */
  readonly signal?: AbortSignal;
}

export class Pace {
  private turn = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
  }

  /** Throws when aborted; waits a turn of the event loop when the last one is 25 ms ago. */
  async step(): Promise<void> {
    if (performance.now() - this.turn > 25) {
      await new Promise((resolve) => setImmediate(resolve));
      this.turn = performance.now();
    }
    this.signal?.throwIfAborted();
  }
}
