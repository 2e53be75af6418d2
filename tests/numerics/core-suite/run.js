/**
 * Runs tfjs-core's own tests of its ops against a backend and prints, as JSON, how each ended:
 * "passed", the kernel that the backend does not have, or the error.
 *
 *   node tests/numerics/core-suite/run.js [float64|cpu|wasm]
 */
import { readdirSync, statSync } from "node:fs";
import { createRequire, register } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { tf, use } from "../../../dist/src/tensor/index.js";
import { installGlobals, runAll } from "./jasmine.js";

register("./resolve.js", import.meta.url);
installGlobals();
const backendName = process.argv[2] ?? "float64";
await use(backendName);
const { platform } = tf.env();

const core = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core"));
const importCore = (path) => import(pathToFileURL(join(core, path)).href);
await importCore("public/chained_ops/register_all_chained_ops.js");
const { setTestEnvs } = await importCore("jasmine_util.js");
setTestEnvs([{ name: backendName, backendName, flags: {} }]);
// The environment that tests ask about is this one; a warning for each is of no use here.
tf.env().set("PROD", true);
console.warn = () => {};

const files = (folder) =>
  readdirSync(join(core, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(core, path)).isDirectory()) return files(path);
    return name.endsWith("_test.js") ? [path] : [];
  });
for (const file of [...files("ops"), "gradients_test.js"]) await importCore(file);

// Loading the tests' own copy of tfjs-core has replaced the platform that the backend listens to.
tf.env().platform = platform;

const results = {};
await runAll((name, error) => {
  const missing =
    /Kernel '(\w+)' not registered|(\w+): the float64 backend has no kernel|no kernel for (\w+)|(complex) tensors/.exec(
      String(error?.message),
    );
  const lacks = missing?.slice(1).find((name) => name !== undefined);
  results[name] =
    error === undefined ? "passed" : lacks ? `lacks ${lacks}` : String(error.message).slice(0, 200);
});
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
