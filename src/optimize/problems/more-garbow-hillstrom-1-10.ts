/**
 * Problems 1–10 of the Moré–Garbow–Hillstrom collection: those of two or three variables.
 *
 * J. J. Moré, B. S. Garbow and K. E. Hillstrom, "Testing unconstrained optimization software", ACM
 * TOMS 7:1, 1981: definitions, data, starts and minima, in the paper's order and numbering.
 */
import { range } from "./sizes.js";
import { sumOfSquares } from "./test-problem.js";

export const rosenbrock = sumOfSquares(
  "Rosenbrock",
  [-1.2, 1],
  [{ fun: 0, x: [1, 1] }],
  ([a = 0, b = 0], add) => {
    add(
      10 * (b - a * a),
      [
        [0, -20 * a],
        [1, 10],
      ],
      [[0, 0, -20]],
    );
    add(1 - a, [[0, -1]]);
  },
);

export const freudensteinRoth = sumOfSquares(
  "Freudenstein and Roth",
  [0.5, -2],
  [
    { fun: 0, x: [5, 4] },
    { fun: 48.98425367924, x: [11.4127789869, -0.8968052532744] },
  ],
  ([a = 0, b = 0], add) => {
    add(
      -13 + a + ((5 - b) * b - 2) * b,
      [
        [0, 1],
        [1, 10 * b - 3 * b * b - 2],
      ],
      [[1, 1, 10 - 6 * b]],
    );
    add(
      -29 + a + ((b + 1) * b - 14) * b,
      [
        [0, 1],
        [1, 3 * b * b + 2 * b - 14],
      ],
      [[1, 1, 6 * b + 2]],
    );
  },
);

export const powellBadlyScaled = sumOfSquares(
  "Powell badly scaled",
  [0, 1],
  [{ fun: 0, x: [1.098159329699e-5, 9.106146739867] }],
  ([a = 0, b = 0], add) => {
    const [ea, eb] = [Math.exp(-a), Math.exp(-b)];
    add(
      1e4 * a * b - 1,
      [
        [0, 1e4 * b],
        [1, 1e4 * a],
      ],
      [[1, 0, 1e4]],
    );
    add(
      ea + eb - 1.0001,
      [
        [0, -ea],
        [1, -eb],
      ],
      [
        [0, 0, ea],
        [1, 1, eb],
      ],
    );
  },
);

export const brownBadlyScaled = sumOfSquares(
  "Brown badly scaled",
  [1, 1],
  [{ fun: 0, x: [1e6, 2e-6] }],
  ([a = 0, b = 0], add) => {
    add(a - 1e6, [[0, 1]]);
    add(b - 2e-6, [[1, 1]]);
    add(
      a * b - 2,
      [
        [0, b],
        [1, a],
      ],
      [[1, 0, 1]],
    );
  },
);

export const beale = sumOfSquares(
  "Beale",
  [1, 1],
  [{ fun: 0, x: [3, 0.5] }],
  ([a = 0, b = 0], add) => {
    [1.5, 2.25, 2.625].forEach((y, k) => {
      const i = k + 1;
      add(
        y - a * (1 - b ** i),
        [
          [0, b ** i - 1],
          [1, a * i * b ** (i - 1)],
        ],
        [
          [1, 0, i * b ** (i - 1)],
          [1, 1, i > 1 ? a * i * (i - 1) * b ** (i - 2) : 0],
        ],
      );
    });
  },
);

export const jennrichSampson = sumOfSquares(
  "Jennrich and Sampson",
  [0.3, 0.4],
  [{ fun: 124.3621823556, x: [0.2578252136705, 0.2578252136701] }],
  ([a = 0, b = 0], add) => {
    for (const i of range(10)) {
      const [ea, eb] = [Math.exp(i * a), Math.exp(i * b)];
      add(
        2 + 2 * i - ea - eb,
        [
          [0, -i * ea],
          [1, -i * eb],
        ],
        [
          [0, 0, -i * i * ea],
          [1, 1, -i * i * eb],
        ],
      );
    }
  },
);

