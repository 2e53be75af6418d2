/**
 * What a terminal would show of a stream: "\r" goes back to the start of the line and "\b" one
 * column, and what follows overwrites. A progress bar that rewrites its line stays one line.
 *
 * The state outlives a message, since a kernel may send "50%" and "\r60%" apart.
 */
export class StreamText {
  private done = "";
  private line = "";
  private column = 0;

  get text(): string {
    return this.done + this.line;
  }

  append(text: string): void {
    for (const part of text.split(/([\n\r\b])/)) {
      if (part === "\n") this.newline();
      else if (part === "\r") this.column = 0;
      else if (part === "\b") this.column = Math.max(0, this.column - 1);
      else this.write(part);
    }
  }

  private newline(): void {
    this.done += `${this.line}\n`;
    this.line = "";
    this.column = 0;
  }

  private write(text: string): void {
    const end = this.column + text.length;
    this.line = this.line.slice(0, this.column) + text + this.line.slice(end);
    this.column = end;
  }
}
