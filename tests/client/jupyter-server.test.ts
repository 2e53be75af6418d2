/**
 * The client against Jupyter's own server and Python kernel: messages that we did not make, in the
 * order in which another implementation sends them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../src/client/connect.js";
import { type ExecuteOptions, executeNotebook } from "../../src/client/execute-notebook.js";
import { KernelSession } from "../../src/client/kernel-session.js";
import type { JsonObject } from "../../src/document/json.js";
import type { Notebook, Output } from "../../src/document/notebook.js";
import { freePort, type JupyterServer, startJupyterServer } from "../support/jupyter-server.js";
import { describeNeeding, pythonModule } from "../support/requirements.js";

const needs = [
  pythonModule("jupyter_server", "apt-get install jupyter-server"),
  pythonModule("ipykernel", "apt-get install python3-ipykernel"),
];

describeNeeding(needs, "a notebook on jupyter-server", () => {
  let root: string;
  let jupyter: JupyterServer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "curvlab-root-"));
    jupyter = await startJupyterServer(root);
  });
  afterAll(async () => {
    await jupyter.stop();
    await rm(root, { recursive: true, force: true });
  });

  async function execute(sources: readonly string[], options: ExecuteOptions = {}, tags = {}) {
    const server = await connect(jupyter);
    const session = await KernelSession.start(server, { path: "n.ipynb", kernelName: "python3" });
    try {
      return await executeNotebook(python(sources, tags), session, options);
    } finally {
      await session.shutdown();
    }
  }

  async function runningKernels(): Promise<number> {
    const answer = await fetch(`${jupyter.url}api/kernels?token=${jupyter.token}`);
    return ((await answer.json()) as unknown[]).length;
  }

  it("collects outputs of every kind and leaves no kernel behind", async () => {
    const { notebook, failures, executed } = await execute([
      "for i in range(3): print(i)",
      "import sys\nprint('a'); print('e', file=sys.stderr); 41 + 1",
      "from IPython.display import display, clear_output, HTML\n" +
        "h = display(HTML('<b>1</b>'), display_id=True)\nprint('gone'); clear_output(wait=True)\n" +
        "h2 = display('kept', display_id='d')",
      "  \n",
      "h2.update('changed')",
    ]);
    expect(failures).toEqual([]);
    expect(executed).toBe(4);
    expect(outputsOf(notebook)).toEqual([
      [{ type: "stream", name: "stdout", text: "0\n1\n2\n" }],
      [
        { type: "stream", name: "stdout", text: "a\n" },
        { type: "stream", name: "stderr", text: "e\n" },
        { type: "execute_result", data: { "text/plain": "42" }, metadata: {}, executionCount: 2 },
      ],
      [{ type: "display_data", data: { "text/plain": "'changed'" }, metadata: {} }],
      [],
      [],
    ]);
    expect(notebook.cells.map((cell) => cell.type === "code" && cell.executionCount)).toEqual([
      1,
      2,
      3,
      null,
      4,
    ]);
    expect(notebook.metadata).toMatchObject({
      kernelspec: { name: "python3" },
      language_info: { name: "python" },
    });
    expect(await runningKernels()).toBe(0);
  });

  it("stops at the cell that raises, and says which", async () => {
    const { notebook, failures } = await execute(["x = 1", "\n1/0  # no\n", "print('never')"]);
    expect(failures).toEqual([
      {
        type: "error",
        cell: 2,
        of: 3,
        index: 1,
        firstLine: "1/0  # no",
        ename: "ZeroDivisionError",
        evalue: "division by zero",
      },
    ]);
    const [, raised, after] = outputsOf(notebook);
    expect(raised).toMatchObject([{ type: "error", ename: "ZeroDivisionError" }]);
    expect(after).toEqual([]);
  });

  it("goes on after errors that are allowed or expected", async () => {
    const allowed = await execute(["1/0", "print('on')"], { allowErrors: true });
    expect(allowed.failures).toHaveLength(1);
    expect(outputsOf(allowed.notebook)[1]).toEqual([
      { type: "stream", name: "stdout", text: "on\n" },
    ]);
    const expected = await execute(["1/0", "print('on')"], {}, { tags: ["raises-exception"] });
    expect(expected.failures).toEqual([]);
    expect(outputsOf(expected.notebook)[1]).toHaveLength(1);
  });

  it("interrupts a cell that takes too long and keeps what it printed", async () => {
    const { notebook, failures } = await execute(
      ["import time\nprint('begun', flush=True)\ntime.sleep(60)", "print('never')"],
      { timeout: 1 },
    );
    expect(failures).toMatchObject([{ type: "timeout", seconds: 1, cell: 1 }]);
    expect(outputsOf(notebook)[0]).toMatchObject([
      { type: "stream", text: "begun\n" },
      { type: "error", ename: "KeyboardInterrupt" },
    ]);
    expect(await runningKernels()).toBe(0);
  });

  it("reports a kernel that dies", async () => {
    const { failures } = await execute(["import os\nos._exit(1)", "print('never')"]);
    expect(failures).toMatchObject([{ type: "died", cell: 1, reason: "the kernel died" }]);
    expect(await runningKernels()).toBe(0);
  });

  it("stops at once when it is aborted", async () => {
    const abort = new AbortController();
    const { failures } = await execute(["import time\ntime.sleep(60)"], {
      signal: abort.signal,
      onProgress: (event) => event.type === "start" && setTimeout(() => abort.abort(), 200),
    });
    expect(failures).toMatchObject([{ type: "interrupted" }]);
    expect(await runningKernels()).toBe(0);
  });

  it("says why a server cannot be used", async () => {
    await expect(connect({ ...jupyter, token: "wrong" })).rejects.toThrow(
      "refused the token (403)",
    );
    const nobody = `http://127.0.0.1:${await freePort()}/`;
    await expect(connect({ url: nobody, token: "" })).rejects.toThrow(
      `cannot reach ${nobody} (connect ECONNREFUSED 127.0.0.1:${new URL(nobody).port}); is the server running?`,
    );
    await expect(connect({ url: "localhost", token: "" })).rejects.toThrow("is no server URL");
  });
});

function python(sources: readonly string[], firstMetadata: JsonObject): Notebook {
  return {
    metadata: {},
    cells: sources.map((source, index) => ({
      type: "code",
      id: `c${index}`,
      source,
      metadata: index === 0 ? firstMetadata : {},
      executionCount: null,
      outputs: [],
    })),
  };
}

function outputsOf(notebook: Notebook): (readonly Output[])[] {
  return notebook.cells.map((cell) => (cell.type === "code" ? cell.outputs : []));
}
