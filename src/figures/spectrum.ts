/**
 * The spectrum of a matrix: its density above, and each eigenvalue as a stroke of a rug below.
 *
 * A density is an estimate (nodes with weights, from `spectralDensity`) or comes from the eigenvalues
 * themselves; both are widened by the same normal, so that they can be compared. Eigenvalues that
 * stand apart from the bulk are marked. With `slider`, every position is a complete picture.
 */
import type { Data } from "plotly.js";
import { type Axis, legendAbove, plotlyAxis } from "./axis.js";
import { Figure } from "./figure.js";
import { compact } from "./lines.js";
import { grid } from "./plane.js";
import { slider } from "./slider.js";
import { colorway, palette } from "./theme.js";

export interface Spectrum {
  readonly name: string;
  /** An estimated distribution, as `spectralDensity` gives it. */
  readonly density?: {
    readonly nodes: ArrayLike<number>;
    readonly weights: ArrayLike<number>;
  };
  /** Exact eigenvalues, for the rug; and for the density where there is no estimate. */
  readonly eigenvalues?: ArrayLike<number>;
  /** How many of the largest eigenvalues are marked as outliers; 0. */
  readonly outliers?: number;
  readonly color?: keyof typeof palette;
}

/** A density that theory predicts, drawn dashed. */
export interface SpectralLaw {
  readonly name: string;
  readonly density: (eigenvalue: number) => number;
}

export interface SpectrumView {
  readonly spectra: readonly Spectrum[];
  readonly laws?: readonly SpectralLaw[];
}

export interface SpectrumOptions extends Partial<SpectrumView> {
  /** The eigenvalues' axis; its range is that of the values unless given. */
  readonly x?: Partial<Omit<Axis, "log">>;
  /** The range of the density; all of it unless given. */
  readonly y?: { readonly range: readonly [number, number] };
  /** The density on a logarithmic axis, on which one eigenvalue among thousands shows. */
  readonly log?: boolean;
  /** The deviation of the normal that widens each eigenvalue; a 150th of the range. */
  readonly width?: number;
  /** A slider: its name, and the spectra at each position, as many of each kind at every one. */
  readonly slider?: {
    readonly name: string;
    readonly positions: readonly (SpectrumView & { readonly label: string })[];
    readonly initial?: number;
  };
  readonly height?: number;
  readonly caption?: string;
  readonly alt: string;
}

const POINTS = 401;
/** Decades of density that a logarithmic axis shows. */
const DECADES = 4;

/**
 * @example
 * const bulk = figures.spectrum({
 *   spectra: [{ name: "H", eigenvalues: [0.1, 0.2, 0.3, 4], outliers: 1 }],
 *   alt: "Three eigenvalues below 0.3 and one at 4.",
 * });
 * bulk.data.length; // 3, the density, the eigenvalues and the outliers
 */
