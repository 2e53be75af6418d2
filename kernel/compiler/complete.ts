/**
 * Completions at a cursor: names that continue what is typed, with kind and signature.
 *
 * Offsets are UTF-16 here; the protocol thread converts from and to code points.
 */
import type tsModule from "typescript";
import type { CellLanguageService } from "./language-service.js";
import { ts } from "./typescript.js";

export interface CompletionMatch {
  readonly text: string;
  readonly type: string;
  readonly signature?: string;
}
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly CompletionMatch[];
}

/** A list that nobody can read through does without signatures. */
const MAX_SIGNATURES = 40;

/** @param maxSignatures a longer list has no signatures at all. */
export function complete(
  languageService: CellLanguageService,
  source: string,
  cursor: number,
  maxSignatures = MAX_SIGNATURES,
): Completions {
  const { service, path, offset } = languageService.open(source);
  const position = cursor + offset;
  const info = service.getCompletionsAtPosition(path, position, {
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
    includeSymbol: true,
  });
  const typed = /[\p{ID_Continue}$#]*$/u.exec(source.slice(0, cursor))?.[0] ?? "";
  const entries = info?.entries ?? [];
  const span = entries[0]?.replacementSpan ?? {
    start: position - typed.length,
    length: typed.length,
  };
  const start = span.start - offset;
  const prefix = source.slice(start, cursor);
  const fitting = matching(entries, prefix);
  const symbols = fitting.length > maxSignatures ? [] : fitting.map(({ symbol }) => symbol);
  const found = languageService.signatures(symbols, position);
  const matches = fitting.map((entry, i) => {
    const signature = found[i];
    const match = { text: entry.name, type: kindOf(entry.kind) };
    return signature === undefined ? match : { ...match, signature };
  });
  return { start, end: cursor, matches };
}

/** Those that start with the prefix; where none does, those that do but for upper and lower case. */
function matching(entries: readonly tsModule.CompletionEntry[], prefix: string) {
  const unique = [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  const visible = unique.filter((entry) => entry.kind !== ts.ScriptElementKind.warning);
  const exact = visible.filter((entry) => entry.name.startsWith(prefix));
  const lower = prefix.toLowerCase();
  const found =
    exact.length > 0
      ? exact
      : visible.filter((entry) => entry.name.toLowerCase().startsWith(lower));
  return found.sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** TypeScript's kinds in the words that Jupyter's completers have icons for. */
function kindOf(kind: tsModule.ScriptElementKind): string {
  switch (kind) {
    case ts.ScriptElementKind.functionElement:
    case ts.ScriptElementKind.localFunctionElement:
      return "function";
    case ts.ScriptElementKind.memberFunctionElement:
    case ts.ScriptElementKind.constructSignatureElement:
      return "method";
    case ts.ScriptElementKind.memberVariableElement:
    case ts.ScriptElementKind.memberGetAccessorElement:
    case ts.ScriptElementKind.memberSetAccessorElement:
      return "property";
    case ts.ScriptElementKind.constElement:
    case ts.ScriptElementKind.letElement:
    case ts.ScriptElementKind.variableElement:
    case ts.ScriptElementKind.localVariableElement:
    case ts.ScriptElementKind.parameterElement:
      return "variable";
    case ts.ScriptElementKind.classElement:
      return "class";
    case ts.ScriptElementKind.interfaceElement:
      return "interface";
    case ts.ScriptElementKind.moduleElement:
    case ts.ScriptElementKind.externalModuleName:
    case ts.ScriptElementKind.alias:
      return "module";
    default:
      return kind === "" ? "text" : kind;
  }
}
