/**
 * The kernel in other people's hands: Jupyter's own conformance suite and clients, from Debian.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../support/kernel-client.js";
import { DEBIAN_PYTHON, describeNeeding, pythonModule } from "../support/requirements.js";

const run = promisify(execFile);
const debian = (module: string, name: string) => pythonModule(module, `apt-get install ${name}`);

let folder = "";
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-clients-"));
  env = {
    ...process.env,
    JUPYTER_PATH: join(folder, "share", "jupyter"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    CURVLAB_HISTORY: join(folder, "history.jsonl"),
  };
  const cli = join(repository, "bin", "curvlab.js");
  await run(process.execPath, [cli, "kernel", "install", "--prefix", folder], { env });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = (args: readonly string[]) => run(DEBIAN_PYTHON, args, { env, cwd: folder });

describeNeeding(
  [debian("jupyter_kernel_test", "python3-jupyter-kernel-test")],
  "jupyter_kernel_test",
  () => {
    it("passes, with no test skipped but the pager's", async () => {
      const suite = join(repository, "tests", "kernel", "kernel_conformance.py");
      const { stderr } = await python([suite, "--verbose"]).catch(
        (error: { stderr: string }) => error,
      );
      expect(stderr).toMatch(/^OK \(skipped=1\)$/m);
      expect(stderr).toMatch(/test_pager .*skipped/);
    });
  },
);

const notebook = (...cells: readonly string[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "curvlab", display_name: "TypeScript", language: "typescript" },
    },
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  });

interface ExecutedCell {
  readonly outputs: readonly { readonly text?: string | string[]; readonly ename?: string }[];
}
const outputsOf = (path: string): readonly ExecutedCell["outputs"][] =>
  (JSON.parse(readFileSync(path, "utf8")) as { cells: ExecutedCell[] }).cells.map((c) => c.outputs);

describeNeeding([debian("nbconvert", "python3-nbconvert")], "nbconvert --execute", () => {
  it("runs a notebook and keeps what it printed", async () => {
    const path = join(folder, "printed.ipynb");
    writeFileSync(path, notebook("const answer: number = 42", "console.log(answer)"));
    await python(["-m", "nbconvert", "--execute", "--to", "notebook", "--inplace", path]);
    expect([outputsOf(path)[1]?.[0]?.text].flat().join("")).toBe("42\n");
  });
});

describeNeeding([debian("nbclient", "python3-nbclient")], "nbclient", () => {
  it("stops at the cell that fails, with its error", async () => {
    const path = join(folder, "failing.ipynb");
    writeFileSync(path, notebook("1 + 1", 'throw new RangeError("here")', "3"));
    const script = [
      "import nbformat, sys",
      "from nbclient import NotebookClient",
      "from nbclient.exceptions import CellExecutionError",
      "nb = nbformat.read(sys.argv[1], 4)",
      "try:",
      "    NotebookClient(nb, timeout=60).execute()",
      "except CellExecutionError as error:",
      "    print(error.ename, error.evalue)",
    ].join("\n");
    const { stdout } = await python(["-c", script, path]);
    expect(stdout.trim()).toBe("RangeError here");
  });
});

describeNeeding([debian("jupyter_console", "python3-jupyter-console")], "jupyter console", () => {
  it("shows a result and leaves", async () => {
    const child = execFile(
      DEBIAN_PYTHON,
      ["-m", "jupyter_console", "--kernel", "curvlab", "--simple-prompt"],
      { env: { ...env, TERM: "dumb" }, cwd: folder },
    );
    let text = "";
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.write("6 * 7\n");
    await expect.poll(() => text, { timeout: 60_000 }).toContain("42");
    child.stdin?.end("exit\n");
    await exited;
  });
});
