/**
 * Problems 11–19 of the Moré–Garbow–Hillstrom collection: those of three to eleven variables.
 *
 * J. J. Moré, B. S. Garbow and K. E. Hillstrom, "Testing unconstrained optimization software", ACM
 * TOMS 7:1, 1981: definitions, data, starts and minima, in the paper's order and numbering.
 */
import { range } from "./sizes.js";
import { sumOfSquares } from "./test-problem.js";

export const gulf = sumOfSquares(
  "Gulf research and development",
  [5, 2.5, 0.15],
  [{ fun: 0, x: [50, 25, 1.5] }],
  ([a = 0, b = 0, c = 0], add) => {
    for (const i of range(99)) {
      const t = i / 100;
      const signed = 25 + (-50 * Math.log(t)) ** (2 / 3) - b;
      const s = Math.abs(signed);
      const [log, p] = [Math.log(s), s ** c / a];
      const e = Math.exp(-p);
      // p = sᶜ/a: its derivatives by a, b and c, where ∂s/∂b = −sign(signed).
      const side = -Math.sign(signed);
      const [pa, pb, pc] = [-p / a, (side * c * p) / s, p * log];
      const paa = (2 * p) / a ** 2;
      const pba = -pb / a;
      const pca = -pc / a;
      const pbb = (c * (c - 1) * p) / s ** 2;
      const pcb = (side * p * (1 + c * log)) / s;
      const pcc = pc * log;
      add(
        e - t,
        [
          [0, -e * pa],
          [1, -e * pb],
          [2, -e * pc],
        ],
        [
          [0, 0, e * (pa * pa - paa)],
          [1, 0, e * (pa * pb - pba)],
          [1, 1, e * (pb * pb - pbb)],
          [2, 0, e * (pa * pc - pca)],
          [2, 1, e * (pb * pc - pcb)],
          [2, 2, e * (pc * pc - pcc)],
        ],
      );
    }
  },
);

export const box = sumOfSquares(
  "Box three-dimensional",
  [0, 10, 20],
  [{ fun: 0, x: [1, 10, 1] }],
  ([a = 0, b = 0, c = 0], add) => {
    for (const i of range(10)) {
      const t = 0.1 * i;
      const [ea, eb] = [Math.exp(-t * a), Math.exp(-t * b)];
      const difference = Math.exp(-t) - Math.exp(-10 * t);
      add(
        ea - eb - c * difference,
        [
          [0, -t * ea],
          [1, t * eb],
          [2, -difference],
        ],
        [
          [0, 0, t * t * ea],
          [1, 1, -t * t * eb],
        ],
      );
    }
  },
);

export const powellSingular = sumOfSquares(
  "Powell singular",
  [3, -1, 0, 1],
  [{ fun: 0, x: [0, 0, 0, 0] }],
  ([a = 0, b = 0, c = 0, d = 0], add) => {
    const root5 = Math.sqrt(5);
    const root10 = Math.sqrt(10);
    add(a + 10 * b, [
      [0, 1],
      [1, 10],
    ]);
    add(root5 * (c - d), [
      [2, root5],
      [3, -root5],
    ]);
    const u = b - 2 * c;
    add(
      u * u,
      [
        [1, 2 * u],
        [2, -4 * u],
      ],
      [
        [1, 1, 2],
        [2, 1, -4],
        [2, 2, 8],
      ],
    );
    const v = a - d;
    const s = 2 * root10;
    add(
      root10 * v * v,
      [
        [0, s * v],
        [3, -s * v],
      ],
      [
        [0, 0, s],
        [3, 0, -s],
        [3, 3, s],
      ],
    );
  },
);

export const wood = sumOfSquares(
  "Wood",
  [-3, -1, -3, -1],
  [{ fun: 0, x: [1, 1, 1, 1] }],
  ([a = 0, b = 0, c = 0, d = 0], add) => {
    const root90 = Math.sqrt(90);
    const root10 = Math.sqrt(10);
    add(
      10 * (b - a * a),
      [
        [0, -20 * a],
        [1, 10],
      ],
      [[0, 0, -20]],
    );
    add(1 - a, [[0, -1]]);
    add(
      root90 * (d - c * c),
      [
        [2, -2 * root90 * c],
        [3, root90],
      ],
      [[2, 2, -2 * root90]],
    );
    add(1 - c, [[2, -1]]);
    add(root10 * (b + d - 2), [
      [1, root10],
      [3, root10],
    ]);
    add((b - d) / root10, [
      [1, 1 / root10],
      [3, -1 / root10],
    ]);
  },
);

const kowalikOsborneData = [
  [0.1957, 4],
  [0.1947, 2],
  [0.1735, 1],
  [0.16, 0.5],
  [0.0844, 0.25],
  [0.0627, 0.167],
  [0.0456, 0.125],
  [0.0342, 0.1],
  [0.0323, 0.0833],
  [0.0235, 0.0714],
  [0.0246, 0.0625],
] as const;

