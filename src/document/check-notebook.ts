/**
 * What is wrong with a notebook as a chapter: rules that a reader would notice the breaking of.
 *
 * A chapter says what it teaches; its headings make a table of contents; a cell fits a screen; every
 * figure has a caption, words for who cannot see it, and a static picture; what is saved is one run
 * from top to bottom without an error; every exercise has a solution, which is folded. A notebook that is no chapter
 * (no `metadata.curvlab`) is held to the rules about its outputs and links only.
 */
import { type CellNotes, isFolded, readCellNotes, readChapter } from "./chapter.js";
import { isJsonObject } from "./json.js";
import type { Cell, CodeCell, MimeBundle, Notebook } from "./notebook.js";
import { NotebookError } from "./place.js";

export interface Problem {
  /** Such as `cells[3]` or `metadata.curvlab.title`. */
  readonly place: string;
  readonly message: string;
}

/** Lines of code that fit a screen. */
const screen = 40;

export function checkNotebook(notebook: Notebook): Problem[] {
  try {
    const notes = notebook.cells.map(readCellNotes);
    const isChapter = readChapter(notebook) !== undefined;
    return [
      ...(isChapter
        ? [...checkChapter(notebook), ...checkExercises(notes), ...checkSolutions(notebook, notes)]
        : []),
      ...checkHeadings(notebook, isChapter),
      ...notebook.cells.flatMap((cell, index) =>
        checkCell(cell, notes[index] as CellNotes, `cells[${index}]`, isChapter),
      ),
      ...checkRun(notebook),
      ...checkLinks(notebook, notes),
    ];
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    const [place = "", ...message] = error.message.split(": ");
    return [{ place, message: message.join(": ") }];
  }
}

function checkChapter(notebook: Notebook): Problem[] {
  const chapter = readChapter(notebook);
  const { kernelspec } = notebook.metadata;
  const rules: [boolean, string, string][] = [
    [(chapter?.title ?? "").trim() === "", "title", "is empty; a chapter has a title"],
    [!isWhole(chapter?.number), "number", "is not a whole number from 1"],
    [
      chapter?.objectives.length === 0,
      "objectives",
      "is empty; say what a reader will be able to do",
    ],
    [!((chapter?.seconds ?? 0) > 0), "seconds", "is missing; say how long the chapter runs"],
  ];
  const problems = rules.flatMap(([broken, field, message]) =>
    broken ? [{ place: `metadata.curvlab.${field}`, message }] : [],
  );
  if (!isJsonObject(kernelspec) || kernelspec.name !== "curvlab") {
    problems.push({ place: "metadata.kernelspec.name", message: 'is not "curvlab"' });
  }
  return problems;
}

function isWhole(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 1;
}

function checkHeadings(notebook: Notebook, isChapter: boolean): Problem[] {
  const headings = headingsOf(notebook);
  const problems: Problem[] = [];
  const title = readChapter(notebook)?.title;
  const [first] = headings;
  if (isChapter && (first?.index !== 0 || first.level !== 1 || first.text !== title)) {
    problems.push({ place: "cells[0]", message: `does not begin with the title: # ${title}` });
  }
  headings.forEach(({ index, level, text }, i) => {
    const before = headings[i - 1]?.level ?? 0;
    if (isChapter && i > 0 && level === 1) {
      problems.push({ place: `cells[${index}]`, message: `"${text}" is a second title; use ##` });
    } else if (i > 0 && level > before + 1) {
      const found = `"${text}" has level ${level} after level ${before}`;
      problems.push({
        place: `cells[${index}]`,
        message: `${found}; headings go down one at a time`,
      });
    }
  });
  return problems;
}

interface HeadingLine {
  readonly index: number;
  readonly level: number;
  readonly text: string;
}

function headingsOf(notebook: Notebook): HeadingLine[] {
  return notebook.cells.flatMap((cell, index) => {
    if (cell.type !== "markdown") return [];
    const prose = withoutCode(cell.source);
    return [...prose.matchAll(/^(#{1,6})[ \t]+(.+?)[ \t]*#*$/gm)].map((match) => ({
      index,
      level: match[1]?.length ?? 0,
      text: match[2] ?? "",
    }));
  });
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
}

