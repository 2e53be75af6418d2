/** What a notebook imports from "curvlab". */

export * from "./check/index.js";
export * from "./data/index.js";
export * from "./figures/index.js";
export * from "./landscape/index.js";
export * from "./models/index.js";
export * from "./operators/index.js";
export * from "./optimize/index.js";
export * from "./spectra/index.js";
export * from "./tensor/index.js";
export * from "./training/index.js";
