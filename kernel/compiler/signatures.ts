/**
 * The signatures of a list of completions, as many as somebody who types can wait for.
 *
 * A signature that names types nobody has looked at takes TypeScript up to ten milliseconds, and a
 * list has dozens. After `BUDGET_MS` the rest go without. What packages declare stays what it is, so
 * it is kept, and the next request comes further.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

const BUDGET_MS = 30;

export interface Place {
  readonly checker: tsModule.TypeChecker;
  readonly file: tsModule.SourceFile;
  /** Where the completion would be written: what a name means may depend on it. */
  readonly position: number;
}

export class Signatures {
  readonly #known = new WeakMap<tsModule.Symbol, string>();
  readonly #isInstalled: (path: string) => boolean;
  readonly #now: () => number;

  constructor(isInstalled: (path: string) => boolean, now = () => performance.now()) {
    this.#isInstalled = isInstalled;
    this.#now = now;
  }

  /** One for each symbol, in their order; undefined where there is none or no time was left. */
  of(
    symbols: readonly (tsModule.Symbol | undefined)[],
    place: Place,
  ): readonly (string | undefined)[] {
    const end = this.#now() + BUDGET_MS;
    return symbols.map((symbol) => {
      if (!symbol) return undefined;
      const known = this.#known.get(symbol);
      if (known !== undefined || this.#now() >= end) return known;
      const signature = signatureOf(symbol, place);
      if (this.#isOfPackage(symbol)) this.#known.set(symbol, signature);
      return signature;
    });
  }

  #isOfPackage({ declarations = [] }: tsModule.Symbol): boolean {
    return declarations.every((node) => this.#isInstalled(node.getSourceFile().fileName));
  }
}

/** From the symbol itself: the service's own details would list all completions again for each. */
function signatureOf(symbol: tsModule.Symbol, { checker, file, position }: Place): string {
  const location = ts.getTouchingPropertyName(file, position);
  const { displayParts } = ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    location,
    location,
  );
  // Of what is exported again, not by which way: `(alias) function f(): void\nexport f`.
  return ts
    .displayPartsToString(displayParts)
    .replace(/^\(alias\) (.*)\n(?:export|import) .*$/s, "$1");
}
