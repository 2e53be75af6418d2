/**
 * Compiles src/tensor/wasm/simd/kernels.as (AssemblyScript) to module.ts beside it, which holds the
 * WebAssembly as base64 and is committed, so that nobody needs the compiler to run or build curvlab.
 *
 *   node scripts/compile-kernels.js           writes module.ts
 *   node scripts/compile-kernels.js --check   exits 1 when module.ts is not what kernels.as gives
 */
import { readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const folder = new URL("../src/tensor/wasm/simd/", import.meta.url);
const target = new URL("module.ts", folder);

/** The WebAssembly of kernels.as: imports its memory, has no static data and no runtime. */
async function compile() {
  let binary;
  const options = [
    "kernels.ts",
    ...["--outFile", "module.wasm"],
    ...["--enable", "simd", "--runtime", "stub", "--importMemory", "--noExportMemory"],
    ...["-O3", "--noAssert", "--use", "abort="],
  ];
  const { error, stderr } = await asc.main(options, {
    // AssemblyScript only reads .ts; ours is named .as, since tsc must not read it.
    readFile: (name) =>
      name === "kernels.ts" ? readFileSync(new URL("kernels.as", folder), "utf8") : null,
    writeFile: (name, contents) => {
      if (name === "module.wasm") binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`kernels.as does not compile:\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}

const text = `/** WebAssembly compiled from kernels.as by scripts/compile-kernels.js; do not edit. */
export const simdModule =
  "${await compile()}";
`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("module.ts is not what kernels.as compiles to: run npm run kernels");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
