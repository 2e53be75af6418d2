/** External cases with exact answers: Hessians in closed form and their spectra. */
import { describe, expect, it } from "vitest";
import { diagonalOperator } from "../../src/operators/combinations.js";
import { fromMatrix } from "../../src/operators/from-matrix.js";
import { dot } from "../../src/operators/vectors.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";
import { eigenvalues } from "../../src/spectra/eigh.js";
import { lanczos } from "../../src/spectra/lanczos.js";
import { spectralDensity } from "../../src/spectra/spectral-density.js";
import { topEigenpairs } from "../../src/spectra/top-eigenpairs.js";
import { trace } from "../../src/spectra/trace.js";
import { Random } from "../../src/tensor/random.js";

/** XᵀX/N of N standard normal rows of length d. */
function gram(n: number, d: number, seed: number): Float64Array[] {
  const random = new Random(seed);
  const rows = Array.from({ length: d }, () => new Float64Array(d));
  for (let sample = 0; sample < n; sample++) {
    const x = random.normals(d);
    for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) rows[i]![j]! += (x[i]! * x[j]!) / n;
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) rows[j]![i] = rows[i]![j]!;
  return rows;
}

describe("softmax regression at W = 0", () => {
  it("has λᵢ(XᵀX/N)/C, each C − 1 times, and d zeros", async () => {
    const [d, classes] = [12, 5];
    const inputs = gram(40, d, 1);
    // H = (diag p − ppᵀ) ⊗ XᵀX/N with p = 1/C.
    const size = d * classes;
    const hessian = Array.from({ length: size }, (_, a) =>
      Float64Array.from({ length: size }, (_, b) => {
        const [i, c, j, e] = [a % d, Math.floor(a / d), b % d, Math.floor(b / d)];
        return ((c === e ? 1 / classes : 0) - 1 / classes ** 2) * inputs[i]![j]!;
      }),
    );
    const expected = [
      ...new Array<number>(d).fill(0),
      ...[...eigenvalues(inputs)].flatMap((value) =>
        new Array<number>(classes - 1).fill(value / classes),
      ),
    ];
    eigenvalues(hessian).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 14);
    });
    const top = await topEigenpairs(fromMatrix(hessian), { k: 6 });
    top.eigenvalues.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.at(-1 - i)!, 10);
    });
  });
});

describe("the Marchenko–Pastur law, d/N = ¼", () => {
  const [n, d] = [2000, 500];
  const sample = gram(n, d, 7);

  it("puts the edges near 0.25 and 2.25 and the second moment at 1.25", async () => {
    const ends = await topEigenpairs(fromMatrix(sample), { k: 2, which: "BE", rtol: 1e-8 });
    // Fluctuations at the edge are of order N^(−2/3) = 0.6 %, and inwards.
    expect(Math.abs(ends.eigenvalues[0]! - 2.25)).toBeLessThan(0.05);
    expect(Math.abs(ends.eigenvalues[1]! - 0.25)).toBeLessThan(0.02);
    const density = await spectralDensity(fromMatrix(sample), { steps: 40, vectors: 10, seed: 1 });
    const first = density.integrate((x) => x);
    const second = density.integrate((x) => x * x);
    expect(Math.abs(first.value - 1)).toBeLessThan(4 * first.standardError);
    expect(Math.abs(second.value - 1.25)).toBeLessThan(4 * second.standardError);
  });

  it("is the density: the cumulative weights follow its distribution function", async () => {
    const density = await spectralDensity(fromMatrix(sample), { steps: 60, vectors: 20, seed: 2 });
    const law = (x: number) =>
      x <= 0.25 || x >= 2.25 ? 0 : Math.sqrt((2.25 - x) * (x - 0.25)) / (2 * Math.PI * 0.25 * x);
    const steps = 4000;
    for (const edge of [0.4, 0.6, 0.8, 1, 1.3, 1.6, 2]) {
      let mass = 0;
      for (let i = 0; i < steps; i++) {
        const width = (edge - 0.25) / steps;
        mass += law(0.25 + (i + 0.5) * width) * width;
      }
      // A smooth step of width 0.05 in place of a sharp one, whose quadrature error is large.
      const found = density.integrate((x) => 1 / (1 + Math.exp((x - edge) / 0.02)));
      expect(Math.abs(found.value - mass)).toBeLessThan(0.02);
    }
  });
});

describe("distinct eigenvalues", () => {
  it("are the number of steps that Lanczos and CG take", async () => {
    for (const distinct of [2, 3, 5]) {
      const values = Float64Array.from({ length: 40 }, (_, i) => 1 + 3 * (i % distinct));
      const run = await lanczos(diagonalOperator(values), { seed: 1 });
      expect(run.products).toBe(distinct);
      const start = new Random(2).normals(40);
      const { nit, fun } = await minimize(problems.quadratic(values), start, {
        method: "cg",
        lineSearch: "exact",
        gtol: 1e-9,
      });
      expect(nit).toBe(distinct);
      expect(fun).toBeLessThan(1e-18);
    }
  });

  it("clustered at 1 and 5, thirty each, give masses 0.5 ± 0.15 and weights that sum to 1", async () => {
    const random = new Random(3);
    const values = Float64Array.from(
      { length: 60 },
      (_, i) => (i < 30 ? 1 : 5) + 0.01 * random.normal(),
    );
    const density = await spectralDensity(diagonalOperator(values), {
      steps: 20,
      vectors: 10,
      probe: "normal",
    });
    expect(density.weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 13);
    const low = density.integrate((x) => (x < 3 ? 1 : 0));
    expect(Math.abs(low.value - 0.5)).toBeLessThan(0.15);
  });
});

describe("Var(vᵀAv)", () => {
  it("is 2(‖A‖² − Σaᵢᵢ²) for Rademacher and 2‖A‖² for normal probes, over 20,000 of each", () => {
    const rows = gram(30, 20, 5);
    const op = fromMatrix(rows);
    const square = rows.reduce((sum, row) => sum + dot(row, row), 0);
    const diagonalSquare = rows.reduce((sum, row, i) => sum + row[i]! ** 2, 0);
    const random = new Random(6);
    const variance = (draw: () => Float64Array) => {
      const samples = Array.from({ length: 20_000 }, () => {
        const v = draw();
        return dot(v, op.apply(v));
      });
      const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
      return samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1);
    };
    expect(variance(() => random.signs(20)) / (2 * (square - diagonalSquare))).toBeCloseTo(1, 1);
    expect(variance(() => random.normals(20)) / (2 * square)).toBeCloseTo(1, 1);
  });

  it("is 0 for Rademacher probes on a diagonal matrix, whose trace every probe gives", async () => {
    const op = diagonalOperator(new Random(1).normals(200));
    const one = await trace(op, { method: "hutchinson", products: 6, seed: 1 });
    const two = await trace(op, { method: "hutchinson", products: 6, seed: 2 });
    expect(one.value).toBeCloseTo(two.value, 11);
  });
});
