import { describe, expect, it } from "vitest";
import { formatNotebook } from "./format-notebook.js";
import type { JsonValue } from "./json.js";
import { notebookFromJson, parseNotebook } from "./parse-notebook.js";

const code = (fields: { [key: string]: JsonValue } = {}): JsonValue => ({
  cell_type: "code",
  execution_count: null,
  id: "a",
  metadata: {},
  outputs: [],
  source: [],
  ...fields,
});

const notebook = (...cells: JsonValue[]): { [key: string]: JsonValue } => ({
  cells,
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

describe("parseNotebook", () => {
  it("joins lists of lines and keeps JSON types as they are", () => {
    const parsed = notebookFromJson(
      notebook(
        code({
          source: ["let a = 1;\n", "a"],
          outputs: [
            { output_type: "stream", name: "stdout", text: ["x\n", "y"] },
            {
              output_type: "display_data",
              data: { "text/plain": ["p", "q"], "application/json": ["p", "q"] },
              metadata: {},
            },
          ],
        }),
      ),
    );
    expect(parsed.cells[0]).toMatchObject({
      source: "let a = 1;\na",
      outputs: [
        { type: "stream", text: "x\ny" },
        { data: { "text/plain": "pq", "application/json": ["p", "q"] } },
      ],
    });
  });

  it("gives the cells of an older notebook ids, the same ones each time", () => {
    const older = {
      ...notebook(
        { cell_type: "markdown", metadata: {}, source: "x" },
        { cell_type: "markdown", metadata: {}, source: "x" },
      ),
      nbformat_minor: 2,
    };
    const ids = notebookFromJson(older).cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(2);
    expect(notebookFromJson(older).cells.map((cell) => cell.id)).toEqual(ids);
  });

  it.each<[string, JsonValue, string]>([
    ["an array", [], "expected an object, found an array"],
    [
      "another document",
      { name: "curvlab" },
      "this is JSON, but not a notebook: it has neither nbformat nor cells",
    ],
    [
      "version 3",
      { nbformat: 3, nbformat_minor: 0, worksheets: [], metadata: {} },
      "nbformat: version 3 predates 2014; convert it first: jupyter nbconvert --to notebook",
    ],
    [
      "version 5",
      { ...notebook(), nbformat: 5, nbformat_minor: 0 },
      "nbformat: version 5.0 is newer than 4.5, the newest known here",
    ],
    [
      "an unknown output type",
      notebook(code(), code({ id: "b", outputs: [{ output_type: "pyout" }] })),
      'cells[1].outputs[0].output_type: expected "stream", "display_data", "execute_result" or "error", found the string "pyout"',
    ],
    [
      "a duplicate id",
      notebook(code(), code()),
      'cells[1].id: "a" is also the id of cells[0]; ids are unique',
    ],
    [
      "an id with a space",
      notebook(code({ id: "a b" })),
      'cells[0].id: expected 1 to 64 letters, digits, "-" or "_", found the string "a b"',
    ],
    [
      "a count below zero",
      notebook(code({ execution_count: -1 })),
      "cells[0].execution_count: expected null or a whole number from 0, found the number -1",
    ],
    [
      "a picture that is no text",
      notebook(
        code({
          outputs: [{ output_type: "display_data", data: { "image/png": {} }, metadata: {} }],
        }),
      ),
      'cells[0].outputs[0].data["image/png"]: expected a string or a list of lines, found an object',
    ],
    [
      "a field that nbformat lacks",
      notebook(code({ colour: "red" })),
      "cells[0].colour: nbformat 4.5 has no such field here (it has cell_type, execution_count, id, metadata, outputs, source)",
    ],
  ])("refuses %s and says where", (_, value, message) => {
    expect(() => notebookFromJson(value)).toThrow(message);
  });
});

describe("formatNotebook", () => {
  it("gives back the bytes of a notebook that nothing changed", () => {
    const text = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 2,
   "id": "a-1",
   "metadata": {
    "other.tool": {
     "big": 12345678901234567890,
     "small": 1e-07,
     "whole": 1.0
    }
   },
   "outputs": [
    {
     "data": {
      "application/json": 2.0,
      "image/svg+xml": [
       "<svg>\\n",
       "</svg>"
      ],
      "text/plain": [
       "é\u2028",
       "x"
      ]
     },
     "execution_count": 2,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;
    expect(formatNotebook(parseNotebook(text))).toBe(text);
  });
});