export const kowalikOsborne = sumOfSquares(
  "Kowalik and Osborne",
  [0.25, 0.39, 0.415, 0.39],
  [
    { fun: 3.075056038492e-4, x: [0.1928069346, 0.1912823287, 0.123056507, 0.1360623307] },
    { fun: 1.02734e-3 },
  ],
  ([a = 0, b = 0, c = 0, d = 0], add) => {
    for (const [y, u] of kowalikOsborneData) {
      const top = u * u + u * b;
      const q = u * u + u * c + d;
      const value = (a * top) / q;
      add(
        y - value,
        [
          [0, -top / q],
          [1, (-a * u) / q],
          [2, (value * u) / q],
          [3, value / q],
        ],
        [
          [1, 0, -u / q],
          [2, 0, (top * u) / q ** 2],
          [3, 0, top / q ** 2],
          [2, 1, (a * u * u) / q ** 2],
          [3, 1, (a * u) / q ** 2],
          [2, 2, (-2 * value * u * u) / q ** 2],
          [3, 2, (-2 * value * u) / q ** 2],
          [3, 3, (-2 * value) / q ** 2],
        ],
      );
    }
  },
);

export const brownDennis = sumOfSquares(
  "Brown and Dennis",
  [25, 5, -5, -1],
  [
    {
      fun: 85822.20162636,
      x: [-11.594439904762, 13.203630051207, -0.4034394881769, 0.2367787744557],
    },
  ],
  ([a = 0, b = 0, c = 0, d = 0], add) => {
    for (const i of range(20)) {
      const t = i / 5;
      const s = Math.sin(t);
      const p = a + t * b - Math.exp(t);
      const q = c + d * s - Math.cos(t);
      add(
        p * p + q * q,
        [
          [0, 2 * p],
          [1, 2 * p * t],
          [2, 2 * q],
          [3, 2 * q * s],
        ],
        [
          [0, 0, 2],
          [1, 0, 2 * t],
          [1, 1, 2 * t * t],
          [2, 2, 2],
          [3, 2, 2 * s],
          [3, 3, 2 * s * s],
        ],
      );
    }
  },
);

const osborne1Y = [
  0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658,
  0.628, 0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431,
  0.424, 0.42, 0.414, 0.411, 0.406,
];

export const osborne1 = sumOfSquares(
  "Osborne 1",
  [0.5, 1.5, -1, 0.01, 0.02],
  [
    {
      fun: 5.464894697483e-5,
      x: [0.3754100521, 1.935846913, -1.464687137, 0.01286753464, 0.02212269966],
    },
  ],
  ([a = 0, b = 0, c = 0, d = 0, e = 0], add) => {
    osborne1Y.forEach((y, k) => {
      const t = 10 * k;
      const [ed, ee] = [Math.exp(-t * d), Math.exp(-t * e)];
      add(
        y - (a + b * ed + c * ee),
        [
          [0, -1],
          [1, -ed],
          [2, -ee],
          [3, t * b * ed],
          [4, t * c * ee],
        ],
        [
          [3, 1, t * ed],
          [4, 2, t * ee],
          [3, 3, -t * t * b * ed],
          [4, 4, -t * t * c * ee],
        ],
      );
    });
  },
);

export const biggs = sumOfSquares(
  "Biggs EXP6",
  [1, 2, 1, 1, 1, 1],
  [{ fun: 0, x: [1, 10, 1, 5, 4, 3] }, { fun: 5.655649925499e-3 }],
  ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], add) => {
    for (const i of range(13)) {
      const t = 0.1 * i;
      const y = Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t);
      const [ea, eb, ee] = [Math.exp(-t * a), Math.exp(-t * b), Math.exp(-t * e)];
      add(
        c * ea - d * eb + f * ee - y,
        [
          [0, -t * c * ea],
          [1, t * d * eb],
          [2, ea],
          [3, -eb],
          [4, -t * f * ee],
          [5, ee],
        ],
        [
          [0, 0, t * t * c * ea],
          [2, 0, -t * ea],
          [1, 1, -t * t * d * eb],
          [3, 1, t * eb],
          [4, 4, t * t * f * ee],
          [5, 4, -t * ee],
        ],
      );
    }
  },
);

const osborne2Y = [
  1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655,
  0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558,
  0.533, 0.495, 0.5, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562,
  0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.71,
  0.729, 0.72, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
];

export const osborne2 = sumOfSquares(
  "Osborne 2",
  [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
  [{ fun: 4.013773629355e-2 }],
  (x, add) => {
    osborne2Y.forEach((y, k) => {
      const t = k / 10;
      const decay = Math.exp(-t * x[4]!);
      const first: [number, number][] = [
        [0, -decay],
        [4, t * x[0]! * decay],
      ];
      const second: [number, number, number][] = [
        [4, 0, t * decay],
        [4, 4, -t * t * x[0]! * decay],
      ];
      let model = x[0]! * decay;
      // Three bumps: height x[j], sharpness x[j + 4], centre x[j + 7].
      for (const j of [1, 2, 3]) {
        const [h, w] = [x[j]!, x[j + 4]!];
        const s = t - x[j + 7]!;
        const e = Math.exp(-s * s * w);
        model += h * e;
        first.push([j, -e], [j + 4, h * s * s * e], [j + 7, -2 * h * s * w * e]);
        second.push(
          [j + 4, j, s * s * e],
          [j + 7, j, -2 * s * w * e],
          [j + 4, j + 4, -h * s ** 4 * e],
          [j + 7, j + 4, 2 * h * s * e * (s * s * w - 1)],
          [j + 7, j + 7, 2 * h * w * e * (1 - 2 * s * s * w)],
        );
      }
      add(y - model, first, second);
    });
  },
);
