/**
 * The names that a cell or script has at its top level, read from its syntax.
 *
 * A module's exports are names too: what it exports under another name, or by default, is given one
 * here, for a cell has no exports to ask for.
 */
import ts from "typescript";

/** The name that a default export gets. */
const DEFAULT = "defaultExport";

/** Values only: types, and imports of types alone, have no value. */
export function topLevelNames(source: string): string[] {
  return parse(source).statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return isAmbient(statement) ? [] : statement.declarationList.declarations.flatMap(bound);
    }
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      return statement.name && !isAmbient(statement) ? [statement.name.text] : [];
    }
    return ts.isImportDeclaration(statement) ? imported(statement) : [];
  });
}

/**
 * The source with `export default value` as `const defaultExport = value`, and with what
 * `export { a as b }` and `export { a as b } from "module"` name declared.
 */
export function withNamedExports(source: string): string {
  const file = parse(source);
  const edits = file.statements.flatMap((statement) => editOf(file, statement));
  return edits.reduceRight(
    (text, { from, to, by }) => text.slice(0, from) + by + text.slice(to),
    source,
  );
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function editOf(file: ts.SourceFile, statement: ts.Statement): Edit[] {
  const from = statement.getStart(file);
  if (ts.isExportAssignment(statement)) {
    return [{ from, to: statement.expression.getStart(file), by: `const ${DEFAULT} = ` }];
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const word = statement.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    return word ? [{ from, to: word.getEnd(), by: `const ${DEFAULT} =` }] : [];
  }
  if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
  const clause = statement.exportClause;
  if (!clause || !ts.isNamedExports(clause)) return [];
  return [{ from, to: statement.getEnd(), by: declared(file, statement, clause) }];
}

function declared(
  file: ts.SourceFile,
  { moduleSpecifier }: ts.ExportDeclaration,
  { elements }: ts.NamedExports,
): string {
  const names = elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ name, propertyName }) => {
      const as = name.text === "default" ? DEFAULT : name.text;
      return { of: (propertyName ?? name).text, as };
    });
  if (moduleSpecifier) {
    const list = names.map(({ of, as }) => (of === as ? of : `${of} as ${as}`));
    return `import { ${list.join(", ")} } from ${moduleSpecifier.getText(file)};`;
  }
  const renamed = names.filter(({ of, as }) => of !== as);
  return renamed.map(({ of, as }) => `const ${as} = ${of};`).join(" ");
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
}

function isAmbient(
  statement: ts.Statement & { readonly modifiers?: ts.NodeArray<ts.ModifierLike> },
) {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true;
}

/** The names that a declaration binds, those inside patterns too. */
function bound({ name }: ts.VariableDeclaration | ts.BindingElement): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element) : []));
}

function imported({ importClause }: ts.ImportDeclaration): string[] {
  if (!importClause || importClause.isTypeOnly) return [];
  const { name, namedBindings } = importClause;
  const own = name ? [name.text] : [];
  if (!namedBindings) return own;
  if (ts.isNamespaceImport(namedBindings)) return [...own, namedBindings.name.text];
  const values = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return [...own, ...values.map((element) => element.name.text)];
}
