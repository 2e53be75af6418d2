/**
 * The linear assignment problem: one column for each row, at the least total cost.
 *
 * Rows are added one at a time along a shortest augmenting path, with potentials that keep every
 * reduced cost non-negative: n³ steps. Kuhn 1955; Jonker and Volgenant, Computing 38, 1987.
 */
import { flattenRows } from "../operators/from-matrix.js";
import type { Rows } from "../operators/linear-operator.js";

/**
 * The column of each row of a square cost matrix.
 *
 * @example assign([[4, 1, 3], [2, 0, 5], [3, 2, 2]]) // [1, 0, 2], of cost 5
 */
export function assign(cost: Rows): Uint32Array {
  const n = cost.length;
  const c = flattenRows("assign", cost);
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(n + 1);
  // Column n is where each search starts; rowOf[j] is the row that holds column j, n for none.
  const rowOf = new Uint32Array(n + 1).fill(n);
  for (let row = 0; row < n; row++) {
    rowOf[n] = row;
    const cameFrom = augment(c, n, rowOf, rowPotential, columnPotential);
    for (let j = cameFrom.end; j !== n; j = cameFrom.path[j]!) rowOf[j] = rowOf[cameFrom.path[j]!]!;
  }
  const columns = new Uint32Array(n);
  for (let j = 0; j < n; j++) columns[rowOf[j]!] = j;
  return columns;
}

/** Dijkstra's search from the row held by column n to a free column; updates the potentials. */
function augment(
  c: Float64Array,
  n: number,
  rowOf: Uint32Array,
  rowPotential: Float64Array,
  columnPotential: Float64Array,
): { end: number; path: Uint32Array } {
  const distance = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const path = new Uint32Array(n + 1);
  const done = new Uint8Array(n + 1);
  let current = n;
  do {
    done[current] = 1;
    const row = rowOf[current]!;
    let nearest = n;
    let step = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      if (done[j]) continue;
      const reduced = c[row * n + j]! - rowPotential[row]! - columnPotential[j]!;
      if (reduced < distance[j]!) {
        distance[j] = reduced;
        path[j] = current;
      }
      if (distance[j]! < step) {
        step = distance[j]!;
        nearest = j;
      }
    }
    for (let j = 0; j <= n; j++) {
      if (done[j]) {
        rowPotential[rowOf[j]!]! += step;
        columnPotential[j]! -= step;
      } else {
        distance[j]! -= step;
      }
    }
    current = nearest;
  } while (rowOf[current] !== n);
  return { end: current, path };
}
