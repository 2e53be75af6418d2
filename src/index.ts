/** What a notebook imports from "curvlab". */
export * from "./operators/index.js";
export * from "./tensor/index.js";
