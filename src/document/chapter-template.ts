/**
 * A new chapter: the parts that every chapter has, in order, each with a word on what goes there.
 *
 * It passes `curvlab check` as it is, so that an author starts from what is right and keeps it so.
 */

import type { JsonObject } from "./json.js";
import type { Cell, Notebook } from "./notebook.js";
import { derivedId } from "./parse-notebook.js";

export interface ChapterOptions {
  readonly number: number;
  readonly title: string;
}

export function chapterTemplate({ number, title }: ChapterOptions): Notebook {
  const cells: Cell[] = [];
  const add = (type: "markdown" | "code", source: string, notes?: JsonObject) => {
    const common = {
      id: derivedId(cells.length, source),
      source,
      metadata: notes === undefined ? {} : { curvlab: notes },
    };
    cells.push(
      type === "code"
        ? { ...common, type, executionCount: null, outputs: [] }
        : { ...common, type },
    );
  };
  add("markdown", `# ${title}\n\nSay in two sentences what is claimed, and by whom.`);
  add("markdown", "## Predict\n\nWhat will the experiment show? Ask before you answer.", {
    role: "predict",
  });
  add(
    "markdown",
    "## Experiment\n\nSay what the next cell does, and why it can decide the question.",
  );
  add("code", 'import { plot } from "curvlab";', { role: "experiment" });
  add(
    "code",
    'plot({\n  data: [{ x: [0, 1, 2], y: [0, 1, 4] }],\n  caption: "What the figure shows.",\n  alt: "What a reader who cannot see it must know.",\n});',
    { role: "experiment" },
  );
  add("markdown", "## Exercise\n\nGive one question that the reader answers with code.", {
    role: "exercise",
  });
  add("code", "const answer = 0;", { role: "exercise" });
  const solution = "The answer, and how to find it.";
  add("markdown", `<details>\n<summary>Solution</summary>\n\n${solution}\n\n</details>`, {
    role: "solution",
  });
  add("markdown", "## Summary\n\nState the result with the numbers of this run.", {
    role: "summary",
  });
  const metadata = {
    curvlab: {
      number,
      title,
      objectives: ["Say what the reader will be able to do."],
      prerequisites: [],
      seconds: 10,
    },
    kernelspec: {
      display_name: "TypeScript (curvlab)",
      language: "typescript",
      name: "curvlab",
    },
  };
  return { metadata, cells };
}
