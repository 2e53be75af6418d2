/** The functions that `import … from "curvlab"` gives, with their docstrings' tags. */
import { resolve } from "node:path";
import ts from "typescript";

/**
 * Objects whose members are public functions, `data.shapes` for example. Of `problems`, declarations
 * keep no docstrings of the members that are spread into it.
 */
const NAMESPACES = ["check", "data", "figures", "gauges", "models"];

export interface PublicFunction {
  readonly name: string;
  readonly hasExample: boolean;
}

export function publicFunctions(): PublicFunction[] {
  const index = resolve("dist/src/index.d.ts");
  const program = ts.createProgram([index], {
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(index)!;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
  return exported.flatMap((name) => functionsOf(name, checker, file, ""));
}

function functionsOf(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  prefix: string,
): PublicFunction[] {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const type = checker.getTypeOfSymbolAtLocation(target, file);
  const [signature] = type.getCallSignatures();
  if (signature) {
    const hasExample = signature.getJsDocTags().some((tag) => tag.name === "example");
    return [{ name: `${prefix}${symbol.name}`, hasExample }];
  }
  if (prefix || !NAMESPACES.includes(symbol.name)) return [];
  const members = type.getProperties();
  return members.flatMap((member) => functionsOf(member, checker, file, `${symbol.name}.`));
}
