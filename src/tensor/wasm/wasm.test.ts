/**
 * Every replaced kernel against the cpu backend, and each adjoint against its forward pass:
 * ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ needs no second implementation to trust.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../random.js";
import { prepareWasm } from "./register.js";

const random = new Random(11);

interface Host {
  readonly shape: number[];
  readonly values: Float32Array;
}

function host(...shape: number[]): Host {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Runs a kernel on a backend and brings its result home, leaking nothing. */
async function run(
  backend: "cpu" | "wasm",
  kernel: string,
  inputs: { [name: string]: Host },
  attrs: tf.NamedAttrMap = {},
): Promise<Host> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const buffers = tf.engine().backend.numDataIds();
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]),
  );
  const out = tf.engine().runKernel(kernel, tensors, attrs) as tf.Tensor;
  const result = { shape: [...out.shape], values: (await out.data()) as Float32Array };
  tf.dispose([tensors, out]);
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.engine().backend.numDataIds()).toBe(buffers);
  return result;
}

function inner(a: Host, b: Host): number {
  return a.values.reduce((sum, x, i) => sum + x * b.values[i]!, 0);
}

function norm(a: Host): number {
  return Math.sqrt(inner(a, a));
}

function expectClose(found: Host, right: Host): void {
  expect(found.shape).toEqual(right.shape);
  const difference = { ...found, values: found.values.map((x, i) => x - right.values[i]!) };
  expect(norm(difference)).toBeLessThanOrEqual(2e-6 * norm(right) + 1e-7);
}

beforeAll(() => {
  prepareWasm();
});

const convolutions = [
  { x: [2, 7, 5, 3], w: [3, 3, 3, 4], strides: 1, pad: "same" },
  { x: [3, 8, 8, 1], w: [5, 5, 1, 2], strides: 1, pad: "valid" },
  { x: [2, 9, 6, 2], w: [3, 2, 2, 5], strides: 2, pad: "same" },
  { x: [1, 10, 7, 2], w: [2, 3, 2, 3], strides: [3, 2], pad: "valid" },
  { x: [2, 6, 5, 8], w: [3, 3, 8, 16], strides: 1, pad: "same" },
  { x: [2, 5, 5, 2], w: [1, 1, 2, 3], strides: 1, pad: 0 },
  { x: [2, 6, 7, 2], w: [3, 3, 2, 2], strides: 2, pad: 1 },
  { x: [1, 1, 4, 2], w: [1, 4, 2, 2], strides: 1, pad: "valid" },
  {
    x: [1, 6, 6, 1],
    w: [2, 2, 1, 1],
    strides: 1,
    pad: [
      [0, 0],
      [2, 0],
      [1, 2],
      [0, 0],
    ],
  },
] as const;

describe("convolution", () => {
  for (const { x, w, strides, pad } of convolutions) {
    const label = `${x} * ${w}, strides ${strides}, pad ${pad}`;
    const attrs = { strides, pad, dataFormat: "NHWC", dilations: 1 } as unknown as tf.NamedAttrMap;

    test(`the filter gradient of ${label}`, async () => {
      const image = host(...x);
      const y = await run("cpu", "Conv2D", { x: image, filter: host(...w) }, attrs);
      const dy = host(...y.shape);
      const filterShape = { ...attrs, filterShape: [...w] };
      const right = await run("cpu", "Conv2DBackpropFilter", { x: image, dy }, filterShape);
      expectClose(await run("wasm", "Conv2DBackpropFilter", { x: image, dy }, filterShape), right);
    });

    test(`the input gradient of ${label}`, async () => {
      const filter = host(...w);
      const y = await run("cpu", "Conv2D", { x: host(...x), filter }, attrs);
      const dy = host(...y.shape);
      const inputShape = { ...attrs, inputShape: [...x] };
      const right = await run("cpu", "Conv2DBackpropInput", { dy, filter }, inputShape);
      expectClose(await run("wasm", "Conv2DBackpropInput", { dy, filter }, inputShape), right);
    });
  }

  for (const dilations of [2, [1, 3], [3, 2]] as const) {
    test(`both gradients are adjoints of the forward pass at dilation ${dilations}`, async () => {
      for (const pad of ["same", "valid"]) {
        const x = host(2, 11, 9, 3);
        const filter = host(3, 2, 3, 4);
        const attrs = { strides: 1, pad, dataFormat: "NHWC", dilations } as tf.NamedAttrMap;
        const y = await run("cpu", "Conv2D", { x, filter }, attrs);
        const dy = host(...y.shape);
        const filterShape = { ...attrs, filterShape: filter.shape };
        const inputShape = { ...attrs, inputShape: x.shape };
        const dw = await run("wasm", "Conv2DBackpropFilter", { x, dy }, filterShape);
        const dx = await run("wasm", "Conv2DBackpropInput", { dy, filter }, inputShape);
        const scale = norm(y) * norm(dy);
        expect(Math.abs(inner(dw, filter) - inner(y, dy))).toBeLessThan(1e-6 * scale);
        expect(Math.abs(inner(dx, x) - inner(y, dy))).toBeLessThan(1e-6 * scale);
      }
    });
  }

  test("a channels-first image is refused by name", async () => {
    const attrs = { strides: 1, pad: "same", dataFormat: "NCHW", inputShape: [1, 2, 4, 4] };
    await expect(
      run("wasm", "Conv2DBackpropInput", { dy: host(1, 2, 4, 4), filter: host(3, 3, 2, 2) }, attrs),
    ).rejects.toThrow("Conv2DBackpropInput: the wasm backend takes dataFormat NHWC");
  });
});

