/**
 * `curvlab run` as a process: what it writes, what it says, and what it leaves behind.
 */
import { execFileSync } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Ajv from "ajv-draft-04";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeCell } from "../../src/document/notebook.js";
import { parseNotebook } from "../../src/document/parse-notebook.js";
import { curvlab, notebookText, startCurvlab } from "../support/curvlab.js";
import { freePort } from "../support/jupyter-server.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "curvlab-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function given(name: string, ...sources: string[]): Promise<string> {
  await writeFile(join(folder, name), notebookText(sources));
  return name;
}

async function outputsIn(path: string) {
  const { cells } = parseNotebook(await readFile(join(folder, path), "utf8"));
  return (cells as readonly CodeCell[]).map((cell) => cell.outputs);
}

describe("curvlab run", () => {
  it("executes notebooks and writes them, valid and with static figures", async () => {
    const figure = `{ data: [{ y: [1, 2] }], layout: {} }`;
    const name = await given(
      "good.ipynb",
      "const a: number = 41;\nconsole.log('hello');",
      "a + 1",
      `({ [Symbol.for("Jupyter.display")]: () => ({ "application/vnd.plotly.v1+json": ${figure} }) })`,
    );
    const { status, stdout, stderr } = await curvlab(["run", name, "--out", "out"], folder);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^good\.ipynb: ok, 3 cells in [\d.]+ s, written to out\/good\.ipynb\n$/);
    expect(stderr).toContain("good.ipynb  cell 3 of 3 took");
    const [printed, result, shown] = await outputsIn("out/good.ipynb");
    expect(printed).toEqual([{ type: "stream", name: "stdout", text: "hello\n" }]);
    expect(result).toMatchObject([{ data: { "text/plain": "42" }, executionCount: 2 }]);
    expect(shown).toMatchObject([{ data: { "image/svg+xml": expect.stringContaining("<svg") } }]);
    const schema = new URL("../fixtures/nbformat.v4.5.schema.json", import.meta.url);
    const validate = new Ajv.default({ strict: false }).compile(
      JSON.parse(await readFile(schema, "utf8")),
    );
    validate(JSON.parse(await readFile(join(folder, "out/good.ipynb"), "utf8")));
    expect(validate.errors ?? []).toEqual([]);
  });

  it("names the cell that raises, keeps what ran before, and goes on with the other notebooks", async () => {
    const bad = await given("bad.ipynb", "1 + 1", "throw new TypeError('boom')", "'never'");
    const fine = await given("fine.ipynb", "'fine'");
    const { status, stdout, stderr } = await curvlab(["run", bad, fine, "--out", "two"], folder);
    expect(status).toBe(1);
    expect(stderr).toContain(
      "curvlab: bad.ipynb: code cell 2 of 3 (cells[1], `throw new TypeError('boom')`) raised TypeError: boom\n",
    );
    expect(stderr).toContain("curvlab: run: 1 of 2 notebooks failed\n");
    expect(stdout).toContain("bad.ipynb: failed, 2 cells");
    const [before, raised, after] = await outputsIn("two/bad.ipynb");
    expect(before).toMatchObject([{ data: { "text/plain": "2" } }]);
    expect(raised).toMatchObject([{ type: "error", ename: "TypeError", evalue: "boom" }]);
    expect(after).toEqual([]);
    expect(await outputsIn("two/fine.ipynb")).toMatchObject([[{ type: "execute_result" }]]);
  });

  it("never replaces a notebook by one that failed", async () => {
    const name = await given("precious.ipynb", "throw new Error('no')");
    const before = await readFile(join(folder, name), "utf8");
    expect((await curvlab(["run", name, "--in-place"], folder)).status).toBe(1);
    expect(await readFile(join(folder, name), "utf8")).toBe(before);
  });

  it("reports in JSON, and counts allowed errors as done", async () => {
    const name = await given("allowed.ipynb", "throw new Error('x')", "'on'");
    const { status, stdout } = await curvlab(["run", name, "--allow-errors", "--json"], folder);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      notebooks: [
        {
          notebook: "allowed.ipynb",
          out: null,
          ok: true,
          cells: 2,
          failures: [{ ename: "Error" }],
        },
      ],
    });
  });

  it("ends a cell that takes too long", async () => {
    const name = await given("slow.ipynb", "await new Promise(() => {})");
    const { status, stderr } = await curvlab(
      ["run", name, "--timeout", "1", "--out", "late"],
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toContain("took more than 1 s and was interrupted; give it more with --timeout");
  });
});

