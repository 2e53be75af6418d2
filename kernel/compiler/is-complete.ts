/**
 * Whether the text in a console is a whole statement: `complete`, `incomplete` or `invalid`.
 *
 * The parser's first complaint decides: one at the end of the text means that more may follow, an
 * earlier one that nothing can mend it. A template or a comment still open counts as the end; a
 * string may not go on in the next line.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

const UNTERMINATED_STRING = 1002;
const UNTERMINATED_TEMPLATE = 1160;
const UNTERMINATED_COMMENT = 1010;

export function isComplete(source: string): Completeness {
  const file = ts.createSourceFile(
    "cell.ts",
    source,
    ts.ScriptTarget.ES2022,
  ) as tsModule.SourceFile & {
    readonly parseDiagnostics: readonly tsModule.DiagnosticWithLocation[];
  };
  const [first] = file.parseDiagnostics;
  if (!first) return { status: "complete" };
  const end = source.trimEnd().length;
  const isOpen = first.code === UNTERMINATED_TEMPLATE || first.code === UNTERMINATED_COMMENT;
  const isClosed = first.start < end || first.code === UNTERMINATED_STRING;
  if (isClosed && !isOpen) return { status: "invalid" };
  return { status: "incomplete", indent: nextIndent(source) };
}

function nextIndent(source: string): string {
  const line = source.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const opens = /[{([]$|=>$|^\s*(case\b.*|default):$/.test(line);
  const hasNoBody = /^\s*(if|for|while)\b.*\)$|\b(else|do)$/.test(line);
  return opens || hasNoBody ? `${indent}  ` : indent;
}