function checkCell(cell: Cell, notes: CellNotes, place: string, isChapter: boolean): Problem[] {
  if (cell.type === "markdown") {
    return [...withoutCode(cell.source).matchAll(/!\[\s*\]\(([^)]*)\)/g)].map((match) => ({
      place,
      message: `the picture ${match[1]} has no alternative text`,
    }));
  }
  if (cell.type !== "code") return [];
  const lines = cell.source.split("\n").length;
  const long =
    isChapter && lines > screen
      ? [{ place, message: `has ${lines} lines of code; a screen holds ${screen}` }]
      : [];
  return [
    ...long,
    ...cell.outputs.flatMap((output, i) => {
      const at = `${place}.outputs[${i}]`;
      if (output.type === "error" && !isTagged(cell, "raises-exception")) {
        return [
          { place: at, message: `is an error, ${output.ename}; mend the cell and run it again` },
        ];
      }
      return "data" in output ? checkFigure(output.data, notes, at, isChapter) : [];
    }),
  ];
}

function checkFigure(
  data: MimeBundle,
  notes: CellNotes,
  place: string,
  isChapter: boolean,
): Problem[] {
  if (!("application/vnd.plotly.v1+json" in data)) return [];
  const text = data["text/plain"];
  const described = typeof text === "string" && text.startsWith("[Figure] ");
  const rules: [boolean, string][] = [
    [!("image/svg+xml" in data) && !("image/png" in data), "static picture; curvlab run makes one"],
    [notes.alt === undefined && !described, "words for who cannot see it; give alt"],
    [
      isChapter && notes.caption === undefined && !(described && text.includes("\n")),
      "caption; give one in the cell's metadata or in the figure",
    ],
  ];
  return rules.flatMap(([broken, what]) =>
    broken ? [{ place, message: `the figure has no ${what}` }] : [],
  );
}

/** Saved outputs are those of one run in a fresh kernel, or there are none at all. */
function checkRun(notebook: Notebook): Problem[] {
  const cells = notebook.cells.flatMap((cell, index) =>
    cell.type === "code" && cell.source.trim() !== "" && !isTagged(cell, "skip-execution")
      ? [{ index, count: cell.executionCount }]
      : [],
  );
  if (cells.every(({ count }) => count === null)) return [];
  const wrong = cells.find(({ count }, i) => count !== i + 1);
  if (wrong === undefined) return [];
  const found = wrong.count === null ? "was not run" : `was run as number ${wrong.count}`;
  return [
    {
      place: `cells[${wrong.index}]`,
      message: `${found}; run all cells in order in a fresh kernel: curvlab run --in-place`,
    },
  ];
}

function checkExercises(notes: readonly CellNotes[]): Problem[] {
  const problems: Problem[] = [];
  let open: number | undefined;
  const close = () => {
    if (open !== undefined) {
      problems.push({
        place: `cells[${open}]`,
        message: "is an exercise without a solution after it",
      });
    }
    open = undefined;
  };
  notes.forEach(({ role }, index) => {
    const continues = role === "exercise" && notes[index - 1]?.role === "exercise";
    if (role === "exercise" && !continues) {
      close();
      open = index;
    } else if (role === "solution") open = undefined;
  });
  close();
  return problems;
}

/** Whoever reads in Jupyter, or on a code host, must not see an answer beside its question. */
function checkSolutions({ cells }: Notebook, notes: readonly CellNotes[]): Problem[] {
  const isOpen = (cell: Cell, index: number) =>
    cell.type === "markdown" && notes[index]?.role === "solution" && !isFolded(cell.source);
  const message =
    "is a solution in the open; put it between <details><summary>Solution</summary> and </details>, with empty lines around it";
  return cells.flatMap((cell, index) =>
    isOpen(cell, index) ? [{ place: `cells[${index}]`, message }] : [],
  );
}

/** Links inside the notebook must have their place, and labels be unique. */
function checkLinks(notebook: Notebook, notes: readonly CellNotes[]): Problem[] {
  const anchors = new Set(headingsOf(notebook).map(({ text }) => anchorOf(text)));
  const problems: Problem[] = [];
  notes.forEach(({ label }, index) => {
    if (label === undefined) return;
    if (anchors.has(label)) {
      problems.push({ place: `cells[${index}]`, message: `the label "${label}" is taken already` });
    }
    anchors.add(label);
  });
  notebook.cells.forEach((cell, index) => {
    if (cell.type !== "markdown") return;
    for (const [, id = ""] of cell.source.matchAll(/<[^>]*\bid="([^"]+)"/g)) anchors.add(id);
    for (const [, target = ""] of withoutCode(cell.source).matchAll(/\]\(#([^)\s]+)\)/g)) {
      if (!anchors.has(decodeURIComponent(target))) {
        problems.push({
          place: `cells[${index}]`,
          message: `links to #${target}, which is nowhere`,
        });
      }
    }
  });
  return problems;
}

function anchorOf(heading: string): string {
  return heading.replace(/[*_`$]/g, "").replace(/ /g, "-");
}

function isTagged(cell: CodeCell, tag: string): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}
