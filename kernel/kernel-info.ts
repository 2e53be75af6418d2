/** What kernel_info tells: the true versions, read from the packages themselves. */
import { createRequire } from "node:module";
import { type KernelInfo, PROTOCOL_VERSION } from "./protocol/messages.js";

export function kernelInfo(packageRoot: string): KernelInfo {
  const require = createRequire(import.meta.url);
  const version = (path: string): string => (require(path) as { version: string }).version;
  const curvlab = version(`${packageRoot}/package.json`);
  const typescript = version("typescript/package.json");
  return {
    protocol_version: PROTOCOL_VERSION,
    implementation: "curvlab",
    implementation_version: curvlab,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      codemirror_mode: "typescript",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `curvlab ${curvlab} · TypeScript ${typescript} · Node.js ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: `https://nodejs.org/docs/latest-v${nodeMajor()}.x/api/` },
      { text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
    ],
  };
}

const nodeMajor = (): string => process.versions.node.split(".", 1)[0] ?? "";
