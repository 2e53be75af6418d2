/**
 * What the algorithms cost: eigh, the top 10 eigenvalues and a spectral density of one operator
 * beside NumPy and SciPy on the same operator, and the Hessian of a network of 100,000 parameters.
 *
 *   npm run bench -- algorithms
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hessian, models, parameterCount, tensor, tf, use } from "../../dist/src/index.js";
import { addScaled, dot } from "../../dist/src/operators/vectors.js";
import { eigh, spectralDensity, topEigenpairs } from "../../dist/src/spectra/index.js";
import { Random } from "../../dist/src/tensor/random.js";
import { medianMs } from "./clock.js";

/** Sizes of the reflected operator and of the dense matrices. */
const SIZE = 20_000;
const DENSE = [100, 500, 1000];
/** Vectors and Lanczos steps of a spectral density. */
const DENSITIES = [
  [1, 60],
  [10, 60],
  [10, 120],
];

export async function run() {
  const scipy = scipyFigures();
  console.log("eigh of a random symmetric matrix, processor milliseconds, median of 5:");
  console.table(eighTable(scipy));
  console.log(
    `An operator of size ${SIZE} with the spectrum of a trained network's Hessian, top 10:`,
  );
  console.table(await topTable(scipy));
  console.log(
    "Its spectral density, by how far probability must be moved to the exact spectrum (W₁):",
  );
  console.table(await densityTable(scipy));
  console.log("The Hessian of a 784-128-10 tanh network at batch 256, top 10:");
  console.table(await networkTable());
}

function eighTable(scipy) {
  const random = new Random(1);
  const rows = {};
  for (const n of DENSE) {
    const a = Array.from({ length: n }, () => random.normals(n));
    const symmetric = a.map((row, i) => row.map((entry, j) => entry + a[j][i]));
    rows[`n = ${n}`] = { curvlab: medianMs(() => eigh(symmetric), 5).toFixed(1) };
    if (scipy) rows[`n = ${n}`].numpy = scipy.eigh[n].toFixed(1);
  }
  return rows;
}

/** D falls like 1/i from 10, with a few entries below 0. */
const exactSpectrum = Float64Array.from(
  { length: SIZE },
  (_, i) => (i % 50 === 49 ? -0.2 : 10) / (i + 1),
);

/** A = PDP, P the reflection along sin(1), sin(2), …: its eigenvalues are those of D. */
function reflectedOperator() {
  const u = Float64Array.from({ length: SIZE }, (_, i) => Math.sin(i + 1));
  const scale = 2 / dot(u, u);
  const reflect = (v) => addScaled(v, -scale * dot(u, v), u);
  const apply = (v) => {
    const turned = reflect(v);
    for (let i = 0; i < SIZE; i++) turned[i] *= exactSpectrum[i];
    return reflect(turned);
  };
  return { size: SIZE, apply };
}

async function topTable(scipy) {
  const op = reflectedOperator();
  const rows = {};
  // The compilers of the loops are not what is measured.
  for (let i = 0; i < 3; i++) await topEigenpairs(op, { k: 10, seed: i });
  for (const rtol of [1e-6, 1e-10, 1e-14]) {
    const start = process.cpuUsage();
    const top = await topEigenpairs(op, { k: 10, rtol, seed: 0 });
    rows[`curvlab, rtol ${rtol}`] = {
      products: top.products,
      milliseconds: elapsed(start),
      "worst residual": Math.max(...top.residuals).toExponential(1),
    };
  }
  for (const run of scipy?.eigsh ?? []) {
    rows[`scipy eigsh, tol ${run.tol}`] = {
      products: run.products,
      milliseconds: run.milliseconds.toFixed(0),
      "worst residual": run.residual.toExponential(1),
    };
  }
  return rows;
}

async function densityTable(scipy) {
  const op = reflectedOperator();
  const rows = {};
  for (const [vectors, steps] of DENSITIES) {
    const start = process.cpuUsage();
    const density = await spectralDensity(op, { steps, vectors, seed: 0 });
    rows[`curvlab, ${vectors} × ${steps} steps`] = {
      products: density.products,
      milliseconds: elapsed(start),
      "W₁ / ‖A‖": (wasserstein(density, exactSpectrum) / 10).toExponential(1),
    };
  }
  for (const run of scipy?.density ?? []) {
    rows[`numpy, ${run.vectors} × ${run.steps} steps`] = {
      products: run.products,
      milliseconds: run.milliseconds.toFixed(0),
      "W₁ / ‖A‖": (run.distance / 10).toExponential(1),
    };
  }
  return rows;
}

/** ∫ |F − G| of the two cumulative distributions; the second has equal weights. */
function wasserstein({ nodes, weights }, values) {
  const steps = [
    ...Array.from(nodes, (at, i) => [at, weights[i]]),
    ...Array.from(values, (at) => [at, -1 / values.length]),
  ].sort((p, q) => p[0] - q[0]);
  let [total, difference] = [0, 0];
  for (let i = 0; i + 1 < steps.length; i++) {
    difference += steps[i][1];
    total += Math.abs(difference) * (steps[i + 1][0] - steps[i][0]);
  }
  return total;
}

async function networkTable() {
  const rows = {};
  for (const backend of ["wasm", "float64"]) {
    await use(backend);
    const random = new Random(2);
    const network = models.mlp({ inputs: 784, hidden: [128], outputs: 10 });
    const params = network.initialize(1);
    const inputs = tensor(random.normals(256 * 784), [256, 784]);
    const labels = tf.oneHot(
      Array.from({ length: 256 }, () => random.integer(10)),
      10,
    );
    const loss = (p) =>
      tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(network.apply(p, inputs))), 1)));
    const begin = performance.now();
    const op = hessian(loss, params);
    const top = await topEigenpairs(op, { k: 10, rtol: 1e-5, seed: 0 });
    rows[backend] = {
      parameters: parameterCount(network),
      products: top.products,
      "seconds on the clock": ((performance.now() - begin) / 1000).toFixed(1),
      converged: top.converged.filter(Boolean).length,
      "top eigenvalue": top.eigenvalues[0].toPrecision(8),
      "worst residual": Math.max(...top.residuals).toExponential(1),
    };
    op.dispose();
    tf.dispose([params, inputs, labels]);
  }
  return rows;
}

function elapsed(start) {
  const { user, system } = process.cpuUsage(start);
  return ((user + system) / 1000).toFixed(0);
}

function scipyFigures() {
  const script = fileURLToPath(new URL("algorithms-scipy.py", import.meta.url));
  if (!existsSync("/usr/bin/python3")) return undefined;
  const result = spawnSync(
    "/usr/bin/python3",
    [script, String(SIZE), JSON.stringify(DENSITIES), ...DENSE.map(String)],
    {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    },
  );
  if (result.status === 0) return JSON.parse(result.stdout);
  console.log("Without SciPy's figures: Debian's python3-scipy is not installed.");
  return undefined;
}
