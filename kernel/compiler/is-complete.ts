/**
 * Whether the text in a console is a whole statement: `complete`, `incomplete` or `invalid`.
 *
 * The parser's first complaint decides: one at the end of the text means that more may follow, an
 * earlier one that nothing can mend it. A template or a comment still open counts as the end; a
 * string may not go on in the next line.
 */
import type tsModule from "typescript";
import { bound, ts } from "./typescript.js";

export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

const UNTERMINATED_STRING = 1002;
const UNTERMINATED_TEMPLATE = 1160;
const UNTERMINATED_COMMENT = 1010;
const STATEMENT_EXPECTED = 1128;

export function isComplete(source: string): Completeness {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022);
  const [first] = bound(file).parseDiagnostics;
  if (!first && !lacksRest(file)) return { status: "complete" };
  if (!first) return { status: "incomplete", indent: nextIndent(source) };
  const end = source.trimEnd().length;
  const isOpen =
    first.code === UNTERMINATED_TEMPLATE ||
    first.code === UNTERMINATED_COMMENT ||
    (first.code === STATEMENT_EXPECTED && isBareKeyword(source.slice(first.start)));
  const isClosed = first.start < end || first.code === UNTERMINATED_STRING;
  if (isClosed && !isOpen) return { status: "invalid" };
  return { status: "incomplete", indent: nextIndent(source) };
}

/** The parser complains of these at their start, as if nothing could follow. */
const isBareKeyword = (rest: string): boolean =>
  /^(import|export(\s+(type|async|abstract|declare))?)\s*$/.test(rest);

/** What the parser lets pass and the checker refuses, and more text would mend. */
function lacksRest(file: tsModule.SourceFile): boolean {
  const last = file.statements.at(-1);
  const isClosed = last === undefined || /;\s*$/.test(last.getText(file));
  if (isClosed) return false;
  if (ts.isFunctionDeclaration(last)) {
    return !last.body && !last.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);
  }
  if (ts.isVariableStatement(last)) {
    const { declarations } = last.declarationList;
    if (declarations.length === 0 || declarations.hasTrailingComma) return true;
  }
  // `await` is a name in a script; in a cell it waits for what follows.
  return /(^|[^.\w$])await$/.test(last.getText(file));
}

function nextIndent(source: string): string {
  const line = source.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const opens = /[{([]$|=>$|^\s*(case\b.*|default):$/.test(line);
  const hasNoBody = /^\s*(if|for|while)\b.*\)$|\b(else|do)$/.test(line);
  return opens || hasNoBody ? `${indent}  ` : indent;
}