export const helicalValley = sumOfSquares(
  "Helical valley",
  [-1, 0, 0],
  [{ fun: 0, x: [1, 0, 0] }],
  ([a = 0, b = 0, c = 0], add) => {
    const square = a * a + b * b;
    const radius = Math.sqrt(square);
    const turn = Math.atan(b / a) / (2 * Math.PI) + (a < 0 ? 0.5 : 0);
    const t = 50 / Math.PI / square;
    add(
      10 * (c - 10 * turn),
      [
        [0, t * b],
        [1, -t * a],
        [2, 10],
      ],
      [
        [0, 0, (-2 * t * a * b) / square],
        [1, 0, (t * (a * a - b * b)) / square],
        [1, 1, (2 * t * a * b) / square],
      ],
    );
    const r3 = radius ** 3;
    add(
      10 * (radius - 1),
      [
        [0, (10 * a) / radius],
        [1, (10 * b) / radius],
      ],
      [
        [0, 0, (10 * b * b) / r3],
        [1, 0, (-10 * a * b) / r3],
        [1, 1, (10 * a * a) / r3],
      ],
    );
    add(c, [[2, 1]]);
  },
);

const bardY = [
  0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39,
];

export const bard = sumOfSquares(
  "Bard",
  [1, 1, 1],
  [
    { fun: 8.214877306579e-3, x: [0.08241055975, 1.133036092, 2.343695179] },
    { fun: 17.4286933366 },
  ],
  ([a = 0, b = 0, c = 0], add) => {
    bardY.forEach((y, k) => {
      const u = k + 1;
      const v = 16 - u;
      const w = Math.min(u, v);
      const d = v * b + w * c;
      const [d2, d3] = [u / d ** 2, u / d ** 3];
      add(
        y - (a + u / d),
        [
          [0, -1],
          [1, v * d2],
          [2, w * d2],
        ],
        [
          [1, 1, -2 * v * v * d3],
          [2, 1, -2 * v * w * d3],
          [2, 2, -2 * w * w * d3],
        ],
      );
    });
  },
);

const gaussianHalf = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521];
const gaussianY = [...gaussianHalf, 0.3989, ...[...gaussianHalf].reverse()];

export const gaussian = sumOfSquares(
  "Gaussian",
  [0.4, 1, 0],
  [{ fun: 1.127932769619e-8, x: [0.3989561378387, 1.0000190844878, 0] }],
  ([a = 0, b = 0, c = 0], add) => {
    gaussianY.forEach((y, k) => {
      const s = (7 - k) / 2 - c;
      const e = Math.exp((-b * s * s) / 2);
      const ae = a * e;
      add(
        ae - y,
        [
          [0, e],
          [1, (-ae * s * s) / 2],
          [2, ae * b * s],
        ],
        [
          [1, 0, (-e * s * s) / 2],
          [2, 0, e * b * s],
          [1, 1, (ae * s ** 4) / 4],
          [2, 1, ae * s - (ae * b * s ** 3) / 2],
          [2, 2, ae * b * (b * s * s - 1)],
        ],
      );
    });
  },
);

const meyerY = [
  34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307,
  2872,
];

export const meyer = sumOfSquares(
  "Meyer",
  [0.02, 4000, 250],
  [{ fun: 87.94585517018, x: [0.005609636471, 6181.346346, 345.2236346] }],
  ([a = 0, b = 0, c = 0], add) => {
    meyerY.forEach((y, k) => {
      const d = 50 + 5 * k + c;
      const e = Math.exp(b / d);
      const ae = a * e;
      add(
        ae - y,
        [
          [0, e],
          [1, ae / d],
          [2, (-ae * b) / d ** 2],
        ],
        [
          [1, 0, e / d],
          [2, 0, (-e * b) / d ** 2],
          [1, 1, ae / d ** 2],
          [2, 1, -ae / d ** 2 - (ae * b) / d ** 3],
          [2, 2, (ae * b * (b + 2 * d)) / d ** 4],
        ],
      );
    });
  },
);
