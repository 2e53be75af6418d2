/**
 * `check.exercise` judges a learner's answer; `check.claims` holds a chapter to what it says.
 */
import { type Displayable, displaySymbol, type MimeBundle } from "../figures/display.js";
import { escapeHtml } from "../figures/escape-html.js";
import { withMinus } from "../figures/minus.js";
import { chapter1 } from "./chapter-1.js";
import { chapter2 } from "./chapter-2.js";
import { chapter3 } from "./chapter-3.js";
import { chapter4 } from "./chapter-4.js";
import { chapter5 } from "./chapter-5.js";
import { chapter6 } from "./chapter-6.js";
import { chapter7 } from "./chapter-7.js";
import { chapter8 } from "./chapter-8.js";
import { type Exercise, unanswered } from "./exercise.js";

const exercises: { readonly [id: string]: Exercise } = {
  ...chapter1,
  ...chapter2,
  ...chapter3,
  ...chapter4,
  ...chapter5,
  ...chapter6,
  ...chapter7,
  ...chapter8,
};

/** How often each exercise was answered wrongly in this session: how many hints are due. */
const misses = new Map<string, number>();

export class Verdict implements Displayable {
  constructor(
    readonly state: "right" | "wrong" | "open",
    readonly lines: readonly string[],
  ) {}

  get passed(): boolean {
    return this.state === "right";
  }

  [displaySymbol](): MimeBundle {
    const [first, ...rest] = this.lines.map(escapeHtml);
    const more = rest.map((line) => `<p style="margin:0.3em 0 0 1.6em">${line}</p>`).join("");
    const html = `<div><strong>${this.#mark} ${first ?? ""}</strong>${more}</div>`;
    return { "text/html": html, "text/plain": this.toString() };
  }

  toString(): string {
    return this.lines
      .map((line, i) => (i === 0 ? `${this.#mark} ${line}` : `  ${line}`))
      .join("\n");
  }

  get #mark(): string {
    return { right: "✓", wrong: "✗", open: "○" }[this.state];
  }
}

/**
 * Judges an answer to the exercise `id`. A wrong one shows what is wrong and a hint, a further one
 * each time.
 *
 * @example
 * const verdict = await check.exercise("2.2", (gTg: number, gTHg: number) => gTg / gTHg);
 * verdict.lines;
 * // ["2.2 is right. The larger gᵀHg is beside gᵀg, the shorter the best step."]
 */
async function exercise(id: string, answer: unknown): Promise<Verdict> {
  const found = exercises[id];
  if (found === undefined) {
    const known = Object.keys(exercises).join(", ");
    throw new RangeError(`check.exercise: there is no exercise "${id}"; there are ${known}`);
  }
  const problem = answer === undefined ? unanswered : await found.judge(answer);
  if (problem === undefined) {
    misses.delete(id);
    return new Verdict("right", [`${id} is right. ${found.praise}`]);
  }
  if (problem === unanswered) return new Verdict("open", [`${id}: ${unanswered}`]);
  const missed = misses.get(id) ?? 0;
  misses.set(id, missed + 1);
  const hints = found.hints.slice(0, missed + 1).map((hint, i) => `Hint ${i + 1}: ${hint}`);
  return new Verdict("wrong", [`${id}: ${problem}`, ...hints]);
}

export type Claim = readonly [text: string, holds: boolean];

/**
 * Shows each claim with its tick, and throws when one does not hold: a chapter cannot say what its
 * run did not give.
 *
 * @example
 * check.claims([["2 + 2 is 4", 2 + 2 === 4]]).toString(); // "✓ 2 + 2 is 4"
 */
function claims(list: readonly Claim[]): Claims {
  const broken = list.filter(([, holds]) => !holds).map(([text]) => text);
  if (broken.length > 0) {
    throw new Error(`check.claims: this does not hold here: ${broken.join("; ")}`);
  }
  return new Claims(list.map(([text]) => text));
}

export class Claims implements Displayable {
  constructor(readonly texts: readonly string[]) {}

  [displaySymbol](): MimeBundle {
    const items = this.texts.map((text) => `<li>✓ ${escapeHtml(withMinus(text))}</li>`).join("");
    const style = "list-style:none;padding-left:0";
    return { "text/html": `<ul style="${style}">${items}</ul>`, "text/plain": this.toString() };
  }

  toString(): string {
    return this.texts.map((text) => `✓ ${text}`).join("\n");
  }
}

export const check = { exercise, claims } as const;
