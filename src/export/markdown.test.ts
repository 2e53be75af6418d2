import { beforeAll, describe, expect, it } from "vitest";
import { Highlighter } from "./highlight.js";
import { MarkdownRenderer } from "./markdown.js";

let highlighter: Highlighter;
beforeAll(async () => {
  highlighter = await Highlighter.create(["typescript"]);
});

const renderer = (pictures: Record<string, string> = {}) =>
  new MarkdownRenderer({
    highlighter,
    resolveImage: (source) => pictures[source],
    resolveLink: (href) => href.replace(".ipynb", ".html"),
  });
const formulas = (source: string) =>
  [
    ...renderer()
      .render(source)
      .matchAll(/<annotation encoding="application\/x-tex">([^<]*)</g),
  ].map((match) => match[1]);

describe("mathematics", () => {
  it.each([
    ["$a_1 * b_2 * c$", ["a_1 * b_2 * c"]],
    ["costs $5 and $6", []],
    ["escaped \\$x$ and `$y$`", []],
    ["$x$ and $y$.", ["x", "y"]],
    ["$$\na = b\n$$", ["\na = b\n"]],
    ["text $$a$$ text", ["a"]],
    ["\\begin{align}\na &= b\n\\end{align}", ["\\begin{align}\na &amp;= b\n\\end{align}"]],
    ["\\(x\\) \\[y\\]", ["x", "y"]],
    ["- item $x$\n- $$y$$", ["x", "y"]],
    ["$x\n\ny$", []],
  ])("%j has the formulas %j", (source, tex) => {
    expect(formulas(source)).toEqual(tex);
  });

  it("keeps the mark behind a formula on its line, and a short formula in one piece", () => {
    const html = renderer().render("So $g + Hs = 0$, and $\\lambda$.");
    expect(html).toMatch(/<span class="held">(?:(?!held).)*<\/span>,<\/span> and/);
    expect(html).toMatch(/<span class="held">(?:(?!held).)*<\/span>\.<\/span><\/p>/);
    const long = renderer().render("$f(x) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2$ has nine.");
    expect(long).not.toContain("held");
    const heading = renderer();
    expect(heading.render("## What $g$, then?")).toContain('id="What-g,-then?"');
    expect(heading.headings[0]?.html).toMatch(/, then\?$/);
  });

  it("keeps a per cent sign on the line of its number", () => {
    expect(renderer().render("It was 22 % & more, `5 %`.")).toMatch(
      /22(?:\u00a0|&nbsp;)% &amp; more, <code>5 %</,
    );
  });

  it("shows a mistake in the formula instead of failing", () => {
    expect(renderer().render("$\\frac{1$")).toContain("katex-error");
  });
});

describe("MarkdownRenderer", () => {
  it("gives headings the anchors that JupyterLab gives them, once each", () => {
    const markdown = renderer();
    markdown.render("## The cost of $g$\n\n## Twice");
    markdown.render("## Twice");
    expect(markdown.headings.map((heading) => heading.id)).toEqual([
      "The-cost-of-g",
      "Twice",
      "Twice-2",
    ]);
  });

  it("takes pictures in and turns links to chapters into links to pages", () => {
    const html = renderer({ "a.png": "data:image/png;base64,AA==" }).render(
      "![x](a.png) ![gone](b.png) [next](03-next.ipynb#top)",
    );
    expect(html).toContain('<img src="data:image/png;base64,AA==" alt="x">');
    expect(html).toContain("[gone]");
    expect(html).toContain('href="03-next.html#top"');
  });

  it("shows attachments", () => {
    const html = renderer().render("![x](attachment:p%20q.png)", {
      attachments: (name) => (name === "p q.png" ? "data:image/png;base64,AA==" : undefined),
    });
    expect(html).toContain('src="data:image/png;base64,AA=="');
  });

  it("highlights fenced code and keeps its text", () => {
    const html = renderer().render("```typescript\nconst a = `<b>`;\n```");
    expect(html.replace(/<[^>]*>/g, "").trim()).toBe("const a = `&#60;b&#62;`;");
    expect(html).toMatch(/<span class="s\d+">/);
  });
});
