/**
 * The commands that work on notebooks as documents: check, new, convert, diff, export, and the frame.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curvlab } from "../support/curvlab.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "curvlab-documents-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (name: string) => readFile(join(folder, name), "utf8");

describe("curvlab", () => {
  it.each([
    [["--help"], 0, /Commands:[\s\S]*run \[options\] <notebook\.\.\.>\s+execute notebooks/, ""],
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/, ""],
    [["rum"], 2, /^$/, "curvlab: unknown command 'rum'\n(Did you mean run?)\n"],
    [["diff", "a.ipynb"], 2, /^$/, "curvlab: missing required argument 'after'\n"],
    [
      ["export", "x", "--to", "pdf", "--out", "y"],
      2,
      /^$/,
      "Allowed choices are html, site, markdown, typescript.\n",
    ],
  ])("%j", async (args, status, stdout, stderr) => {
    const finished = await curvlab(args, folder);
    expect(finished.stdout).toMatch(stdout);
    expect(finished.stderr).toContain(stderr);
    expect(finished.status).toBe(status);
  });

  it("doctor reports what is there, as JSON too", async () => {
    const { stdout } = await curvlab(["doctor", "--json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ name: "Node.js", ok: true, required: true }),
        expect.objectContaining({ name: "zeromq", ok: true }),
      ]),
    });
  });
});

describe("curvlab new and check", () => {
  it("start a chapter that passes its check, with the next number", async () => {
    const first = await curvlab(
      ["new", "saddle-points", "--title", "Saddle points", "--dir", "course"],
      folder,
    );
    expect(first.stdout).toBe("course/01-saddle-points.ipynb\n");
    const second = await curvlab(["new", "minima", "--title", "Minima", "--dir", "course"], folder);
    expect(second.stdout).toBe("course/02-minima.ipynb\n");
    const files = ["course/01-saddle-points.ipynb", "course/02-minima.ipynb"];
    const checked = await curvlab(["check", ...files], folder);
    expect(checked).toEqual({
      status: 0,
      stdout: `${files[0]}: ok\n${files[1]}: ok\n`,
      stderr: "",
    });
    const again = await curvlab(["new", "minima", "--title", "x", "--dir", "course"], folder);
    expect(again.stderr).toBe(
      "curvlab: new: course/02-minima.ipynb exists already; choose another slug\n",
    );
    expect(again.status).toBe(2);
    const slug = await curvlab(["new", "../evil", "--title", "x"], folder);
    expect(slug).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"../evil" is no slug'),
    });
  });

  it("say every problem with its place, and go on after a file that cannot be read", async () => {
    await writeFile(join(folder, "broken.ipynb"), "{");
    const { status, stdout } = await curvlab(
      ["check", "broken.ipynb", fixture("chapter.ipynb")],
      folder,
    );
    expect(status).toBe(1);
    expect(stdout).toContain("broken.ipynb: is not valid JSON: line 1, column 2");
    expect(stdout).toContain(
      "outputs[0]: is an error, TypeError; mend the cell and run it again\n",
    );
  });

  it("run a notebook again and compare what it gives", async () => {
    const file = join(folder, "course/01-saddle-points.ipynb");
    expect((await curvlab(["run", file, "--in-place"], folder)).status).toBe(0);
    const same = await curvlab(["check", file, "--execute"], folder);
    expect(same.stdout, same.stderr).toBe(`${file}: ok\n`);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/("y": \[\s*0,\s*1,\s*)4/, "$15"));
    const { status, stdout } = await curvlab(["check", file, "--execute"], folder);
    expect(stdout).toContain('y.2: saved "5", a new run gave "4"');
    expect(status).toBe(1);
  });
});

describe("curvlab convert and diff", () => {
  it("turn a notebook into TypeScript and back without losing anything but outputs", async () => {
    await curvlab(["convert", fixture("chapter.ipynb"), "chapter.ts"], folder);
    expect(await read("chapter.ts")).toContain(
      '// %% [markdown] id="c1" curvlab={"role":"predict"}\n// ## What to expect\n',
    );
    await curvlab(["convert", "chapter.ts", "back.ipynb"], folder);
    await curvlab(["convert", "back.ipynb", "again.ts"], folder);
    expect(await read("again.ts")).toBe(await read("chapter.ts"));
    const { stdout } = await curvlab(["diff", fixture("chapter.ipynb"), "back.ipynb"], folder);
    expect(stdout).not.toMatch(/metadata|added|removed/);
    expect(stdout).toContain("  results:\n- epoch 1: loss 1.792\n");
  });

  it("name what is wrong", async () => {
    await writeFile(join(folder, "bad.ts"), "// %% key=\n");
    expect(await curvlab(["convert", "bad.ts", "x.ipynb"], folder)).toEqual({
      status: 1,
      stdout: "",
      stderr: 'curvlab: bad.ts: line 1: key= wants a JSON value, found ""\n',
    });
    const wrong = await curvlab(["convert", "a.py", "b.ipynb"], folder);
    expect(wrong.stderr).toContain("convert: from a.py to b.ipynb is neither .ipynb to .ts nor");
    expect(wrong.status).toBe(2);
  });

  it("end with 1 for a difference only when asked", async () => {
    await curvlab(["convert", fixture("chapter.ipynb"), "one.ts"], folder);
    await curvlab(["convert", "one.ts", "one.ipynb"], folder);
    const pair = ["diff", fixture("chapter.ipynb"), "one.ipynb"];
    expect((await curvlab(pair, folder)).status).toBe(0);
    expect((await curvlab([...pair, "--exit-code"], folder)).status).toBe(1);
    const same = await curvlab(["diff", "one.ipynb", "one.ipynb", "--exit-code", "--json"], folder);
    expect(JSON.parse(same.stdout)).toEqual({ same: true, metadata: [], cells: [] });
    expect(same.status).toBe(0);
  });
});

describe("curvlab export", () => {
  it("makes a site with an index and links between its chapters", async () => {
    await curvlab(["new", "one", "--title", "Chapter $\\lambda$", "--dir", "site-in"], folder);
    await curvlab(["new", "two", "--title", "Two", "--dir", "site-in"], folder);
    const { stdout, status } = await curvlab(
      ["export", "site-in", "--to", "site", "--out", "site", "--title", "The course"],
      folder,
    );
    expect(status).toBe(0);
    expect(stdout).toBe("site/01-one.html\nsite/02-two.html\nsite/index.html\n");
    const index = await read("site/index.html");
    expect(index).toContain("<h1>The course</h1>");
    expect(index).toContain("2 chapters, and what you will be able to do after each.");
    expect(index).toMatch(/href="01-one\.html">Chapter (?:<span [^>]*>)?<span class="katex">/);
    expect(await read("site/01-one.html")).toContain('<a rel="next" href="02-two.html">');
    expect(await read("site/02-two.html")).toContain('<a rel="prev" href="01-one.html">');
  });

  it("makes Markdown with its figures as files, and TypeScript", async () => {
    await curvlab(["export", fixture("chapter.ipynb"), "--to", "markdown", "--out", "md"], folder);
    const text = await read("md/chapter.md");
    expect(text).toContain("# The gradient norm grows\n");
    expect(text).toContain("```typescript\nimport { train");
    expect(text).toContain("epoch 60: loss 0.231\n```");
    expect(text).toContain("![Contours of a bowl that tilts.](chapter_files/cell-6-0.svg)");
    expect(await readdir(join(folder, "md/chapter_files"))).toEqual([
      "cell-5-0.svg",
      "cell-6-0.svg",
    ]);
    await curvlab(
      ["export", fixture("chapter.ipynb"), "--to", "typescript", "--out", "ts"],
      folder,
    );
    expect(await read("ts/chapter.ts")).toMatch(/^\/\/ ---\n\/\/ jupyter:/);
  });

  it("refuses an empty folder and two notebooks of one name", async () => {
    await curvlab(["new", "a", "--title", "A", "--dir", "x"], folder);
    await curvlab(["new", "a", "--title", "A", "--dir", "y"], folder);
    const twins = await curvlab(["export", "x", "y", "--out", "z"], folder);
    expect(twins.stderr).toContain("x/01-a.ipynb and y/01-a.ipynb would both be written as 01-a");
    const empty = await curvlab(["export", "md/chapter_files", "--out", "z"], folder);
    expect(empty).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("holds no notebook"),
    });
  });
});
