/**
 * Completion and inspection: TypeScript's language service on the compiler's own programs.
 *
 * A language service makes its own programs, each with a checker that knows nothing yet. This one
 * makes a single empty program, whose every method is then answered by the program that the
 * compiler has for the cell at hand: nothing is parsed or looked at twice. The cell's outer scope
 * is the declarations file, linked as its parent, as tslab's converter does.
 */
import { join } from "node:path";
import type tsModule from "typescript";
import { PREFIX } from "./cell-programs.js";
import type { Compiler } from "./compiler.js";
import { Signatures } from "./signatures.js";
import { ts } from "./typescript.js";

export class CellLanguageService {
  readonly #compiler: Compiler;
  readonly #declarationsPath: string;
  readonly #service: tsModule.LanguageService;
  readonly #signatures: Signatures;
  #program: tsModule.Program | undefined;

  /** @param now the clock, in milliseconds, that bounds how long signatures may take. */
  constructor(compiler: Compiler, now?: () => number) {
    this.#compiler = compiler;
    this.#declarationsPath = join(compiler.sourcePath, "..", "__prev__.d.ts");
    this.#service = ts.createLanguageService(this.#host());
    this.#signatures = new Signatures((path) => compiler.files.isInstalled(path), now);
    this.#answerFor(this.#service.getProgram() as tsModule.Program);
  }

  /** The service with this cell in place, and the cell's path and offset in it. */
  open(source: string): {
    readonly service: tsModule.LanguageService;
    readonly path: string;
    readonly offset: number;
  } {
    const { programs, declarations, sourcePath: path } = this.#compiler;
    const earlier = programs.parse(this.#declarationsPath, PREFIX + declarations);
    const cell = Object.assign(programs.parse(path, PREFIX + source), { parent: earlier });
    this.#program = programs.program(
      new Map([
        [this.#declarationsPath, earlier],
        [path, cell],
      ]),
    );
    return { service: this.#service, path, offset: PREFIX.length };
  }

  /** Of the open cell's completions at a position. */
  signatures(
    symbols: readonly (tsModule.Symbol | undefined)[],
    position: number,
  ): readonly (string | undefined)[] {
    const file = this.#program?.getSourceFile(this.#compiler.sourcePath);
    if (!this.#program || !file) return [];
    return this.#signatures.of(symbols, {
      checker: this.#program.getTypeChecker(),
      file,
      position,
    });
  }

  #answerFor(empty: tsModule.Program): void {
    const methods = empty as unknown as Record<string, (...args: never[]) => unknown>;
    for (const [name, own] of Object.entries(methods)) {
      if (typeof own !== "function") continue;
      methods[name] = (...args) => {
        const program = (this.#program ?? empty) as unknown as typeof methods;
        return (program === methods ? own : program[name])?.apply(program, args);
      };
    }
  }

  #host(): tsModule.LanguageServiceHost {
    return {
      // The same for ever: the service shall not look for changes.
      getProjectVersion: () => "1",
      getScriptFileNames: () => [],
      getScriptVersion: () => "1",
      getScriptSnapshot: () => undefined,
      getCompilationSettings: () =>
        this.#program ? this.#compiler.options : { noLib: true, types: [] },
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      useCaseSensitiveFileNames: () => true,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
    };
  }
}
