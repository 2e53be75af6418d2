/**
 * A slider whose every position is a complete picture, so that it needs no kernel.
 *
 * A position replaces some of the figure's traces, always the same ones; the figure as saved shows
 * the `initial` position, which is also what a page without scripts shows.
 */
import type { Data, Frame, Layout, Slider } from "plotly.js";
import { palette } from "./theme.js";

export interface Position {
  /** What the slider shows at this position. */
  readonly label: string;
  /** The traces that change, in the order of `indices`. */
  readonly data: readonly Data[];
  readonly layout?: Partial<Layout>;
}

export interface SliderParts {
  readonly sliders: Partial<Slider>[];
  readonly frames: Partial<Frame>[];
}

/** @param name what the slider turns; @param indices the places of the changing traces */
export function slider(
  name: string,
  positions: readonly Position[],
  indices: readonly number[],
  initial = 0,
): SliderParts {
  const animation = {
    mode: "immediate",
    transition: { duration: 0 },
    frame: { duration: 0, redraw: true },
  } as const;
  return {
    sliders: [
      {
        active: initial,
        // Room for the last label, which is centred on the end.
        len: 0.92,
        x: 0.02,
        currentvalue: { prefix: `${name}: `, font: { size: 14 } },
        pad: { t: 46, b: 4 },
        bgcolor: "rgba(128, 128, 128, 0.25)",
        activebgcolor: palette.vermillion,
        bordercolor: "rgba(128, 128, 128, 0.5)",
        tickcolor: "rgba(128, 128, 128, 0.5)",
        steps: positions.map(({ label }) => ({
          label,
          method: "animate" as const,
          args: [[label], animation],
        })),
      },
    ],
    frames: positions.map(({ label, data, layout }) => ({
      name: label,
      data: [...data],
      traces: [...indices],
      ...(layout === undefined ? {} : { layout }),
    })),
  };
}
