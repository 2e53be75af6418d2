import { describe, expect, it } from "vitest";
import { chapterTemplate } from "./chapter-template.js";
import { checkNotebook } from "./check-notebook.js";
import type { JsonObject } from "./json.js";
import type { Cell, Notebook } from "./notebook.js";

const template = chapterTemplate({ number: 3, title: "Saddle points" });

const told = (notebook: Notebook) =>
  checkNotebook(notebook).map(({ place, message }) => `${place}: ${message}`);

const withCells = (change: (cells: Cell[]) => Cell[]): Notebook => ({
  ...template,
  cells: change([...template.cells]),
});

const withChapter = (fields: JsonObject): Notebook => ({
  ...template,
  metadata: {
    ...template.metadata,
    curvlab: { ...(template.metadata.curvlab as JsonObject), ...fields },
  },
});

const markdown = (source: string, role?: string): Cell => ({
  type: "markdown",
  id: `m${source.length}`,
  source,
  metadata: role === undefined ? {} : { curvlab: { role } },
});

const code = (fields: Partial<Extract<Cell, { type: "code" }>>): Cell => ({
  type: "code",
  id: "new",
  source: "x",
  metadata: {},
  executionCount: null,
  outputs: [],
  ...fields,
});

describe("checkNotebook", () => {
  it("finds nothing in the template of a chapter", () => {
    expect(told(template)).toEqual([]);
  });

  it.each<[string, Notebook, string]>([
    [
      "no objectives",
      withChapter({ objectives: [] }),
      "metadata.curvlab.objectives: is empty; say what a reader will be able to do",
    ],
    [
      "a strange number",
      withChapter({ number: 0.5 }),
      "metadata.curvlab.number: is not a whole number from 1",
    ],
    [
      "a number as a word",
      withChapter({ number: "one" }),
      'metadata.curvlab.number: expected a number, found the string "one"',
    ],
    [
      "another title",
      withChapter({ title: "Other" }),
      "cells[0]: does not begin with the title: # Other",
    ],
    [
      "a skipped level",
      withCells((cells) => [...cells, markdown("#### Deep")]),
      'cells[9]: "Deep" has level 4 after level 2; headings go down one at a time',
    ],
    [
      "a link to nowhere",
      withCells((cells) => [...cells, markdown("[x](#gone) `[y](#code)` [z](#Summary)")]),
      "cells[9]: links to #gone, which is nowhere",
    ],
    [
      "an unknown role",
      withCells((cells) => [...cells, markdown("x", "homework")]),
      'cells[9].metadata.curvlab.role: expected one of predict, experiment, exercise, check, solution, summary, found the string "homework"',
    ],
    [
      "an exercise without a solution",
      withCells((cells) => [...cells, markdown("Do it", "exercise")]),
      "cells[9]: is an exercise without a solution after it",
    ],
    [
      "a solution in the open",
      withCells((cells) => [...cells, markdown("It is 42.", "solution")]),
      "cells[9]: is a solution in the open; put it between <details><summary>Solution</summary> and </details>, with empty lines around it",
    ],
    [
      "a picture without words",
      withCells((cells) => [...cells, markdown("![](a.png)")]),
      "cells[9]: the picture a.png has no alternative text",
    ],
    [
      "a long cell",
      withCells((cells) => [...cells, code({ source: "x\n".repeat(41) })]),
      "cells[9]: has 42 lines of code; a screen holds 40",
    ],
    [
      "a saved error",
      withCells((cells) => [
        ...cells,
        code({ outputs: [{ type: "error", ename: "TypeError", evalue: "x", traceback: [] }] }),
      ]),
      "cells[9].outputs[0]: is an error, TypeError; mend the cell and run it again",
    ],
    [
      "cells run out of order",
      withCells((cells) =>
        cells.map((cell, i) => (cell.type === "code" ? { ...cell, executionCount: 9 - i } : cell)),
      ),
      "cells[3]: was run as number 6; run all cells in order in a fresh kernel: curvlab run --in-place",
    ],
  ])("finds %s", (_, notebook, problem) => {
    expect(told(notebook)).toEqual([problem]);
  });

  it("wants a picture, words and a caption for every figure", () => {
    const figure = (text: string, more = {}): Notebook =>
      withCells((cells) => [
        ...cells,
        code({
          outputs: [
            {
              type: "display_data",
              metadata: {},
              data: { "application/vnd.plotly.v1+json": { data: [] }, "text/plain": text, ...more },
            },
          ],
        }),
      ]);
    expect(told(figure("plot"))).toHaveLength(3);
    expect(told(figure("[Figure] caption\nwords"))).toEqual([
      "cells[9].outputs[0]: the figure has no static picture; curvlab run makes one",
    ]);
    expect(told(figure("[Figure] caption\nwords", { "image/svg+xml": "<svg/>" }))).toEqual([]);
  });
});
