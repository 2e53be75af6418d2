import { describe, expect, it } from "vitest";
import { ansiToHtml } from "./ansi.js";

const ESC = "\u001b";

describe("ansiToHtml", () => {
  it.each([
    ["plain <b> & more", "plain &#60;b&#62; &#38; more"],
    [`${ESC}[31mred${ESC}[0m.`, '<span class="ansi-fg-1">red</span>.'],
    [
      `${ESC}[1;92mx${ESC}[22my`,
      '<span class="ansi-bold ansi-fg-10">x</span><span class="ansi-fg-10">y</span>',
    ],
    [`${ESC}[38;5;196mx`, '<span style="color:rgb(255,0,0)">x</span>'],
    [`${ESC}[38;5;9mx`, '<span class="ansi-fg-9">x</span>'],
    [`${ESC}[48;2;1;2;3mx${ESC}[49my`, '<span style="background:rgb(1,2,3)">x</span>y'],
    [`a${ESC}[2Kb${ESC}[1Ac`, "abc"],
    [`${ESC}]8;;javascript:x\u0007link${ESC}]8;;\u0007`, "link"],
    [`${ESC}[mx`, "x"],
  ])("%j becomes %s", (text, html) => {
    expect(ansiToHtml(text)).toBe(html);
  });
});
