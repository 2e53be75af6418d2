import { basinPanels } from "./basin-panels.js";
import { basins } from "./basins.js";
import { images } from "./images.js";
import { newtonSteps } from "./iteration.js";
import { lines } from "./lines.js";
import { matrices } from "./matrices.js";
import { plane } from "./plane.js";
import { spectrum } from "./spectrum.js";
import { curvature, curvatureShare, gradientNorm } from "./training.js";

export type { Axis, Rule } from "./axis.js";
export type { BasinPanelsOptions } from "./basin-panels.js";
export type { BasinMap } from "./basins.js";
export {
  type Displayable,
  type DisplayHost,
  type DisplayOptions,
  displayHost,
  displayHostKey,
  displaySymbol,
  type MimeBundle,
} from "./display.js";
export { Figure, type FigureOptions, plot } from "./figure.js";
export type { ImageGrid } from "./images.js";
export type { NewtonStepsOptions } from "./iteration.js";
export type { LineSeries, LinesOptions } from "./lines.js";
export type { MatricesOptions, Matrix } from "./matrices.js";
export type { Path, PlaneOptions, Spot } from "./plane.js";
export { type Progress, type ProgressUpdate, progress } from "./progress.js";
export type {
  SpectralLaw,
  Spectrum,
  SpectrumOptions,
  SpectrumView,
} from "./spectrum.js";
export { type CellValue, Table, type TableOptions, table } from "./table.js";
export { colorway, palette, sequential, template } from "./theme.js";
export type { History, Words } from "./training.js";

/** Figures of results. */
export const figures = {
  gradientNorm,
  curvature,
  curvatureShare,
  basins,
  basinPanels,
  images,
  lines,
  matrices,
  newtonSteps,
  plane,
  spectrum,
} as const;