export function spectrum(options: SpectrumOptions): Figure {
  const { log = false, caption, alt } = options;
  const { spectra = [], laws = [] } = options;
  const views: readonly SpectrumView[] = options.slider?.positions ?? [{ spectra, laws }];
  const shown = views[options.slider?.initial ?? 0];
  if (shown === undefined || shown.spectra.length === 0) {
    throw new RangeError("figures.spectrum: there is no spectrum to show");
  }
  const range = options.x?.range ?? rangeOf(views, options.width ?? 0);
  const width = options.width ?? (range[1] - range[0]) / 150;
  if (!(width > 0)) {
    throw new RangeError(`figures.spectrum: width is ${width}; a positive one is needed`);
  }
  const layers = views.map((view) => traces(view, grid(range, POINTS), width));
  const first = layers[views.indexOf(shown)]!;
  if (layers.some((layer) => layer.length !== first.length)) {
    throw new RangeError(
      "figures.spectrum: every position of the slider must show as many densities, rugs and laws",
    );
  }
  const moved =
    options.slider &&
    slider(
      options.slider.name,
      options.slider.positions.map(({ label }, i) => ({ label, data: layers[i]! })),
      first.map((_, i) => i),
      options.slider.initial ?? 0,
    );
  return new Figure({
    data: first,
    layout: {
      height: (options.height ?? 440) + (moved ? 90 : 0),
      xaxis: { ...plotlyAxis({ title: "eigenvalue λ", ...options.x, range }), anchor: "y2" },
      yaxis: { ...densityAxis(layers.flat(), log, options.y?.range), domain: [0.24, 1] },
      yaxis2: {
        domain: [0, 0.2],
        range: [rugRows(shown) - 0.4, -0.6],
        showticklabels: false,
        ticks: "",
        showgrid: false,
        zeroline: false,
      },
      legend: legendAbove,
      ...(moved ? { sliders: moved.sliders } : {}),
    },
    ...(moved ? { frames: moved.frames } : {}),
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

/** From the least to the greatest value of all views, with room for the curves to fall to zero. */
function rangeOf(views: readonly SpectrumView[], width: number): [number, number] {
  const values = views.flatMap(({ spectra }) =>
    spectra.flatMap(({ density, eigenvalues }) => [
      ...Array.from(density?.nodes ?? []),
      ...Array.from(eigenvalues ?? []),
    ]),
  );
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(high >= low)) {
    throw new RangeError("figures.spectrum: a spectrum needs eigenvalues, or nodes and weights");
  }
  const spread = high > low ? 0.04 * (high - low) : 0.1 * Math.max(1, Math.abs(high));
  const room = Math.max(spread, 4 * width);
  return [low - room, high + room];
}

function rugRows({ spectra }: SpectrumView): number {
  return spectra.filter(({ eigenvalues }) => eigenvalues !== undefined).length;
}

function traces(
  { spectra, laws = [] }: SpectrumView,
  xs: readonly number[],
  width: number,
): Data[] {
  const ink = (series: Spectrum, i: number) =>
    series.color ? palette[series.color] : colorway[i % colorway.length]!;
  const x = xs.map(compact);
  // Less than a pixel; zeros that rounding has blurred become zero.
  const unit = 1e-4 * (xs.at(-1)! - xs[0]!);
  const place = (value: number) => compact(Math.round(value / unit) * unit + 0);
  const curves = spectra.map(
    (series, i): Data => ({
      type: "scatter",
      mode: "lines",
      name: series.name,
      x,
      y: widened(series, xs, width).map(drawn),
      line: { color: ink(series, i), width: 2.5 },
      hovertemplate: "λ = %{x:.3g}: density %{y:.3g}<extra></extra>",
    }),
  );
  const predicted = laws.map(
    ({ name, density }): Data => ({
      type: "scatter",
      mode: "lines",
      name,
      x,
      y: xs.map((value) => drawn(density(value))),
      line: { color: palette.grey, width: 2, dash: "dash" },
      hoverinfo: "skip",
    }),
  );
  const rugs = spectra.flatMap((series, i) => ({ series, color: ink(series, i) }));
  return [
    ...curves,
    ...predicted,
    ...rugs
      .filter(({ series }) => series.eigenvalues !== undefined)
      .flatMap(({ series, color }, row) => rug(series, color, row, place)),
  ];
}

/** The bulk as strokes in the curve's colour, the outliers as taller ones of their own. */
function rug(
  { eigenvalues = [], outliers = 0 }: Spectrum,
  color: string,
  row: number,
  place: (value: number) => number,
): Data[] {
  const sorted = Array.from(eigenvalues).sort((a, b) => a - b);
  const split = sorted.length - outliers;
  const strokes = (values: readonly number[], ink: string, size: number): Data => ({
    type: "scatter",
    mode: "markers",
    x: values.map(place),
    y: values.map(() => row),
    yaxis: "y2",
    showlegend: false,
    marker: { symbol: "line-ns-open", size, color: ink, line: { width: 1.5, color: ink } },
    hovertemplate: "λ = %{x:.4g}<extra></extra>",
  });
  const apart = strokes(sorted.slice(split), palette.vermillion, 22);
  return [
    strokes(sorted.slice(0, split), color, 13),
    { ...apart, name: "outliers", showlegend: outliers > 0 && row === 0 } as Data,
  ];
}

/** The mean of normals around the nodes, each by its weight. */
function widened(
  { name, density, eigenvalues }: Spectrum,
  xs: readonly number[],
  width: number,
): number[] {
  const nodes = density?.nodes ?? eigenvalues;
  if (nodes === undefined) {
    throw new RangeError(`figures.spectrum: "${name}" has neither a density nor eigenvalues`);
  }
  const height = 1 / (width * Math.sqrt(2 * Math.PI));
  const weights = density?.weights ?? new Float64Array(nodes.length).fill(1 / nodes.length);
  return xs.map((x) => {
    let sum = 0;
    for (let i = 0; i < nodes.length; i++) {
      sum += weights[i]! * Math.exp(-0.5 * ((x - nodes[i]!) / width) ** 2);
    }
    return height * sum;
  });
}

/** Four digits; what is zero to the eye is zero, and a law's pole is a gap. */
function drawn(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value < 1e-9 ? 0 : Number(value.toPrecision(4));
}

/** Every view's density, so that the slider does not move the axis. */
function densityAxis(layers: readonly Data[], log: boolean, range?: readonly [number, number]) {
  const heights = layers.flatMap((layer) =>
    "yaxis" in layer ? [] : ((layer as { y: readonly (number | null)[] }).y ?? []),
  );
  const top = heights.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const own = log ? ([(2 * top) / 10 ** DECADES, 2 * top] as const) : ([0, 1.05 * top] as const);
  return plotlyAxis({ title: "density", log, range: range ?? own });
}
