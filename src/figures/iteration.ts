/**
 * Newton's method on a function of one variable, a step at a time: the function, the parabola that
 * the step trusts, and where its lowest or highest point sends the next iterate.
 *
 * The slider's positions are the steps.
 */
import type { Data } from "plotly.js";
import { type Axis, legendAbove, plotlyAxis } from "./axis.js";
import { Figure } from "./figure.js";
import { compact } from "./lines.js";
import { grid } from "./plane.js";
import { slider } from "./slider.js";
import { palette } from "./theme.js";

export interface NewtonStepsOptions {
  readonly objective: {
    value(x: Float64Array): number;
    gradient(x: Float64Array): ArrayLike<number>;
    hessian?(x: Float64Array): readonly ArrayLike<number>[];
  };
  /** The iterates, in order; each an array of one number. */
  readonly iterates: readonly ArrayLike<number>[];
  readonly x: Axis & { readonly range: readonly [number, number] };
  readonly y: Axis & { readonly range: readonly [number, number] };
  readonly caption?: string;
  readonly alt: string;
}

/**
 * One position of the slider for each step.
 *
 * @example
 * const { frames } = figures.newtonSteps({
 *   objective: problems.quadratic([2]),
 *   iterates: [[3], [0], [0]],
 *   x: { title: "x", range: [-4, 4] },
 *   y: { title: "f", range: [0, 16] },
 *   alt: "One step leads from 3 to the minimum.",
 * });
 * frames.length; // 2
 */
export function newtonSteps(options: NewtonStepsOptions): Figure {
  const { objective, iterates, caption, alt } = options;
  if (!objective.hessian) {
    throw new TypeError(
      "figures.newtonSteps: the objective has no hessian, which the parabola needs",
    );
  }
  const xs = grid(options.x.range, 241);
  const value = (x: number) => objective.value(Float64Array.of(x));
  const points = iterates.map((x) => x[0]!);
  const positions = points.slice(0, -1).map((from, k) => ({
    label: String(k + 1),
    data: step(options, xs, from, points[k + 1]!, value),
  }));
  const moved = slider("step", positions, [1, 2, 3], 0);
  return new Figure({
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "f",
        x: xs.map(compact),
        y: xs.map((x) => compact(value(x))),
        line: { color: palette.blue, width: 2.5 },
      },
      ...positions[0]!.data,
    ],
    layout: {
      height: 490,
      xaxis: plotlyAxis(options.x),
      yaxis: plotlyAxis(options.y),
      legend: legendAbove,
      sliders: moved.sliders,
    },
    frames: moved.frames,
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

function step(
  { objective }: NewtonStepsOptions,
  xs: readonly number[],
  from: number,
  to: number,
  value: (x: number) => number,
): Data[] {
  const at = Float64Array.of(from);
  const [f, slope, curvature] = [
    value(from),
    objective.gradient(at)[0]!,
    objective.hessian!(at)[0]![0]!,
  ];
  const model = (x: number) => f + slope * (x - from) + 0.5 * curvature * (x - from) ** 2;
  return [
    {
      type: "scatter",
      mode: "lines",
      name: "the model at this iterate",
      x: xs.map(compact),
      y: xs.map((x) => compact(model(x))),
      line: { color: palette.vermillion, width: 2, dash: "dash" },
    },
    {
      type: "scatter",
      mode: "lines",
      name: "from the model's turning point to the next iterate",
      x: [to, to],
      y: [model(to), value(to)].map(compact),
      line: { color: palette.grey, width: 1.5, dash: "dot" },
    },
    {
      type: "scatter",
      mode: "text+markers",
      x: [from, to].map(compact),
      y: [value(from), value(to)].map(compact),
      text: ["here", "next"],
      textposition: "bottom center",
      marker: {
        color: [palette.vermillion, palette.green],
        size: 11,
        symbol: ["circle", "circle-open"],
        line: { width: 2.5, color: [palette.vermillion, palette.green] },
      },
      showlegend: false,
    },
  ];
}
