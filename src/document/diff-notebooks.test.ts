import { describe, expect, it } from "vitest";
import { diffNotebooks } from "./diff-notebooks.js";
import type { Cell, CodeCell, Notebook } from "./notebook.js";

const cell = (id: string, source: string, more: Partial<CodeCell> = {}): Cell => ({
  type: "code",
  id,
  source,
  metadata: {},
  executionCount: null,
  outputs: [],
  ...more,
});
const notebook = (cells: readonly Cell[], metadata = {}): Notebook => ({ metadata, cells });

describe("diffNotebooks", () => {
  it("sees none where only counts, key order and pictures differ", () => {
    const shown = (picture: string, executionCount: number): Partial<CodeCell> => ({
      executionCount,
      outputs: [
        {
          type: "execute_result",
          executionCount,
          metadata: {},
          data: { "text/plain": "x", "image/png": picture },
        },
      ],
    });
    const before = notebook([cell("a", "x", shown("AA==", 1))], { a: { b: 1, c: 2 } });
    const after = notebook([cell("a", "x", shown("BB==", 7))], { a: { c: 2, b: 1 } });
    expect(diffNotebooks(before, after)).toEqual({ same: true, metadata: [], cells: [] });
  });

  it("tells added, removed and changed cells by their places", () => {
    const before = notebook([cell("a", "1"), cell("b", "one\ntwo"), cell("c", "3")]);
    const after = notebook([cell("n", "new"), cell("b", "one\n2"), cell("c", "3")]);
    expect(diffNotebooks(before, after).cells).toMatchObject([
      { kind: "removed", before: 0 },
      { kind: "added", after: 0 },
      {
        kind: "changed",
        before: 1,
        after: 1,
        source: [
          { sign: " ", text: "one" },
          { sign: "-", text: "two" },
          { sign: "+", text: "2" },
        ],
        results: [],
      },
    ]);
  });

  it("tells changed results and metadata, with their paths", () => {
    const printing = (text: string): Partial<CodeCell> => ({
      outputs: [{ type: "stream", name: "stdout", text }],
    });
    const before = notebook([cell("a", "x", printing("1\n"))], { k: { name: "tslab" }, gone: 1 });
    const after = notebook([cell("a", "x", { ...printing("2\n"), metadata: { tags: ["t"] } })], {
      k: { name: "curvlab" },
    });
    const found = diffNotebooks(before, after);
    expect(found.metadata).toEqual([
      { path: "gone", before: 1 },
      { path: "k.name", before: "tslab", after: "curvlab" },
    ]);
    expect(found.cells).toMatchObject([
      {
        source: [],
        results: [
          { sign: "-", text: "1" },
          { sign: "+", text: "2" },
        ],
        metadata: [{ path: "tags", after: ["t"] }],
      },
    ]);
  });
});
