/**
 * Matrices of weights beside each other as heat maps on one scale, with their entries written in.
 *
 * Blue is positive, vermillion negative, and zero a light grey that dark entries read on in any theme.
 * A slider changes the matrices, whose number and titles stay.
 */
import type { Data, Layout } from "plotly.js";
import { Figure } from "./figure.js";
import { slider } from "./slider.js";
import { palette } from "./theme.js";

export interface Matrix {
  readonly title: string;
  readonly rows: readonly ArrayLike<number>[];
}

export interface MatricesOptions {
  readonly matrices: readonly Matrix[];
  /** What a row and a column are, such as "student" and "input". */
  readonly row: string;
  readonly column: string;
  /** Replaces the first matrices by those of its positions. */
  readonly slider?: {
    readonly name: string;
    readonly positions: readonly { readonly label: string; readonly matrices: readonly Matrix[] }[];
    readonly initial?: number;
  };
  readonly height?: number;
  readonly caption?: string;
  readonly alt: string;
}

/**
 * @example
 * const unit = { title: "W", rows: [[1, 0], [0, 1]] };
 * const words = { row: "unit", column: "input", alt: "Ones on the diagonal of W." };
 * figures.matrices({ matrices: [unit], ...words }).data.length; // 1
 */
export function matrices(options: MatricesOptions): Figure {
  const { row, column, caption, alt, slider: turned } = options;
  const initial = turned?.initial ?? 0;
  const moving = turned?.positions[initial]?.matrices ?? [];
  const shown = [...moving, ...options.matrices.slice(moving.length)];
  const largest = [...shown, ...(turned?.positions ?? []).flatMap((position) => position.matrices)]
    .flatMap(({ rows }) => rows.flatMap((entries) => Array.from(entries, Math.abs)))
    .reduce((a, b) => Math.max(a, b), 0);
  const moved =
    turned &&
    slider(
      turned.name,
      turned.positions.map(({ label, matrices: list }) => ({
        label,
        data: list.map((matrix, i) => heat(matrix, i, largest)),
      })),
      moving.map((_, i) => i),
      initial,
    );
  return new Figure({
    data: shown.map((matrix, i) => heat(matrix, i, largest)),
    layout: {
      height: (options.height ?? 400) + (moved ? 90 : 0),
      ...panels(shown, row, column),
      ...(moved ? { sliders: moved.sliders } : {}),
    },
    ...(moved ? { frames: moved.frames } : {}),
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

function heat({ rows }: Matrix, panel: number, largest: number): Data {
  const suffix = panel === 0 ? "" : String(panel + 1);
  return {
    type: "heatmap",
    xaxis: `x${suffix}` as "x",
    yaxis: `y${suffix}` as "y",
    x: Array.from(rows[0] ?? [], (_, i) => i + 1),
    y: rows.map((_, i) => i + 1),
    z: rows.map((entries) => Array.from(entries, (value) => Number(value.toFixed(4)))),
    zmin: -largest,
    zmax: largest,
    colorscale: [
      [0, palette.vermillion],
      [0.5, "#efede8"],
      [1, palette.blue],
    ],
    showscale: false,
    xgap: 2,
    ygap: 2,
    texttemplate: "%{z:.2f}",
    hovertemplate: "row %{y}, column %{x}: %{z:.4f}<extra></extra>",
  };
}

/** Axes of every panel, square cells, rows from the top, and the titles above. */
function panels(list: readonly Matrix[], row: string, column: string): Partial<Layout> {
  const gap = 0.1;
  const width = (1 - gap * (list.length - 1)) / list.length;
  const axes = list.map((_, i) => {
    const suffix = i === 0 ? "" : String(i + 1);
    const domain: [number, number] = [i * (width + gap), i * (width + gap) + width];
    const plain = {
      showgrid: false,
      zeroline: false,
      showline: false,
      ticks: "" as const,
      dtick: 1,
    };
    return {
      [`xaxis${suffix}`]: {
        ...plain,
        domain,
        title: { text: column },
        anchor: `y${suffix}`,
        constrain: "domain",
      },
      [`yaxis${suffix}`]: {
        ...plain,
        // The rows have one name for all panels, which on a phone lie close together.
        title: { text: i === 0 ? row : "" },
        anchor: `x${suffix}`,
        autorange: "reversed",
        scaleanchor: `x${suffix}`,
        constrain: "domain",
      },
    };
  });
  const titles = list.map(({ title }, i) => ({
    text: title,
    x: i * (width + gap) + width / 2,
    y: 1.02,
    xref: "paper" as const,
    yref: "paper" as const,
    xanchor: "center" as const,
    yanchor: "bottom" as const,
    showarrow: false,
    font: { size: 14 },
  }));
  return { ...Object.assign({}, ...axes), annotations: titles };
}
