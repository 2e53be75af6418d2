/**
 * How often gradient descent ends in a bad minimum of a two-layer ReLU network, for k = 6 … 20
 * neurons: 1,000 runs each on all cores, with Wilson's 95 % intervals (Safran and Shamir, 2018).
 *
 *   npm run bench -- census
 */
import { availableParallelism } from "node:os";
import { census } from "../../dist/src/landscape/index.js";

const SIZES = Array.from({ length: 15 }, (_, i) => i + 6);
const RUNS = 1000;

export async function run() {
  const threads = availableParallelism();
  console.log(`Safran–Shamir, ${RUNS} runs for each k on ${threads} threads:`);
  const begin = performance.now();
  const rows = [];
  for (const k of SIZES) {
    const start = performance.now();
    const [row] = await census({ sizes: [k], runs: RUNS, seed: 0, threads });
    rows.push({
      k,
      "bad, %": percent(row.fraction),
      "95 % interval": row.interval.map(percent).join(" … "),
      "commonest bad loss": row.losses[0]?.loss.toFixed(6) ?? "–",
      unfinished: row.unfinished,
      seconds: ((performance.now() - start) / 1000).toFixed(1),
    });
  }
  console.table(rows);
  console.log(`${((performance.now() - begin) / 1000).toFixed(0)} s on the clock in all.`);
}

function percent(fraction) {
  return (100 * fraction).toFixed(1);
}
