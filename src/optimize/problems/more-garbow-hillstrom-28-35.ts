/**
 * Problems 28–35 of the Moré–Garbow–Hillstrom collection, of any number of variables.
 *
 * Each is a function of the size n, with the size that the collection's papers use as default.
 * Moré, Garbow and Hillstrom, ACM TOMS 7:1, 1981.
 */
import { filled, needs, published, range } from "./sizes.js";
import { type First, type SumOfSquares, sumOfSquares } from "./test-problem.js";

/**
 * The discrete boundary value function, problem 28.
 *
 * @example
 * problems.discreteBoundaryValue(1).value(Float64Array.of(0)); // 0.177978515625, (27/64)²
 */
export function discreteBoundaryValue(n = 10): SumOfSquares {
  needs("discreteBoundaryValue", n, n >= 1, "a whole number of at least 1");
  const h = 1 / (n + 1);
  const start = range(n).map((i) => i * h * (i * h - 1));
  return sumOfSquares(`Discrete boundary value ${n}`, start, [{ fun: 0 }], (x, add) => {
    for (let i = 0; i < n; i++) {
      const s = x[i]! + (i + 1) * h + 1;
      const first: [number, number][] = [[i, 2 + 1.5 * h * h * s * s]];
      if (i > 0) first.push([i - 1, -1]);
      if (i < n - 1) first.push([i + 1, -1]);
      const value = 2 * x[i]! - (x[i - 1] ?? 0) - (x[i + 1] ?? 0) + (h * h * s ** 3) / 2;
      add(value, first, [[i, i, 3 * h * h * s]]);
    }
  });
}

/**
 * The discrete integral equation, problem 29.
 *
 * @example
 * problems.discreteIntegral(1).value(Float64Array.of(0)); // 0.044494628906…, (27/128)²
 */
export function discreteIntegral(n = 10): SumOfSquares {
  needs("discreteIntegral", n, n >= 1, "a whole number of at least 1");
  const h = 1 / (n + 1);
  const start = range(n).map((i) => i * h * (i * h - 1));
  return sumOfSquares(`Discrete integral equation ${n}`, start, [{ fun: 0 }], (x, add) => {
    for (let i = 0; i < n; i++) {
      const ti = (i + 1) * h;
      let value = x[i]!;
      const first: [number, number][] = [[i, 1]];
      const second: [number, number, number][] = [];
      for (let j = 0; j < n; j++) {
        const tj = (j + 1) * h;
        const weight = (h / 2) * (j <= i ? (1 - ti) * tj : ti * (1 - tj));
        const s = x[j]! + tj + 1;
        value += weight * s ** 3;
        first.push([j, 3 * weight * s * s]);
        second.push([j, j, 6 * weight * s]);
      }
      add(value, first, second);
    }
  });
}

/**
 * Broyden's tridiagonal function, problem 30.
 *
 * @example
 * problems.broydenTridiagonal(10).value(new Float64Array(10).fill(-1)); // 21, 2² + 8 + 3²
 */
export function broydenTridiagonal(n = 10): SumOfSquares {
  needs("broydenTridiagonal", n, n >= 1, "a whole number of at least 1");
  return sumOfSquares(`Broyden tridiagonal ${n}`, filled(n, -1), [{ fun: 0 }], (x, add) => {
    for (let i = 0; i < n; i++) {
      const first: [number, number][] = [[i, 3 - 4 * x[i]!]];
      if (i > 0) first.push([i - 1, -1]);
      if (i < n - 1) first.push([i + 1, -2]);
      const value = (3 - 2 * x[i]!) * x[i]! - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1;
      add(value, first, [[i, i, -4]]);
    }
  });
}

/**
 * Broyden's banded function, problem 31.
 *
 * @example
 * problems.broydenBanded(10).value(new Float64Array(10).fill(-1)); // 360, 10 · 6²
 */
export function broydenBanded(n = 10): SumOfSquares {
  needs("broydenBanded", n, n >= 1, "a whole number of at least 1");
  return sumOfSquares(`Broyden banded ${n}`, filled(n, -1), [{ fun: 0 }], (x, add) => {
    for (let i = 0; i < n; i++) {
      let value = x[i]! * (2 + 5 * x[i]! ** 2) + 1;
      const first: [number, number][] = [[i, 2 + 15 * x[i]! ** 2]];
      const second: [number, number, number][] = [[i, i, 30 * x[i]!]];
      for (let j = Math.max(0, i - 5); j <= Math.min(n - 1, i + 1); j++) {
        if (j === i) continue;
        value -= x[j]! * (1 + x[j]!);
        first.push([j, -1 - 2 * x[j]!]);
        second.push([j, j, -2]);
      }
      add(value, first, second);
    }
  });
}

