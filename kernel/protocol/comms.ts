/** Which comms are open, from either side: what comm_info answers while the runner is busy. */
export class CommRegistry {
  readonly #targets = new Map<string, string>();

  open(id: string, target: string): void {
    this.#targets.set(id, target);
  }

  close(id: string): void {
    this.#targets.delete(id);
  }

  /** Their other end is gone. */
  clear(): void {
    this.#targets.clear();
  }

  list(target?: string): { readonly [commId: string]: { readonly target_name: string } } {
    return Object.fromEntries(
      [...this.#targets]
        .filter(([, name]) => target === undefined || name === target)
        .map(([id, name]) => [id, { target_name: name }]),
    );
  }
}
