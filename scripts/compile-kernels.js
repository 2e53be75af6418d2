/**
 * Compiles the kernels written in AssemblyScript (*.as) to TypeScript modules beside them, which
 * hold the WebAssembly as base64 and are committed, so that nobody needs the compiler to run or
 * build curvlab.
 *
 *   node scripts/compile-kernels.js           writes the modules
 *   node scripts/compile-kernels.js --check   exits 1 when one is not what its source gives
 */
import { readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/** The sources, each with its module and the name that this exports. */
const KERNELS = [
  ["src/tensor/wasm/simd/kernels.as", "module.ts", "simdModule"],
  ["src/tensor/float64/simd/elementary.as", "elementary-module.ts", "elementaryModule"],
  ["src/spectra/tridiagonal-kernels.as", "tridiagonal-module.ts", "tridiagonalModule"],
  ["src/spectra/krylov-kernels.as", "krylov-module.ts", "krylovModule"],
];

/** The WebAssembly of a source: imports its memory, has no static data and no runtime. */
async function compile(source) {
  let binary;
  const options = [
    "kernels.ts",
    ...["--outFile", "module.wasm"],
    ...["--enable", "simd", "--runtime", "stub", "--importMemory", "--noExportMemory"],
    ...["-O3", "--noAssert", "--use", "abort="],
  ];
  const { error, stderr } = await asc.main(options, {
    // AssemblyScript only reads .ts; ours are named .as, since tsc must not read them.
    readFile: (name) => (name === "kernels.ts" ? readFileSync(source, "utf8") : null),
    writeFile: (name, contents) => {
      if (name === "module.wasm") binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${source.pathname} does not compile:\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}

for (const [path, module, name] of KERNELS) {
  const source = new URL(`../${path}`, import.meta.url);
  const target = new URL(module, source);
  const file = path.split("/").at(-1);
  const text = `/** WebAssembly compiled from ${file} by scripts/compile-kernels.js; do not edit. */
export const ${name} =
  "${await compile(source)}";
`;
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`${module} is not what ${path} compiles to: run npm run kernels`);
    process.exitCode = 1;
  }
}
