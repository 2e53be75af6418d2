import { describe, expect, it } from "vitest";
import type { Cell, Notebook } from "./notebook.js";
import { formatPercent, parsePercent } from "./percent.js";

const code = (id: string, source: string, metadata = {}): Cell => ({
  type: "code",
  id,
  source,
  metadata,
  executionCount: 3,
  outputs: [{ type: "stream", name: "stdout", text: "x" }],
});
const text = (id: string, source: string, metadata = {}): Cell => ({
  type: "markdown",
  id,
  source,
  metadata,
});

const withoutOutputs = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) =>
    cell.type === "code" ? { ...cell, outputs: [], executionCount: null } : cell,
  ),
});

describe("formatPercent", () => {
  it("writes what Jupytext writes, and the ids", () => {
    const notebook: Notebook = {
      metadata: { kernelspec: { name: "curvlab", display_name: "TypeScript (curvlab)" } },
      cells: [text("a", "# Title\n\nWords"), code("b", "const x = 1;\nx", { tags: ["t"] })],
    };
    expect(formatPercent(notebook)).toBe(`// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: "1.3"
//   kernelspec:
//     display_name: TypeScript (curvlab)
//     name: curvlab
// ---

// %% [markdown] id="a"
// # Title
//
// Words

// %% id="b" tags=["t"]
const x = 1;
x
`);
  });
});

describe("the way there and back", () => {
  const sources = [
    "",
    "\n",
    "\n\n",
    "a\n",
    "\na\n\n",
    "// %% not a marker",
    "// // %% nor this\n//%% nor that",
    "%% in words",
    "  // %% indented",
    "// ---\n// x\n// ---",
    "\r\nwindows\r\n",
    "//",
    "// comment",
    "x \u2028 y\t",
  ];
  const metadata = [
    {},
    { tags: ["a b", 'quote " and ] bracket'], n: 1.5, deep: { "x y": [null, true, { z: "{" }] } },
    { "key with space": 1, id: "own", attachments: "own" },
    { title: "A title [markdown]", "curvlab.x-y": "=" },
    { curvlab: { role: "exercise", alt: "a\nb" } },
  ];

  it("loses nothing but outputs", () => {
    const cells = sources.flatMap((source, i) => [
      code(`c${i}`, source, metadata[i % metadata.length]),
      text(`t${i}`, source, metadata[(i + 1) % metadata.length]),
      {
        ...text(`r${i}`, source),
        type: "raw" as const,
        attachments: { "a b.png": { "image/png": "AA==" } },
      },
    ]);
    const notebook: Notebook = {
      metadata: {
        kernelspec: { name: "x", display_name: "yes" },
        curvlab: { title: "1.0: no", number: 2 },
      },
      cells,
    };
    expect(parsePercent(formatPercent(notebook))).toEqual(withoutOutputs(notebook));
    for (let count = 0; count < cells.length; count++) {
      const part = { ...notebook, cells: cells.slice(0, count) };
      expect(parsePercent(formatPercent(part))).toEqual(withoutOutputs(part));
    }
  });

  it("writes the same text again", () => {
    const notebook = { metadata: {}, cells: sources.map((source, i) => text(`t${i}`, source)) };
    const once = formatPercent(notebook);
    expect(formatPercent(parsePercent(once))).toBe(once);
  });
});

describe("parsePercent", () => {
  it("reads files of other hands: titles, no ids, no header, code before the first marker", () => {
    const { cells } = parsePercent(
      'import x from "x";\n\n// %% A title [markdown] key="value"\n// Words\n\n//%%\ny\n',
    );
    expect(cells).toMatchObject([
      { type: "code", source: 'import x from "x";' },
      { type: "markdown", source: "Words", metadata: { title: "A title", key: "value" } },
      { type: "code", source: "y", metadata: {} },
    ]);
    expect(new Set(cells.map((cell) => cell.id)).size).toBe(3);
  });

  it.each([
    ["// ---\n// a: b\n", "line 1: the header that starts here is never closed"],
    ["// ---\n// a: [b\n// ---\n", "lines 1 to 3: the header is no YAML"],
    ["// %% key=nonsense\n", 'line 1: key= wants a JSON value, found "nonsense"'],
    ['// %% id="a"\n\n// %% id="a"\n', 'cells[1].id: "a" is also the id of cells[0]'],
  ])("refuses %j", (source, problem) => {
    expect(() => parsePercent(source)).toThrow(problem);
  });
});