const pools = [
  { x: [2, 6, 6, 3], filterSize: 2, strides: 2, pad: "valid" },
  { x: [2, 7, 5, 2], filterSize: 3, strides: 2, pad: "same" },
  { x: [1, 5, 5, 4], filterSize: [3, 2], strides: 1, pad: "same" },
  { x: [2, 9, 8, 1], filterSize: 3, strides: 3, pad: "valid" },
  { x: [2, 7, 7, 8], filterSize: 2, strides: 2, pad: "same" },
  { x: [3, 7, 8, 13], filterSize: 2, strides: 3, pad: "valid" },
  { x: [1, 6, 6, 2], filterSize: 3, strides: 2, pad: 1 },
] as const;

describe("pooling", () => {
  for (const { x, ...attributes } of pools) {
    const attrs = attributes as unknown as tf.NamedAttrMap;
    const label = `${x} under ${JSON.stringify(attributes)}`;

    test(`the max-pool gradient of ${label}`, async () => {
      const input = host(...x);
      const output = await run("cpu", "MaxPool", { x: input }, attrs);
      const dy = host(...output.shape);
      const right = await run("cpu", "MaxPoolGrad", { dy, input, output }, attrs);
      const put = await run("wasm", "MaxPoolGrad", { dy, input, output }, attrs);
      expectClose(put, right);
      const v = host(...x);
      const taken = await run("wasm", "CurvlabMaxPoolTake", { x: v, input, output }, attrs);
      expect(Math.abs(inner(taken, dy) - inner(v, put))).toBeLessThan(1e-6 * norm(v) * norm(put));
    });

    test(`the average-pool gradient is the adjoint of the forward pass: ${label}`, async () => {
      const input = host(...x);
      const output = await run("wasm", "AvgPool", { x: input }, attrs);
      const dy = host(...output.shape);
      const dx = await run("wasm", "AvgPoolGrad", { dy, input }, attrs);
      const gap = Math.abs(inner(dx, input) - inner(output, dy));
      expect(gap).toBeLessThan(1e-6 * norm(output) * norm(dy));
    });
  }

  test("a window whose maximum is negative passes its gradient on", async () => {
    const input = { shape: [1, 2, 2, 1], values: Float32Array.of(-3, -1, -2, -4) };
    const output = { shape: [1, 1, 1, 1], values: Float32Array.of(-1) };
    const dy = { shape: [1, 1, 1, 1], values: Float32Array.of(5) };
    const attrs = { filterSize: 2, strides: 2, pad: "valid" };
    const dx = await run("wasm", "MaxPoolGrad", { dy, input, output }, attrs);
    expect([...dx.values]).toEqual([0, 5, 0, 0]);
  });
});

