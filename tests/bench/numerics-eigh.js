/**
 * eigh of a random symmetric matrix in a process of its own: one JSON line.
 *
 *   node tests/bench/numerics-eigh.js 500
 */
import { eigh } from "../../dist/src/spectra/eigh.js";
import { Random } from "../../dist/src/tensor/random.js";

const n = Number(process.argv[2]);
const random = new Random(1);
const rows = Array.from({ length: n }, () => random.normals(n));
for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) rows[i][j] = rows[j][i];

const times = Array.from({ length: 5 }, () => {
  const start = performance.now();
  eigh(rows);
  return performance.now() - start;
});
const [first, ...later] = times;
const row = { n, "first call": first.toFixed(0), later: Math.min(...later).toFixed(0) };
console.log(JSON.stringify(row));
