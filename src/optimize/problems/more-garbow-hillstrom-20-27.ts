/**
 * Problems 20–27 of the Moré–Garbow–Hillstrom collection, of any number of variables.
 *
 * Each is a function of the size n, with the size that the collection's papers use as default.
 * Moré, Garbow and Hillstrom, ACM TOMS 7:1, 1981.
 */
import { filled, needs, published, range } from "./sizes.js";
import { type SumOfSquares, sumOfSquares } from "./test-problem.js";

/**
 * Watson's function, problem 20.
 *
 * @example
 * problems.watson().value(new Float64Array(6)); // 30
 */
export function watson(n = 6): SumOfSquares {
  needs("watson", n, n >= 2 && n <= 31, "a whole number from 2 to 31");
  const minima = published(n, { 6: 2.287670053552e-3, 9: 1.399760138127e-6, 12: 4.72238109e-10 });
  return sumOfSquares(`Watson ${n}`, filled(n, 0), minima, (x, add) => {
    for (const i of range(29)) {
      const t = i / 29;
      const powers = Array.from({ length: n }, (_, j) => t ** j);
      let slope = 0;
      let sum = 0;
      for (let j = 0; j < n; j++) {
        if (j > 0) slope += j * x[j]! * powers[j - 1]!;
        sum += x[j]! * powers[j]!;
      }
      add(
        slope - sum * sum - 1,
        powers.map((p, j) => [j, (j > 0 ? j * powers[j - 1]! : 0) - 2 * sum * p]),
        powers.flatMap((p, j) => powers.slice(0, j + 1).map((q, k) => [j, k, -2 * p * q] as const)),
      );
    }
    add(x[0]!, [[0, 1]]);
    add(
      x[1]! - x[0]! ** 2 - 1,
      [
        [0, -2 * x[0]!],
        [1, 1],
      ],
      [[0, 0, -2]],
    );
  });
}

/**
 * Rosenbrock's function in n/2 pairs of variables, problem 21.
 *
 * @example
 * const { value, start } = problems.extendedRosenbrock(10);
 * value(start); // 121, 5 · 24.2
 */
export function extendedRosenbrock(n = 10): SumOfSquares {
  needs("extendedRosenbrock", n, n >= 2 && n % 2 === 0, "an even number");
  const start = filled(n, 0).map((_, j) => (j % 2 === 0 ? -1.2 : 1));
  return sumOfSquares(
    `Extended Rosenbrock ${n}`,
    start,
    [{ fun: 0, x: filled(n, 1) }],
    (x, add) => {
      for (let j = 0; j < n; j += 2) {
        const [a, b] = [x[j]!, x[j + 1]!];
        add(
          10 * (b - a * a),
          [
            [j, -20 * a],
            [j + 1, 10],
          ],
          [[j, j, -20]],
        );
        add(1 - a, [[j, -1]]);
      }
    },
  );
}

/**
 * Powell's singular function in n/4 blocks, problem 22.
 *
 * @example
 * const { value, start } = problems.extendedPowellSingular(12);
 * value(start); // 645, 3 · 215
 */
export function extendedPowellSingular(n = 12): SumOfSquares {
  needs("extendedPowellSingular", n, n >= 4 && n % 4 === 0, "a multiple of 4");
  const start = filled(n, 0).map((_, j) => [3, -1, 0, 1][j % 4]!);
  const [r5, r10] = [Math.sqrt(5), Math.sqrt(10)];
  return sumOfSquares(
    `Extended Powell singular ${n}`,
    start,
    [{ fun: 0, x: filled(n, 0) }],
    (x, add) => {
      for (let j = 0; j < n; j += 4) {
        const [a, b, c, d] = [x[j]!, x[j + 1]!, x[j + 2]!, x[j + 3]!];
        add(a + 10 * b, [
          [j, 1],
          [j + 1, 10],
        ]);
        add(r5 * (c - d), [
          [j + 2, r5],
          [j + 3, -r5],
        ]);
        const u = b - 2 * c;
        add(
          u * u,
          [
            [j + 1, 2 * u],
            [j + 2, -4 * u],
          ],
          [
            [j + 1, j + 1, 2],
            [j + 2, j + 1, -4],
            [j + 2, j + 2, 8],
          ],
        );
        const [v, s] = [a - d, 2 * r10];
        add(
          r10 * v * v,
          [
            [j, s * v],
            [j + 3, -s * v],
          ],
          [
            [j, j, s],
            [j + 3, j, -s],
            [j + 3, j + 3, s],
          ],
        );
      }
    },
  );
}

/**
 * The first penalty function, problem 23.
 *
 * @example
 * problems.penalty1(4).value(Float64Array.of(1, 2, 3, 4)); // 885.06264, 29.75² + 14e-5
 */
export function penalty1(n = 4): SumOfSquares {
  needs("penalty1", n, n >= 1, "a whole number of at least 1");
  const weight = Math.sqrt(1e-5);
  const minima = published(n, { 4: 2.249977500674e-5, 10: 7.08765146709e-5 });
  return sumOfSquares(`Penalty I ${n}`, range(n), minima, (x, add) => {
    let squares = 0;
    x.forEach((xj, j) => {
      squares += xj * xj;
      add(weight * (xj - 1), [[j, weight]]);
    });
    add(
      squares - 0.25,
      Array.from(x, (xj, j) => [j, 2 * xj]),
      Array.from(x, (_, j) => [j, j, 2]),
    );
  });
}