describe("products and elements", () => {
  for (const [transposeA, transposeB] of [
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    test(`matMul with transposeA ${transposeA}, transposeB ${transposeB}`, async () => {
      for (const batch of [[], [1], [3], [2, 2]]) {
        const a = transposeA ? host(...batch, 37, 7) : host(...batch, 7, 37);
        const b = transposeB ? host(...batch, 41, 37) : host(...batch, 37, 41);
        const attrs = { transposeA, transposeB };
        const right = await run("cpu", "BatchMatMul", { a, b }, attrs);
        expectClose(await run("wasm", "BatchMatMul", { a, b }, attrs), right);
      }
    });
  }

  test.each(["matMul", "fused.matMul"])("%s by one tensor under several shapes", async (name) => {
    const [w, left] = [host(3, 4), host(24)];
    const products = (): number[][] => {
      const b = tf.tensor(w.values, w.shape);
      const shapes = [w.shape, [1, 12], [12, 1], [4, 3], [2, 6], w.shape] as [number, number][];
      return shapes.map((shape) => {
        const a = tf.tensor(left.values.slice(0, 2 * shape[0]), [2, shape[0]]);
        const right = tf.reshape<tf.Rank.R2>(b, shape);
        const product = name === "matMul" ? tf.matMul(a, right) : tf.fused.matMul({ a, b: right });
        return [...product.dataSync()];
      });
    };
    const found: Record<string, number[][]> = {};
    for (const backend of ["cpu", "wasm"]) {
      await tf.setBackend(backend);
      const stored = tf.engine().backend.numDataIds();
      tf.tidy(() => {
        found[backend] = products();
      });
      expect(tf.engine().backend.numDataIds()).toBe(stored);
    }
    found.cpu!.flat().forEach((x, i) => {
      expect(found.wasm!.flat()[i]).toBeCloseTo(x, 5);
    });
  });

  test("Sum over any axes, kept or not", async () => {
    const x = host(3, 4, 5, 9);
    for (const axis of [[0], [3], [1, 2], [0, 1, 2], [2, 3], [0, 2], [0, 1, 2, 3], undefined]) {
      for (const keepDims of [false, true]) {
        const attrs = { keepDims, ...(axis === undefined ? {} : { axis }) };
        expectClose(await run("wasm", "Sum", { x }, attrs), await run("cpu", "Sum", { x }, attrs));
      }
    }
  });

  test("a long sum keeps its last digits", async () => {
    const values = new Float32Array(300_000).fill(0.1);
    const total = await run("wasm", "Sum", { x: { shape: [300_000], values } }, { axis: [0] });
    expect(total.values[0]).toBe(Math.fround(300_000 * Math.fround(0.1)));
  });

  const pairs = [
    [[2, 3, 4, 5], [5]],
    [[6], [2, 3, 6]],
    [
      [4, 3],
      [4, 1],
    ],
    [[], [2, 3]],
    [[2, 3], []],
    [
      [3, 1, 4],
      [1, 5, 1],
    ],
    [
      [2, 1, 3, 1],
      [4, 3, 2],
    ],
    [[1, 1], [1]],
    [[0, 3], [3]],
  ];
  for (const kernel of ["Add", "Sub", "Multiply", "RealDiv"]) {
    test(`${kernel} broadcasts`, async () => {
      for (const [left, right] of pairs) {
        const a = host(...left!);
        const b = host(...right!);
        expectClose(await run("wasm", kernel, { a, b }), await run("cpu", kernel, { a, b }));
      }
    });
  }

  test("tanh to two units in float32's last place, from the smallest to the largest", async () => {
    const points = [0, -0, 1e-30, 1e-5, 1e-4, 0.01, 0.3, 0.7, 1, 2, 5, 9, 15, 50, 1e30, Infinity];
    const values = Float32Array.from([...points, ...points.map((x) => -x), ...host(500).values]);
    const found = await run("wasm", "Tanh", { x: { shape: [values.length], values } });
    for (const [i, x] of values.entries()) {
      const right = Math.tanh(x);
      expect(Math.abs(found.values[i]! - right)).toBeLessThanOrEqual(2 ** -22 * Math.abs(right));
    }
    const nothing = await run("wasm", "Tanh", { x: { shape: [1], values: Float32Array.of(NaN) } });
    expect(nothing.values[0]).toBeNaN();
  });
});

test("a rejection elsewhere in the process is not rethrown by the backend", async () => {
  await tf.setBackend("wasm");
  const own = (event: "uncaughtException" | "unhandledRejection"): string[] =>
    process.rawListeners(event).map(String);
  expect(own("unhandledRejection").filter((source) => /throw/.test(source))).toEqual([]);
});

test("module.ts is what kernels.as compiles to", () => {
  const script = fileURLToPath(new URL("../../../scripts/compile-kernels.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
