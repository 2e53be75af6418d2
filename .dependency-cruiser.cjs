/**
 * Imports point one way (ARCHITECTURE.md draws the same picture):
 *
 *   cli → (lab, server, client, export) → document
 *   index → training, landscape → optimize, spectra → operators → tensor
 *
 * The kernel stands alone; it shares only the display protocol's types with src.
 */
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.ts$" },
  to: { path: "^(src|kernel)/", pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-tests-from-source",
      severity: "error",
      from: { path: "^(src|kernel)/", pathNot: "\\.test\\.ts$" },
      to: { path: "(^tests/|\\.test\\.ts$)" },
    },
    only("kernel-stands-alone", "^kernel/", ["^src/figures/display\\.ts$"]),
    only("tensor", "^src/tensor/", []),
    only("operators", "^src/operators/", ["^src/tensor/"]),
    only("spectra", "^src/spectra/", ["^src/(operators|tensor)/"]),
    only("optimize", "^src/optimize/", ["^src/(spectra|operators|tensor)/"]),
    only("landscape", "^src/landscape/", ["^src/(optimize|spectra|operators|tensor|figures)/"]),
    only("models", "^src/models/", ["^src/tensor/"]),
    only("data", "^src/data/", ["^src/tensor/"]),
    only("training", "^src/training/", [
      "^src/(landscape|optimize|spectra|operators|tensor|models|data|figures)/",
    ]),
    only("figures", "^src/figures/", []),
    only("document", "^src/document/", []),
    only("client", "^src/client/", ["^src/document/"]),
    only("export", "^src/export/", ["^src/(document|figures)/"]),
    only("server", "^src/server/", ["^src/document/", "^kernel/protocol/", "^kernel/kernelspec/"]),
    only("lab", "^src/lab/", ["^src/(server|document)/"]),
    only("cli", "^src/cli/", [
      "^src/(lab|server|client|export|document)/",
      "^kernel/(main|kernelspec/)",
    ]),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
