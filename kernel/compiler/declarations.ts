/**
 * What a cell that failed leaves behind.
 *
 * A cell that throws half-way has made some of its names and not others. Declaring all of them
 * would promise values that are not there; declaring none would take away those that are.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

/** The statements of `next` whose names have values, and those of `previous` still standing. */
export function keepDefined(next: string, previous: string, defined: ReadonlySet<string>): string {
  const file = parse(next);
  const kept = file.statements.flatMap((statement) => keepStatement(statement, file, defined));
  const redeclared = new Set(file.statements.flatMap(namesOf));
  const earlier = parse(previous);
  // Names that the failed cell declared anew are gone; the converter has dropped their old types.
  const missing = earlier.statements.filter((statement) => {
    const names = namesOf(statement);
    return names.length > 0 && names.every((name) => defined.has(name) && !redeclared.has(name));
  });
  return [...kept, ...missing.map((statement) => statement.getText(earlier))].join("\n");
}

const parse = (text: string): tsModule.SourceFile =>
  ts.createSourceFile("__prev__.d.ts", text, ts.ScriptTarget.ES2022, true);

function keepStatement(
  statement: tsModule.Statement,
  file: tsModule.SourceFile,
  defined: ReadonlySet<string>,
): string[] {
  if (ts.isVariableStatement(statement)) {
    const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
    return statement.declarationList.declarations
      .filter((d) => ts.isIdentifier(d.name) && defined.has(d.name.text))
      .map((d) => `declare ${keyword} ${d.getText(file)};`);
  }
  const isValue =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  const lost = isValue && namesOf(statement).some((name) => !defined.has(name));
  return lost ? [] : [statement.getText(file)];
}

function namesOf(statement: tsModule.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((d) =>
      ts.isIdentifier(d.name) ? [d.name.text] : [],
    );
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return statement.name ? [statement.name.text] : [];
  }
  return [];
}
