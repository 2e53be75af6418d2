/**
 * Which backend computes: `use(name)` is the way to change it.
 *
 * tfjs moves a tensor to the current backend when an op there needs it. From float32 to float64 that
 * is exact and allowed; from float64 to float32 it would silently round the tensor in place for every
 * later use, so the float64 backend refuses to give its tensors away.
 */
import { prepareFloat64 } from "./float64/index.js";
import { registerPortableWasm } from "./portable/kernels.js";
import { tf } from "./tf.js";
import { prepareWasm } from "./wasm/index.js";

let wasmPrepared = false;

export type BackendName = "float64" | "wasm" | "cpu" | "tensorflow";

/**
 * Switches to a backend: "float64" (exact to 53 bits), "wasm" (float32, fast), "cpu" (float32,
 * plain JavaScript), or "tensorflow" where @tensorflow/tfjs-node has been imported.
 *
 * @example
 * await use("float64");
 * tensor([0.1]).dataSync()[0]; // 0.1, not 0.10000000149011612
 */
export async function use(name: BackendName): Promise<void> {
  prepareFloat64();
  if (name === "wasm" && !wasmPrepared) {
    wasmPrepared = true;
    prepareWasm();
    registerPortableWasm();
  }
  const known = tf.engine().backendNames();
  if (!known.includes(name)) {
    throw new RangeError(
      `use: there is no backend "${name}"; there are ${known.join(", ")}` +
        (name === "tensorflow" ? ' (import "@tensorflow/tfjs-node" first)' : ""),
    );
  }
  if (!(await tf.setBackend(name))) throw new Error(`use: the backend "${name}" did not start`);
  if (name === "cpu") startQuietly();
}

// wasm has the highest priority and starts asynchronously: tfjs throws at the first tensor before
// that. Whoever chose a backend before curvlab was imported keeps it.
if ((tf.engine().backendName ?? "") === "") await use("wasm");

/** The cpu backend prints an advertisement for tfjs-node with its first tensor. */
function startQuietly(): void {
  const production = tf.env().getBool("PROD");
  tf.env().set("PROD", true);
  tf.scalar(0).dispose();
  tf.env().set("PROD", production);
}
