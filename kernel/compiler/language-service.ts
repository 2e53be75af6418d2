/**
 * Completion and inspection: TypeScript's language service over the same files as the compiler.
 *
 * Library files are the compiler's own SourceFile objects, so that nothing is parsed twice. The
 * cell's outer scope is the declarations file, linked as its parent, as tslab's converter does.
 */
import type tsModule from "typescript";
import type { Compiler } from "./compiler.js";
import { PREFIX } from "./converter.js";
import { ts } from "./typescript.js";

export class CellLanguageService {
  readonly #compiler: Compiler;
  readonly #declarationsPath: string;
  readonly #service: tsModule.LanguageService;
  readonly #texts = new Map<string, { readonly text: string; readonly version: string }>();
  #version = 0;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
    this.#declarationsPath = compiler.sourcePath.replace(/__tslab__\.ts$/, "__prev__.d.ts");
    this.#set(this.#declarationsPath, "");
    this.#set(compiler.sourcePath, "");
    this.#service = ts.createLanguageService(this.#host(), this.#registry());
  }

  /** The service with this cell in place, and the cell's path and offset in it. */
  open(source: string): {
    readonly service: tsModule.LanguageService;
    readonly path: string;
    readonly offset: number;
  } {
    const path = this.#compiler.sourcePath;
    this.#set(this.#declarationsPath, this.#compiler.declarations);
    this.#set(path, source);
    const program = this.#service.getProgram();
    const cell = program?.getSourceFile(path);
    if (cell) Object.assign(cell, { parent: program?.getSourceFile(this.#declarationsPath) });
    return { service: this.#service, path, offset: PREFIX.length };
  }

  #set(path: string, text: string): void {
    const prefixed = PREFIX + text;
    if (this.#texts.get(path)?.text === prefixed) return;
    this.#texts.set(path, { text: prefixed, version: `v${++this.#version}` });
  }

  #host(): tsModule.LanguageServiceHost {
    const { files, options, globals } = this.#compiler;
    const read = (path: string) => this.#texts.get(path)?.text ?? ts.sys.readFile(path);
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...globals, ...this.#texts.keys()],
      getScriptVersion: (path) => this.#texts.get(path)?.version ?? files.version(path),
      getScriptSnapshot: (path) =>
        this.#texts.has(path) || files.exists(path)
          ? lazySnapshot(() => read(path) ?? "")
          : undefined,
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
      useCaseSensitiveFileNames: () => true,
      fileExists: (path) => this.#texts.has(path) || files.exists(path),
      readFile: read,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      resolveModuleNameLiterals: (literals, containingFile, _redirect, o) =>
        literals.map(({ text }) => ({ resolvedModule: files.resolve(text, containingFile, o) })),
    };
  }

  #registry(): tsModule.DocumentRegistry {
    const registry = ts.createDocumentRegistry(true, ts.sys.getCurrentDirectory());
    const { files } = this.#compiler;
    const virtual = this.#texts;
    type Acquire = tsModule.DocumentRegistry["acquireDocumentWithKey"];
    const shared =
      (acquire: Acquire): Acquire =>
      (name, path, host, key, snapshot, version, kind, target) =>
        (virtual.has(name) ? undefined : files.get(name, target ?? ts.ScriptTarget.ES2022)) ??
        acquire(name, path, host, key, snapshot, version, kind, target);
    return {
      ...registry,
      acquireDocumentWithKey: shared(registry.acquireDocumentWithKey),
      updateDocumentWithKey: shared(registry.updateDocumentWithKey),
      // Few documents are not shared, and each is small: none is ever released.
      releaseDocumentWithKey: () => undefined,
    };
  }
}

/** Reads the file when its text is asked for: for a shared SourceFile it never is. */
function lazySnapshot(read: () => string): tsModule.IScriptSnapshot {
  let text: string | undefined;
  const get = () => {
    text ??= read();
    return text;
  };
  return {
    getText: (start, end) => get().substring(start, end),
    getLength: () => get().length,
    getChangeRange: () => undefined,
  };
}