/**
 * A linear function of full rank, problem 32.
 *
 * @example
 * problems.linearFullRank(10, 20).value(new Float64Array(10).fill(-1)); // 10, m − n
 */
export function linearFullRank(n = 10, m = 20): SumOfSquares {
  needs("linearFullRank", n, n >= 1 && m >= n, `a whole number from 1 to m = ${m}`);
  const minimum = { fun: m - n, x: filled(n, -1) };
  return sumOfSquares(`Linear, full rank ${n}`, filled(n, 1), [minimum], (x, add) => {
    const mean = (2 / m) * x.reduce((sum, xj) => sum + xj, 0);
    const shared: First = range(n).map((j) => [j - 1, -2 / m]);
    for (let i = 0; i < m; i++) {
      if (i < n) add(x[i]! - mean - 1, [...shared, [i, 1]]);
      else add(-mean - 1, shared);
    }
  });
}

/**
 * A linear function of rank 1, problem 33.
 *
 * @example
 * problems.linearRankOne(10, 20).minima[0]?.fun; // 4.634146…, m(m − 1)/(4m + 2)
 */
export function linearRankOne(n = 10, m = 20): SumOfSquares {
  needs("linearRankOne", n, n >= 1 && m >= n, `a whole number from 1 to m = ${m}`);
  const minimum = { fun: (m * (m - 1)) / (2 * (2 * m + 1)) };
  return sumOfSquares(`Linear, rank 1 ${n}`, filled(n, 1), [minimum], (x, add) => {
    const s = x.reduce((sum, xj, j) => sum + (j + 1) * xj, 0);
    for (const i of range(m))
      add(
        i * s - 1,
        range(n).map((j) => [j - 1, i * j]),
      );
  });
}

/**
 * A linear function of rank 1 with columns and rows of zeros, problem 34.
 *
 * @example
 * problems.linearRankOneZero(10, 20).minima[0]?.fun; // 6.135135…, (m² + 3m − 6)/(4m − 6)
 */
export function linearRankOneZero(n = 10, m = 20): SumOfSquares {
  needs("linearRankOneZero", n, n >= 3 && m >= n, `a whole number from 3 to m = ${m}`);
  const minimum = { fun: (m * m + 3 * m - 6) / (2 * (2 * m - 3)) };
  const inner = range(n).slice(1, -1);
  return sumOfSquares(`Linear, rank 1, zero rows ${n}`, filled(n, 1), [minimum], (x, add) => {
    const s = inner.reduce((sum, j) => sum + j * x[j - 1]!, 0);
    add(-1, []);
    for (const i of range(m - 2))
      add(
        i * s - 1,
        inner.map((j) => [j - 1, i * j]),
      );
    add(-1, []);
  });
}

/**
 * Chebyquad: equal weights that integrate Chebyshev's polynomials, problem 35.
 *
 * @example
 * problems.chebyquad(2).value(Float64Array.of(0.2113248654051871, 0.7886751345948129)); // 0
 */
export function chebyquad(n = 8): SumOfSquares {
  needs("chebyquad", n, n >= 1, "a whole number of at least 1");
  const start = range(n).map((j) => j / (n + 1));
  const exact = [1, 2, 3, 4, 5, 6, 7, 9].includes(n);
  const minima = exact ? [{ fun: 0 }] : published(n, { 8: 3.516873725676e-3, 10: 4.772713827e-3 });
  const local = n === 10 ? [{ fun: 6.503954764e-3 }] : [];
  return sumOfSquares(`Chebyquad ${n}`, start, [...minima, ...local], (x, add) => {
    const tables = Array.from(x, (xj) => chebyshev(2 * xj - 1, n));
    for (const i of range(n)) {
      const mean = tables.reduce((sum, table) => sum + table[i]![0], 0) / n;
      const integral = i % 2 === 0 ? -1 / (i * i - 1) : 0;
      add(
        mean - integral,
        tables.map((table, j) => [j, (2 * table[i]![1]) / n]),
        tables.map((table, j) => [j, j, (4 * table[i]![2]) / n]),
      );
    }
  });
}

/** T₀ … Tₙ at y, with first and second derivatives, by the three-term recurrence. */
function chebyshev(y: number, n: number): (readonly [number, number, number])[] {
  const table: (readonly [number, number, number])[] = [
    [1, 0, 0],
    [y, 1, 0],
  ];
  for (let i = 2; i <= n; i++) {
    const [t, d, c] = table[i - 1]!;
    const [t0, d0, c0] = table[i - 2]!;
    table.push([2 * y * t - t0, 2 * t + 2 * y * d - d0, 4 * d + 2 * y * c - c0]);
  }
  return table;
}
