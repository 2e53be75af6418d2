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
import { importWork, typicalWork } from "./typical.js";

const IDLE_MS = 200;

export class Preparations {
  readonly #compiler: Compiler;
  readonly #service: CellLanguageService;
  readonly #programs: CellPrograms;
  /** What this session has imported: a new type checker knows none of it. */
  readonly #imported = new Set<string>();
  /** Those of them whose members are still to be looked at. */
  #unknown = new Set<string>();
  #work: (() => void)[];
  #hasBegun = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(compiler: Compiler, service: CellLanguageService) {
    this.#compiler = compiler;
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

  /** The first cells will import these. */
  expect(specifiers: readonly string[]): void {
    if (!this.#hasBegun) this.#work.unshift(importWork(this.#compiler, specifiers));
    this.postpone();
  }

  /** A cell is being compiled: from now on no other cell may be. */
  beginCells(): void {
    this.#hasBegun = true;
    this.#work = [];
  }

  /** A cell has run: what it imported will be completed. */
  endCell(source: string): void {
    for (const name of importedNames(source)) {
      this.#imported.add(name);
      this.#unknown.add(name);
    }
    this.#learn();
    this.postpone();
  }

  /** The runner has begun anew: its cells' imports are gone. */
  reset(): void {
    this.#imported.clear();
    this.#unknown.clear();
    this.#work = [];
  }

  #next(): void {
    if (this.#programs.isOld) {
      this.#programs.refresh();
      this.#unknown = new Set(this.#imported);
      this.#learn();
      this.#work.unshift(() => void complete(this.#service, "Math.ma", "Math.ma".length));
    }
    this.#work.shift()?.();
    if (this.#work.length > 0) this.#timer = setTimeout(() => this.#next()).unref();
  }

  #learn(): void {
    this.#work = Array.from(this.#unknown, (name) => () => this.#learnMembers(name));
  }

  /** The signatures of a name's members, a part at a time, until all are known. */
  #learnMembers(name: string, known = -1): void {
    const members = `${name}.`;
    const { matches } = complete(this.#service, members, members.length, Number.POSITIVE_INFINITY);
    const now = matches.filter(({ signature }) => signature !== undefined).length;
    if (now > known && now < matches.length) {
      this.#work.unshift(() => this.#learnMembers(name, now));
    } else this.#unknown.delete(name);
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
