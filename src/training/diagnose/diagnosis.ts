/** The report of `diagnose`: findings, worst first, that show themselves. */
import { type Displayable, displaySymbol, type MimeBundle } from "../../figures/display.js";
import { escapeHtml } from "../../figures/escape-html.js";
import { withMinus } from "../../figures/minus.js";
import type { Finding } from "./subject.js";

const rank = { problem: 0, notice: 1, good: 2 } as const;
const marks = { problem: "✗", notice: "!", good: "✓" } as const;

/** Causes before what follows from them: saturated units make a gradient vanish, not the reverse. */
const causes = [
  "loss",
  "input scales",
  "plateau",
  "saturated units",
  "gradient flow",
  "dead units",
  "step length",
  "what a step gains",
  "layer scales",
  "conditioning",
  "gradient noise",
  "negative curvature",
];

function place(topic: string): number {
  const at = causes.indexOf(topic);
  return at < 0 ? causes.length : at;
}

export class Diagnosis implements Displayable {
  readonly title: string;
  /** Worst first, and among equals the likelier cause first. */
  readonly findings: readonly Finding[];

  constructor(title: string, findings: readonly Finding[]) {
    this.title = title;
    this.findings = [...findings].sort(
      (a, b) => rank[a.level] - rank[b.level] || place(a.topic) - place(b.topic),
    );
  }

  /** The finding on a topic, such as `diagnosis.on("gradient noise")`. */
  on(topic: string): Finding {
    const found = this.findings.find((finding) => finding.topic === topic);
    if (found !== undefined) return found;
    const known = this.findings.map((finding) => finding.topic).join(", ");
    throw new RangeError(`Diagnosis: there is no finding on "${topic}"; there are ${known}`);
  }

  [displaySymbol](): MimeBundle {
    return { "text/html": this.#toHtml(), "text/plain": this.toString() };
  }

  toString(): string {
    const lines = this.findings.flatMap(({ level, topic, text, advice }) => [
      `${marks[level]} ${topic}: ${text}`,
      ...(advice === "" ? [] : [`  → ${advice}`]),
    ]);
    return [this.title, "", ...lines].join("\n");
  }

  #toHtml(): string {
    const rows = this.findings.map(({ level, topic, text, advice }) => {
      const todo = advice === "" ? "" : `<br><em>${escapeHtml(advice)}</em>`;
      const style = 'style="text-align:left"';
      return (
        `<tr><td>${marks[level]}</td><th scope="row" ${style}>${escapeHtml(topic)}</th>` +
        `<td ${style}>${escapeHtml(withMinus(text))}${todo}</td></tr>`
      );
    });
    return `<table><caption>${escapeHtml(this.title)}</caption><tbody>${rows.join("")}</tbody></table>`;
  }
}
