/**
 * What people type into notebooks that is no TypeScript: JSX, and the commands of IPython.
 *
 * The compiler's complaint about them ("Expression expected") helps nobody, so it is told what the
 * cell seems to be and what to write instead.
 */
import type tsModule from "typescript";
import { bound, ts } from "./typescript.js";

const COMMANDS: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /^%%?[a-z]/i,
    "A line that begins with % is a command of IPython; every line here is TypeScript " +
      "(console.time() measures, display.html() shows HTML, fs.writeFileSync() writes a file)",
  ],
  [
    /^![\w./-]+(\s+[\w./~"'-]|$)/,
    "A line that begins with ! is a shell command in IPython; here it is " +
      'execSync("…", { stdio: "inherit" }) of node:child_process',
  ],
  [
    /^\?|[\w)\]]\?$/,
    "A question mark shows no help here; inspect the name with Shift+Tab, or complete it with Tab",
  ],
];

const JSX =
  "This is JSX, which a cell cannot hold: there <T> is a cast or a generic. Write the component " +
  "in a .tsx file beside the notebook and import it, or call the library's createElement()";

/** @param position of the compiler's first complaint. */
export function adviceFor(source: string, position: number): string | undefined {
  const lineStart = source.lastIndexOf("\n", position - 1) + 1;
  const [line = ""] = source.slice(lineStart).split("\n", 1);
  const command = COMMANDS.find(([pattern]) => pattern.test(line.trim()));
  if (command) return command[1];
  return isJsx(source) ? JSX : undefined;
}

/** Whether it is wrong as TypeScript and right as TypeScript with JSX. */
function isJsx(source: string): boolean {
  return (
    /<[\w.]*[\s\S]*>/.test(source) &&
    !parses(source, ts.ScriptKind.TS) &&
    parses(source, ts.ScriptKind.TSX)
  );
}

function parses(source: string, kind: tsModule.ScriptKind): boolean {
  const { ES2022 } = ts.ScriptTarget;
  return (
    bound(ts.createSourceFile("cell.tsx", source, ES2022, false, kind)).parseDiagnostics.length ===
    0
  );
}
