/**
 * Plotly's built bundles come without types; this is the part of their API that is used here.
 * Their `react` takes a whole figure, frames included, which the package's own types leave out.
 */
interface PlotlyBundle {
  react(node: HTMLElement, figure: { readonly [part: string]: unknown }): Promise<unknown>;
  purge(node: HTMLElement): void;
  readonly Plots: { resize(node: HTMLElement): Promise<unknown> | undefined };
}
declare module "plotly.js/dist/plotly-cartesian.min.js" {
  const bundle: PlotlyBundle;
  export default bundle;
}
declare module "plotly.js/dist/plotly.min.js" {
  const bundle: PlotlyBundle;
  export default bundle;
}
