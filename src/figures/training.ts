/**
 * What happened while a network trained: Figure 8.1 of *Deep Learning*, and the curvature that it
 * leaves out.
 *
 * `History` names what is drawn; a `TrainingRun` has it all.
 */
import type { Data, Layout } from "plotly.js";
import { Figure } from "./figure.js";
import { runningGeometricMean, runningMean } from "./smooth.js";
import { palette } from "./theme.js";

interface Readings {
  readonly epochs: readonly number[];
  readonly values: readonly number[];
}

export interface History {
  readonly settings: {
    readonly epochs: number;
    readonly stepsPerEpoch: number;
    readonly learningRate: number;
  };
  readonly gradientNorms: readonly number[];
  readonly validationErrors: readonly number[];
  readonly readings: { readonly [name: string]: Readings };
}

/** Words that replace the computed ones. */
export interface Words {
  readonly caption?: string;
  readonly alt?: string;
}

const topLegend = { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" } as const;

/**
 * Figure 8.1: on the left one gradient norm for each epoch and the running average of all, on the
 * right the validation error after each epoch.
 *
 * @example
 * const run = {
 *   settings: { epochs: 1, stepsPerEpoch: 2, learningRate: 0.1 },
 *   gradientNorms: [1, 3],
 *   validationErrors: [0.5, 0.25],
 *   readings: {},
 * };
 * const { data } = figures.gradientNorm(run);
 * data[1]; // { y: [1, 2], … }
 */
export function gradientNorm(run: History, words: Words = {}): Figure {
  const { epochs, stepsPerEpoch } = run.settings;
  const window = Math.min(run.gradientNorms.length, 3 * stepsPerEpoch);
  const average = runningMean(run.gradientNorms, window);
  const epochOf = (step: number): number => (step + 1) / stepsPerEpoch;
  // Some 500 points draw the line as well as thousands.
  const thin = Math.max(1, Math.floor(average.length / 500));
  const drawn = average
    .map((_, step) => step)
    .filter((step) => (average.length - 1 - step) % thin === 0);
  const single = Array.from({ length: epochs }, (_, e) => e * stepsPerEpoch + stepsPerEpoch - 1);
  const [early, late] = [average[stepsPerEpoch - 1]!, average.at(-1)!];
  const [start, end] = [run.validationErrors[0]!, run.validationErrors.at(-1)!];
  const data: Data[] = [
    {
      type: "scatter",
      mode: "markers",
      name: "one step an epoch",
      x: single.map(epochOf),
      y: single.map((step) => run.gradientNorms[step]!),
      marker: { color: palette.blue, size: 6, opacity: 0.9 },
      cliponaxis: false,
    },
    {
      type: "scatter",
      mode: "lines",
      name: "running average of all steps",
      x: drawn.map(epochOf),
      y: drawn.map((step) => average[step]!),
      line: { color: palette.vermillion, width: 3 },
    },
    {
      type: "scatter",
      mode: "lines",
      name: "validation error",
      x: run.validationErrors.map((_, epoch) => epoch),
      y: [...run.validationErrors],
      xaxis: "x2",
      yaxis: "y2",
      line: { color: palette.green, width: 2.5 },
      showlegend: false,
    },
  ];
  return new Figure({
    data,
    layout: sideBySide("gradient norm ‖g‖", "validation error (fraction wrong)", epochs),
    caption:
      words.caption ??
      "Left: the norm of one step's gradient in each epoch, and the running average over all steps " +
        "of the last three epochs. Right: the fraction of validation images whose kind is wrong.",
    alt:
      words.alt ??
      `Two panels over ${epochs} epochs. Left: gradient norms scatter more and more widely, and ` +
        `their running average goes from ${round(early)} to ${round(late)}. Right: the validation ` +
        `error goes from ${round(start)} to ${round(end)}.`,
  });
}

/**
 * gᵀg, gᵀHg and what else was read of the curvature, with 2/ε, over the epochs.
 *
 * @example
 * const run = {
 *   settings: { epochs: 1, stepsPerEpoch: 2, learningRate: 0.1 },
 *   gradientNorms: [],
 *   validationErrors: [],
 *   readings: {
 *     gTg: { epochs: [0, 1], values: [4, 4] },
 *     gTHg: { epochs: [0, 1], values: [8, 16] },
 *   },
 * };
 * figures.curvature(run).data[0]; // { name: "gᵀg", y: [4, 4], … }
 */
export function curvature(run: History, words: Words = {}): Figure {
  const { epochs, learningRate } = run.settings;
  const limit = 2 / learningRate;
  const series = [
    { key: "gTg", name: "gᵀg", color: palette.blue },
    { key: "gTHg", name: "gᵀHg", color: palette.vermillion },
    { key: "sharpness", name: "largest eigenvalue λ", color: palette.green },
  ].filter(({ key }) => run.readings[key] !== undefined);
  const data = series.flatMap(({ key, name, color }) => decades(name, run.readings[key]!, color));
  const ends = series.map(({ key, name }) => {
    const values = run.readings[key]!.values;
    const [first, last] = [geometricMean(values.slice(1, 6)), geometricMean(values.slice(-10))];
    return `${name} from about ${round(first)} to about ${round(last)}`;
  });
  return new Figure({
    data,
    layout: {
      height: 440,
      xaxis: { title: { text: "epoch" }, range: [0, epochs] },
      yaxis: { title: { text: "value on the probe examples" }, type: "log", dtick: 1 },
      legend: topLegend,
      shapes: [horizontal(limit)],
      annotations: [note("2/ε", "left", epochs, Math.log10(limit))],
    },
    caption:
      words.caption ??
      "Faint: each reading. Solid: the geometric mean of the last five. Dashed: 2/ε, beyond which " +
        "gradient descent with the learning rate ε diverges on a quadratic.",
    alt:
      words.alt ??
      `${series.length} curves over ${epochs} epochs on a logarithmic axis: ${ends.join("; ")}. ` +
        `A dashed line marks 2/ε = ${round(limit)}.`,
  });
}

/**
 * How much of a step's first-order gain the curvature takes back: ½ε²gᵀHg / ε gᵀg.
 *
 * @example
 * const run = {
 *   settings: { epochs: 1, stepsPerEpoch: 2, learningRate: 0.1 },
 *   gradientNorms: [],
 *   validationErrors: [],
 *   readings: {
 *     gTg: { epochs: [0, 1], values: [4, 4] },
 *     gTHg: { epochs: [0, 1], values: [8, 16] },
 *   },
 * };
 * figures.curvatureShare(run).data[0]; // { y: [0.1, 0.2], … }
 */
export function curvatureShare(run: History, words: Words = {}): Figure {
  const { epochs, learningRate } = run.settings;
  const [gTg, gTHg] = [run.readings.gTg, run.readings.gTHg];
  if (gTg === undefined || gTHg === undefined) {
    throw new Error(
      "figures.curvatureShare: the run has no curvature readings: gauges.curvature()",
    );
  }
  const share = gTHg.values.map((value, i) => (learningRate * value) / (2 * gTg.values[i]!));
  const mean = runningMean(share, 5);
  const highest = share.reduce((a, b) => Math.max(a, b));
  return new Figure({
    data: [
      {
        type: "scatter",
        mode: "markers",
        name: "each reading",
        x: [...gTg.epochs],
        y: share,
        marker: { color: palette.blue, size: 6, opacity: 0.9 },
        cliponaxis: false,
      },
      {
        type: "scatter",
        mode: "lines",
        name: "mean of the last five",
        x: [...gTg.epochs],
        y: mean,
        line: { color: palette.vermillion, width: 3 },
      },
    ],
    layout: {
      xaxis: { title: { text: "epoch" }, range: [0, epochs] },
      yaxis: { title: { text: "½ε²gᵀHg / ε gᵀg" }, range: [0, Math.max(1.1, 1.05 * highest)] },
      legend: topLegend,
      shapes: [horizontal(1)],
      annotations: [note("the step gains nothing", "right", epochs, 1)],
    },
    caption:
      words.caption ??
      "The share of the first-order decrease ε gᵀg that the second-order term takes back in a step " +
        "of length ε along −g. At 1 such a step no longer lowers the loss.",
    alt:
      words.alt ??
      `Over ${epochs} epochs the share rises from ${round(mean[Math.min(5, mean.length - 1)]!)} ` +
        `to ${round(mean.at(-1)!)} on average; its highest reading is ${round(highest)}, and a ` +
        "dashed line marks 1.",
  });
}

/** Each reading faint, and the geometric mean of the last five on top of it. */
function decades(name: string, { epochs, values }: Readings, color: string): Data[] {
  const positive = values.map((value) => (value > 0 ? value : null));
  const common = { mode: "lines" as const, x: [...epochs], legendgroup: name, name };
  const faint = { line: { color, width: 1 }, opacity: 0.5, showlegend: false };
  const solid = { line: { color, width: 3 } };
  return [
    { type: "scatter", ...common, ...faint, y: positive },
    { type: "scatter", ...common, ...solid, y: runningGeometricMean(values, 5) },
  ];
}

function sideBySide(left: string, right: string, epochs: number): Partial<Layout> {
  const range: [number, number] = [0, epochs];
  return {
    height: 380,
    xaxis: { domain: [0, 0.45], title: { text: "epoch" }, range },
    xaxis2: { domain: [0.57, 1], title: { text: "epoch" }, range, anchor: "y2" },
    yaxis: { title: { text: left }, rangemode: "tozero" },
    yaxis2: { title: { text: right }, rangemode: "tozero", anchor: "x2" },
    legend: topLegend,
  };
}

function horizontal(y: number): NonNullable<Layout["shapes"]>[number] {
  const line = { color: palette.grey, width: 1.5, dash: "dash" } as const;
  return { type: "line", xref: "paper", x0: 0, x1: 1, yref: "y", y0: y, y1: y, line };
}

/** A word above one end of a horizontal line; on a log axis `y` is the logarithm. */
function note(
  text: string,
  end: "left" | "right",
  epochs: number,
  y: number,
): NonNullable<Layout["annotations"]>[number] {
  const x = end === "left" ? 0.01 * epochs : 0.99 * epochs;
  return { text, x, y, xanchor: end, yanchor: "bottom", yshift: 2, showarrow: false };
}

function geometricMean(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0);
  return Math.exp(positive.reduce((sum, value) => sum + Math.log(value), 0) / positive.length);
}

function round(value: number): string {
  return String(Number(value.toPrecision(2)));
}
