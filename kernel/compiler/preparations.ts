/**
 * What somebody will wait for, done in idle moments before.
 *
 * The first completion, inspection or class of a session costs ten times the second, and so does the
 * first look into a package. Each piece of work is done by itself, so that a request waits for one
 * at most, and none begins before nobody has asked for anything for a while.
 */
import type tsModule from "typescript";
import type { CellPrograms } from "./cell-programs.js";
import type { Compiler } from "./compiler.js";
import { complete } from "./complete.js";
import type { CellLanguageService } from "./language-service.js";
import { ts } from "./typescript.js";
import { typicalWork } from "./typical.js";

const IDLE_MS = 200;

export class Preparations {
  readonly #service: CellLanguageService;
  readonly #programs: CellPrograms;
  #work: (() => void)[];
  #timer: NodeJS.Timeout | undefined;

  constructor(compiler: Compiler, service: CellLanguageService) {
    this.#service = service;
    this.#programs = compiler.programs;
    this.#work = [...typicalWork(compiler, service)];
    this.postpone();
  }

  /** Somebody has asked for something: there may be more to come. */
  postpone(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), IDLE_MS).unref();
  }

  /** A cell is being compiled: from now on no other cell may be. */
  beginCells(): void {
    this.#work = [];
  }

  /** A cell has run: what it imported will be completed. */
  endCell(source: string): void {
    this.#work = importedNames(source).map((name) => () => this.#complete(`${name}.a`));
    this.postpone();
  }

  #next(): void {
    if (this.#programs.isOld) {
      this.#programs.refresh();
      this.#work.unshift(() => this.#complete("Math.ma"));
    }
    this.#work.shift()?.();
    if (this.#work.length > 0) this.#timer = setTimeout(() => this.#next()).unref();
  }

  #complete(source: string): void {
    complete(this.#service, source, source.length);
  }
}

function importedNames(source: string): string[] {
  if (!/\bimport\b/.test(source)) return [];
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022);
  const names: string[] = [];
  const visit = (node: tsModule.Node): void => {
    if (ts.isImportClause(node) && node.name) names.push(node.name.text);
    if (ts.isNamespaceImport(node) || ts.isImportSpecifier(node)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  file.statements.filter(ts.isImportDeclaration).forEach(visit);
  return names;
}