/**
 * The second penalty function, problem 24.
 *
 * @example
 * problems.penalty2(4).minima[0]?.fun; // 9.37629e-6…
 */
export function penalty2(n = 4): SumOfSquares {
  needs("penalty2", n, n >= 1, "a whole number of at least 1");
  const weight = Math.sqrt(1e-5);
  const minima = published(n, { 4: 9.376293088e-6, 10: 2.936605374e-4 });
  return sumOfSquares(`Penalty II ${n}`, filled(n, 0.5), minima, (x, add) => {
    const e = Array.from(x, (xj) => weight * Math.exp(xj / 10));
    add(x[0]! - 0.2, [[0, 1]]);
    for (let j = 1; j < n; j++) {
      const y = Math.exp((j + 1) / 10) + Math.exp(j / 10);
      add(
        e[j]! + e[j - 1]! - weight * y,
        [
          [j, e[j]! / 10],
          [j - 1, e[j - 1]! / 10],
        ],
        [
          [j, j, e[j]! / 100],
          [j - 1, j - 1, e[j - 1]! / 100],
        ],
      );
    }
    for (let j = 1; j < n; j++) {
      add(e[j]! - weight * Math.exp(-0.1), [[j, e[j]! / 10]], [[j, j, e[j]! / 100]]);
    }
    add(
      x.reduce((sum, xj, j) => sum + (n - j) * xj * xj, -1),
      Array.from(x, (xj, j) => [j, 2 * (n - j) * xj]),
      Array.from(x, (_, j) => [j, j, 2 * (n - j)]),
    );
  });
}

/**
 * The variably dimensioned function, problem 25.
 *
 * @example
 * problems.variablyDimensioned(10).value(new Float64Array(10).fill(1)); // 0
 */
export function variablyDimensioned(n = 10): SumOfSquares {
  needs("variablyDimensioned", n, n >= 1, "a whole number of at least 1");
  const start = range(n).map((j) => 1 - j / n);
  const minimum = { fun: 0, x: filled(n, 1) };
  return sumOfSquares(`Variably dimensioned ${n}`, start, [minimum], (x, add) => {
    x.forEach((xj, j) => {
      add(xj - 1, [[j, 1]]);
    });
    const s = x.reduce((sum, xj, j) => sum + (j + 1) * (xj - 1), 0);
    add(
      s,
      range(n).map((j) => [j - 1, j]),
    );
    add(
      s * s,
      range(n).map((j) => [j - 1, 2 * s * j]),
      range(n).flatMap((j) => range(j).map((k) => [j - 1, k - 1, 2 * j * k] as const)),
    );
  });
}

/**
 * The trigonometric function, problem 26.
 *
 * @example
 * problems.trigonometric(10).value(new Float64Array(10)); // 0
 */
export function trigonometric(n = 10): SumOfSquares {
  needs("trigonometric", n, n >= 1, "a whole number of at least 1");
  const minima = [{ fun: 0 }, ...published(n, { 10: 2.795061e-5 })];
  return sumOfSquares(`Trigonometric ${n}`, filled(n, 1 / n), minima, (x, add) => {
    const cosines = x.map(Math.cos);
    const sines = x.map(Math.sin);
    const total = cosines.reduce((sum, c) => sum + c, 0);
    x.forEach((_, i) => {
      const [c, s] = [cosines[i]!, sines[i]!];
      add(
        n - total + (i + 1) * (1 - c) - s,
        [...Array.from(sines, (sj, j) => [j, sj] as const), [i, (i + 1) * s - c]],
        [...Array.from(cosines, (cj, j) => [j, j, cj] as const), [i, i, (i + 1) * c + s]],
      );
    });
  });
}

/**
 * Brown's almost linear function, problem 27.
 *
 * @example
 * problems.brownAlmostLinear(10).value(new Float64Array(10).fill(1)); // 0
 */
export function brownAlmostLinear(n = 10): SumOfSquares {
  needs("brownAlmostLinear", n, n >= 1, "a whole number of at least 1");
  const minima = [{ fun: 0, x: filled(n, 1) }, { fun: 1 }];
  return sumOfSquares(`Brown almost-linear ${n}`, filled(n, 0.5), minima, (x, add) => {
    const total = x.reduce((sum, xj) => sum + xj, 0);
    const productWithout = (...skipped: number[]) =>
      x.reduce((product, xj, j) => (skipped.includes(j) ? product : product * xj), 1);
    for (let i = 0; i < n - 1; i++) {
      add(x[i]! + total - (n + 1), [...range(n).map((j) => [j - 1, 1] as const), [i, 1]]);
    }
    add(
      productWithout() - 1,
      Array.from(x, (_, j) => [j, productWithout(j)]),
      Array.from(x, (_, j) =>
        range(j).map((k) => [j, k - 1, productWithout(j, k - 1)] as const),
      ).flat(),
    );
  });
}
