/**
 * The declarations of earlier cells, from one cell to the next.
 *
 * A cell's own declarations stand first, and after them those of earlier cells whose names it has
 * not declared anew. A name can have a value, a type, or both; what a cell replaces is dropped, what
 * it does not touch stays as it was written. A cell that throws half-way has made some of its names
 * and not others: declaring all of them would promise values that are not there, declaring none
 * would take away those that are.
 */
import type tsModule from "typescript";
import { bound, ts } from "./typescript.js";

/** Which meanings of a name a cell has declared anew. */
interface Meanings {
  readonly value: boolean;
  readonly type: boolean;
}
type Replaced = (name: string) => Meanings;

/**
 * What `cell` leaves standing of `earlier`, as text. Both are bound.
 *
 * @param own the cell's own declarations: what it adds to something global is there once.
 */
export function carryOver(
  own: string,
  earlier: tsModule.SourceFile,
  cell: tsModule.SourceFile,
  checker: tsModule.TypeChecker,
): string {
  const { locals } = bound(cell);
  const replaced: Replaced = (name) => meaningsOf(locals.get(name), checker);
  return earlier.statements
    .flatMap((statement) => carryStatement(statement, earlier, replaced, checker))
    .filter((text) => !own.includes(text))
    .map((text) => `${text}\n`)
    .join("");
}

function meaningsOf(symbol: tsModule.Symbol | undefined, checker: tsModule.TypeChecker): Meanings {
  if (!symbol) return { value: false, type: false };
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  return {
    value: (flags & ts.SymbolFlags.Value) !== 0,
    type: (flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Namespace)) !== 0,
  };
}

/** The statement's text, or that of the part that stands. */
function carryStatement(
  statement: tsModule.Statement,
  file: tsModule.SourceFile,
  replaced: Replaced,
  checker: tsModule.TypeChecker,
): string[] {
  const whole = [file.text.slice(statement.pos, statement.end).trim()];
  if (ts.isExportDeclaration(statement)) return [];
  if (ts.isImportDeclaration(statement)) return carryImport(statement, file, replaced, checker);
  if (ts.isVariableStatement(statement)) {
    const names = namesOf(statement);
    const gone = new Set(names.filter((name) => replaced(name).value));
    if (gone.size === 0) return whole;
    return variables(statement, file, (name) => !gone.has(name));
  }
  const [name] = namesOf(statement);
  if (name === undefined) return whole; // an augmentation
  const { value, type } = replaced(name);
  if (!value && !type) return whole;
  if (ts.isFunctionDeclaration(statement)) return value ? [] : whole;
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return type ? [] : whole;
  }
  // The value of a class or an enum whose type has another meaning now.
  return value ? [] : [`declare let ${name}: any;`];
}

function carryImport(
  statement: tsModule.ImportDeclaration,
  file: tsModule.SourceFile,
  replaced: Replaced,
  checker: tsModule.TypeChecker,
): string[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const stands = (name: tsModule.Identifier): boolean => {
    const now = replaced(name.text);
    if (!now.value && !now.type) return true;
    const symbol = checker.getSymbolAtLocation(name);
    const was = meaningsOf(symbol, checker);
    return !(now.value && was.value) && !(now.type && was.type);
  };
  const names: string[] = [];
  if (clause.name && stands(clause.name)) names.push(clause.name.text);
  const { namedBindings } = clause;
  if (namedBindings && ts.isNamespaceImport(namedBindings) && stands(namedBindings.name)) {
    names.push(namedBindings.getText(file));
  }
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    const kept = namedBindings.elements.filter(({ name }) => stands(name));
    if (kept.length > 0) names.push(`{ ${kept.map((k) => k.getText(file)).join(", ")} }`);
  }
  const only = clause.isTypeOnly ? "type " : "";
  const from = `from ${statement.moduleSpecifier.getText(file)}`;
  const attributes = statement.attributes ? ` ${statement.attributes.getText(file)}` : "";
  return names.length > 0 ? [`import ${only}${names.join(", ")} ${from}${attributes};`] : [];
}

/** The variables of a statement that `stands` says, each declared for itself. */
function variables(
  statement: tsModule.VariableStatement,
  file: tsModule.SourceFile,
  stands: (name: string) => boolean,
): string[] {
  const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
  return statement.declarationList.declarations
    .filter((d) => ts.isIdentifier(d.name) && stands(d.name.text))
    .map((d) => `declare ${keyword} ${d.getText(file)};`);
}

/**
 * What a cell that failed leaves behind: the statements of `next` whose names have values, and those
 * of `previous` still standing.
 */
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
    return variables(statement, file, (name) => defined.has(name));
  }
  const isValue =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  const lost = isValue && namesOf(statement).some((name) => !defined.has(name));
  return lost ? [] : [statement.getText(file)];
}

/** The names that a statement declares; none for one that adds to something global. */
function namesOf(statement: tsModule.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((d) =>
      ts.isIdentifier(d.name) ? [d.name.text] : [],
    );
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  if (!isNamed || !statement.name || !ts.isIdentifier(statement.name)) return [];
  const isGlobal = (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
  return isGlobal ? [] : [statement.name.text];
}
