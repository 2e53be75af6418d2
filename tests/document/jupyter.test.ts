/**
 * Jupyter judges what we write: its JSON schema for validity, its Python package for every byte.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import Ajv from "ajv-draft-04";
import { describe, expect, it } from "vitest";
import { formatNotebook } from "../../src/document/format-notebook.js";
import type { JsonValue } from "../../src/document/json.js";
import { notebookFromJson, parseNotebook } from "../../src/document/parse-notebook.js";
import { DEBIAN_PYTHON, describeNeeding, pythonModule } from "../support/requirements.js";

const texts = [
  "",
  "\n",
  "a\r\nb\rc\n",
  "x\u2028y\u0085z\x1cw\v\f",
  "é 😀 \u007f",
  '"\\/\b\t\u0001',
];
const numbers = [
  0,
  1,
  -1,
  0.1,
  1e-4,
  1e-5,
  9.999e-5,
  1e-7,
  1e15,
  1e16,
  1e17,
  2 ** 53,
  1e21,
  1.7e308,
];

const sample: JsonValue = {
  cells: [
    ...texts.map((source, i) => ({
      cell_type: i % 2 === 0 ? "markdown" : "raw",
      id: `text-${i}`,
      metadata: { tags: ["b", "a"], z: numbers, a: { "\uffee": 1, "\u{1f600}": 2 } },
      source,
      ...(i === 0 ? { attachments: { "p.png": { "image/png": "aGk=\n" } } } : {}),
    })),
    {
      cell_type: "code",
      id: "code",
      metadata: { curvlab: { role: "experiment" }, trusted: true },
      execution_count: 7,
      source: texts.join("\n"),
      outputs: [
        ...texts.map((text) => ({ output_type: "stream", name: "stdout", text })),
        {
          output_type: "display_data",
          data: {
            "text/html": "<b>\nx</b>\n",
            "text/plain": "",
            "image/png": "aGk=\n",
            "image/svg+xml": "<svg>\n</svg>\n",
            "application/javascript": "a\nb",
            "application/x-tex": "a\nb",
            "application/vnd.plotly.v1+json": { data: [{ y: numbers }], layout: {}, text: "a\nb" },
            "application/json": "a\nb",
          },
          metadata: { isolated: true },
        },
        {
          output_type: "execute_result",
          data: { "text/plain": "1\n2" },
          metadata: {},
          execution_count: 7,
        },
        {
          output_type: "error",
          ename: "E",
          evalue: "a\nb",
          traceback: ["\u001b[31mx\u001b[0m\ny"],
        },
      ],
    },
  ],
  metadata: {
    kernelspec: { name: "curvlab", display_name: "TypeScript (curvlab)", language: "typescript" },
    orig_nbformat: 4,
    empty: [{}, []],
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("a notebook that curvlab writes", () => {
  it("is valid by Jupyter's schema", () => {
    const schema = JSON.parse(
      readFileSync(new URL("../fixtures/nbformat.v4.5.schema.json", import.meta.url), "utf8"),
    );
    const validate = new Ajv.default({ strict: false }).compile(schema);
    expect(validate({ nbformat: 4 }), "the judge refuses what is no notebook").toBe(false);
    validate(JSON.parse(formatNotebook(notebookFromJson(sample))));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describeNeeding(
  [pythonModule("nbformat", "apt-get install python3-nbformat")],
  "a notebook that Jupyter writes",
  () => {
    const rewrite = (text: string): string => {
      const script =
        "import sys, nbformat; sys.stdin.reconfigure(encoding='utf-8'); " +
        "sys.stdout.reconfigure(encoding='utf-8', newline=''); " +
        "nbformat.write(nbformat.read(sys.stdin, as_version=nbformat.NO_CONVERT), sys.stdout, version=nbformat.NO_CONVERT)";
      const run = spawnSync(DEBIAN_PYTHON, ["-c", script], { input: text, encoding: "utf8" });
      expect(run.status, run.stderr).toBe(0);
      return run.stdout;
    };

    it("has the bytes that curvlab writes for the same value", () => {
      const jupyter = rewrite(JSON.stringify(sample));
      expect(formatNotebook(notebookFromJson(sample))).toBe(jupyter);
    });

    it("is given back byte for byte, also with numbers that JavaScript spells otherwise", () => {
      const unusual = JSON.stringify(sample).replace(
        '"isolated":true',
        '"isolated":[1.0,1e5,1E-9,-0.0]',
      );
      const jupyter = rewrite(unusual);
      expect(jupyter).toContain("100000.0");
      expect(formatNotebook(parseNotebook(jupyter))).toBe(jupyter);
    });
  },
);