describe("curvlab run refuses, with one line that says what to do", () => {
  it.each<[string, string[], number, string | RegExp]>([
    ["no notebook", [], 2, "curvlab: missing required argument 'notebook'\n"],
    ["a missing one", ["gone.ipynb"], 2, "curvlab: gone.ipynb does not exist; check the path\n"],
    ["a folder", ["."], 2, "curvlab: . is a folder; name the notebooks in it\n"],
    [
      "one that is no JSON",
      ["corrupt.ipynb"],
      1,
      'curvlab: corrupt.ipynb is not valid JSON: line 2, column 11: expected a value, found "]}"; mend it there, or restore a saved copy\n',
    ],
    [
      "one that is no notebook",
      ["other.ipynb"],
      1,
      "curvlab: other.ipynb is not a notebook of nbformat 4: this is JSON, but not a notebook: it has neither nbformat nor cells\n",
    ],
    ["two targets", ["x.ipynb", "--out", "o", "--in-place"], 2, /cannot be used with option/],
    ["a wrong number", ["x.ipynb", "--jobs", "0"], 2, /expected a whole number from 1/],
    [
      "an unknown option",
      ["x.ipynb", "--time", "3"],
      2,
      /unknown option '--time'\n\(Did you mean --timeout\?\)/,
    ],
    [
      "an unknown kernel",
      ["deno.ipynb"],
      1,
      /^curvlab: deno\.ipynb asks for the kernel "deno", which http:\S+ does not have; it has .*curvlab.*: choose one with --kernel\n$/,
    ],
    [
      "a file as its folder",
      ["deno.ipynb", "--out", "other.ipynb"],
      1,
      "curvlab: cannot write into other.ipynb: it is, or lies in, a file where a folder is needed\n",
    ],
  ])("%s", async (_, args, status, line) => {
    await writeFile(join(folder, "corrupt.ipynb"), '{\n "cells": ]}');
    await writeFile(join(folder, "other.ipynb"), '{"name": "x"}');
    await writeFile(
      join(folder, "deno.ipynb"),
      notebookText(["1"], { kernelspec: { name: "deno", display_name: "Deno" } }),
    );
    const finished = await curvlab(["run", ...args], folder);
    expect(finished.stdout).toBe("");
    if (typeof line === "string") expect(finished.stderr).toBe(line);
    else expect(finished.stderr).toMatch(line);
    expect(finished.status).toBe(status);
  });

  it("a server that does not answer", async () => {
    const name = await given("any.ipynb", "1");
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { status, stderr } = await curvlab(["run", name, "--server", url], folder);
    expect(stderr).toBe(
      `curvlab: cannot reach ${url} (connect ECONNREFUSED ${new URL(url).host}); is the server running?\n`,
    );
    expect(status).toBe(1);
  });
});

describe("curvlab run, stopped in the middle, leaves no kernel and no half file", () => {
  async function startLong() {
    const name = await given("long.ipynb", "await new Promise((r) => setTimeout(r, 60_000))");
    const running = startCurvlab(["run", name, "--out", "half"], folder);
    const pid = running.child.pid ?? 0;
    let kernels: number[] = [];
    while (kernels.length === 0 && running.child.exitCode === null) {
      await sleep(100);
      kernels = childrenOf(pid);
    }
    await sleep(1500);
    return { ...running, kernels };
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 130],
    ["SIGKILL", null],
  ] as const)("by %s", async (signal, status) => {
    const { child, finished, kernels } = await startLong();
    child.kill(signal);
    const { status: found, stderr } = await finished;
    expect(found, stderr).toBe(status);
    await expect.poll(() => kernels.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(join(folder, "half"))).toEqual([]);
    await expect(access(join(folder, "half", "long.ipynb"))).rejects.toThrow();
    expect((await stat(join(folder, "long.ipynb"))).size).toBeGreaterThan(0);
  });
});

function childrenOf(pid: number): number[] {
  try {
    const text = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
    return text.trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
