/** A step of the build: keeps TypeScript's bytecode after it has done what most sessions ask for. */
import { fileURLToPath } from "node:url";
import { keepBytecode } from "./bytecode.js";

/** Compiled, this file is `<root>/dist/kernel/compiler/keep-bytecode.js`. */
const packageRoot = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, "");

await keepBytecode("typescript", async () => {
  const { Compiler } = await import("./compiler.js");
  const { CellLanguageService } = await import("./language-service.js");
  const { typicalWork } = await import("./typical.js");
  const compiler = new Compiler({ cwd: process.cwd(), packageRoot });
  compiler.compile({ source: "0", name: "" });
  for (const work of typicalWork(compiler, new CellLanguageService(compiler))) work();
});
