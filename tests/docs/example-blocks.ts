/** The `@example` blocks of docstrings: found, made into modules, compiled and run. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import ts from "typescript";

export interface Example {
  readonly file: string;
  /** The line of the block's first statement. */
  readonly line: number;
  readonly code: string;
  readonly claims: readonly Claim[];
}

/** An expression and the comment behind it. */
export interface Claim {
  readonly line: number;
  readonly expression: string;
  readonly comment: string;
}

/** What running a block gave: its values one by one, and what stopped it. */
export interface Outcome {
  readonly values: readonly unknown[];
  readonly error?: string;
}

export async function findExamples(folder: string): Promise<Example[]> {
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => /(?<!\.test|\.d)\.ts$/.test(file))
    .map((file) => join(folder, file))
    .sort();
  const found = files.map(async (file) => examplesOf(file, await readFile(file, "utf8")));
  return (await Promise.all(found)).flat();
}

export function examplesOf(file: string, source: string): Example[] {
  const docs = [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)];
  return docs.flatMap((doc) => {
    const blocks = [...doc[0].matchAll(/@example\s+(?:\* )?([\s\S]*?)(?=\s*(?:\*\/|\* @))/g)];
    return blocks.map((block) => {
      const start = doc.index + block.index + block[0].indexOf(block[1]!);
      const code = block[1]!.replace(/^ *\* ?/gm, "");
      const line = source.slice(0, start).split("\n").length;
      return { file, line, code, claims: parse(code).map(({ claim }) => at(line - 1, claim)) };
    });
  });
}

const at = (lines: number, claim: Claim): Claim => ({ ...claim, line: claim.line + lines });

interface Place {
  readonly claim: Claim;
  readonly start: number;
  readonly end: number;
}

/** The statements with a comment behind them, or below the last one. */
function parse(code: string): Place[] {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  return file.statements.flatMap((statement) => {
    const last = statement === file.statements.at(-1);
    const ranges = [
      ...(ts.getTrailingCommentRanges(code, statement.end) ?? []),
      ...(last ? (ts.getLeadingCommentRanges(code, statement.end) ?? []) : []),
    ];
    if (ranges.length === 0) return [];
    const expression = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    const lines = ranges.map(({ pos, end }) => code.slice(pos, end).replace(/^\/\/ ?/, ""));
    const { line } = file.getLineAndCharacterOfPosition(statement.getStart());
    const claim = { line: line + 1, expression: statement.getText(), comment: lines.join("\n") };
    // A declaration has no value: its claim is held against undefined.
    const start = expression?.getStart() ?? statement.end;
    return [{ claim, start, end: expression?.end ?? start }];
  });
}

/** A module whose default export yields the claimed values; line n + 1 of it is line n of the code. */
function moduleOf({ file, code }: Example, dist: string, publicNames: readonly string[]): string {
  const own = ownNames(file).filter((name) => !publicNames.includes(name));
  const ownModule = join(dist, file.replace(/\.ts$/, ".js"));
  let body = code;
  for (const { start, end } of parse(code).reverse()) {
    body = `${body.slice(0, start)};yield (${body.slice(start, end) || "undefined"})${body.slice(end)}`;
  }
  return [
    `import { ${publicNames.join(", ")} } from ${JSON.stringify(join(dist, "src", "index.js"))}; ` +
      `import { ${own.join(", ")} } from ${JSON.stringify(ownModule)}; ` +
      `export default async function* () { await use("float64");`,
    body,
    "}",
  ].join("\n");
}

/** What a file exports by name, for the example of a function that is not public. */
function ownNames(file: string): string[] {
  const source = ts.sys.readFile(file) ?? "";
  return [...source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(
    (m) => m[1]!,
  );
}

/** Compiles the blocks as notebooks are and runs them, one after the other, in one worker. */
export async function runExamples(
  examples: readonly Example[],
  publicNames: readonly string[],
): Promise<{ readonly diagnostics: string[]; readonly outcomes: Outcome[] }> {
  const dist = resolve("dist");
  const folder = await mkdtemp(join(tmpdir(), "curvlab-examples-"));
  try {
    const files = examples.map((_, i) => join(folder, `example-${i}.mts`));
    await Promise.all(
      files.map((file, i) => writeFile(file, moduleOf(examples[i]!, dist, publicNames))),
    );
    const diagnostics = compile(files, examples);
    const urls = files.map((file) => pathToFileURL(file.replace(/mts$/, "mjs")).href);
    return { diagnostics, outcomes: await inWorker(urls) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compile(files: readonly string[], examples: readonly Example[]): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [resolve("node_modules/@types")],
  });
  const found = ts.getPreEmitDiagnostics(program);
  program.emit();
  return found.map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const example = examples[files.indexOf(file?.fileName ?? "")];
    if (!file || !example) return message;
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    return `${example.file}:${example.line + line - 1}: ${message}`;
  });
}

const RUNNER = `
  const { parentPort, workerData } = require("node:worker_threads");
  (async () => {
    for (const url of workerData) {
      const values = [];
      let error;
      try {
        for await (const value of (await import(url)).default()) values.push(structuredClone(value));
      } catch (thrown) {
        error = String(thrown);
      }
      parentPort.postMessage({ values, error });
    }
    process.exit();
  })();
`;

function inWorker(urls: readonly string[]): Promise<Outcome[]> {
  return new Promise((done, failed) => {
    const outcomes: Outcome[] = [];
    const worker = new Worker(RUNNER, { eval: true, workerData: urls });
    worker.on("message", (outcome: Outcome) => outcomes.push(outcome));
    worker.on("error", failed);
    worker.on("exit", () => done(outcomes));
  });
}
