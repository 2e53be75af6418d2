/** A Hessian shared out over threads: the whole batch's, the same on any number of threads. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

/** The compiled modules: worker threads run JavaScript. */
type Curvlab = typeof import("../../src/index.js");
const entry = new URL("../../dist/src/index.js", import.meta.url);
const { hessian, shardedHessian, tensor, tf, toMatrix, use }: Curvlab = await import(entry.href);
const module = new URL("./fixtures/sharded-loss.js", import.meta.url);
const { default: network } = await import(module.href);

const source = { module, examples: 100 };
const parameters = (scale = 1) => ({
  w: tensor(
    [0.1, -0.4, 0.3, 0.2, 0.5, -0.6].map((x) => scale * x),
    [2, 3],
  ),
  b: tensor([0.1, 0.2, -0.3]),
  u: tensor([0.7, -0.2, 0.4], [3, 1]),
});
const v = Float64Array.from({ length: 12 }, (_, i) => Math.cos(i));

beforeAll(() => use("float64"));

describe("shardedHessian", () => {
  it("is the Hessian of the whole batch, bit for bit the same on any number of threads", async () => {
    const params = parameters();
    const whole = hessian(network({ start: 0, end: 100 }), params);
    const expected = whole.apply(v);
    const found: Float64Array[] = [];
    for (const threads of [1, 2, 3]) {
      const H = await shardedHessian(source, params, { threads, shardSize: 32 });
      expect([H.threads, H.size]).toEqual([threads, 12]);
      expect(H.bytes).toBeGreaterThan(0);
      found.push(H.apply(v), H.apply(v));
      H.dispose();
      expect(() => H.apply(v)).toThrow("this operator has been disposed");
    }
    for (const product of found) expect(product).toEqual(found[0]);
    found[0]!.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 13);
    });
    whole.dispose();
  });

  it("moves to other parameters, and restricts to some of them", async () => {
    const [params, moved] = [parameters(), parameters(2)];
    const H = await shardedHessian(source, params, { threads: 2, shardSize: 50, only: ["u", "b"] });
    const whole = (at: typeof params) =>
      hessian(network({ start: 0, end: 100 }), at, { only: ["u", "b"] });
    for (const at of [params, moved]) {
      H.update(at);
      const expected = toMatrix(whole(at));
      toMatrix(H).forEach((row, i) => {
        row.forEach((x, j) => {
          expect(x).toBeCloseTo(expected[i]![j]!, 13);
        });
      });
    }
    expect(() => H.update({ ...moved, w: tensor([1]) })).toThrow(
      "shardedHessian: the operator is of w [2,3], b [3], u [3,1]; found parameters w [1]",
    );
    expect(() => H.apply(new Float64Array(3))).toThrow("a vector of 3 entries");
    H.dispose();
  });

  it("passes arguments on, and leaves no tensor behind", async () => {
    const params = parameters();
    const before = tf.memory().numTensors;
    const H = await shardedHessian({ ...source, args: [0.5] }, params, { threads: 1 });
    const made = tf.memory().numTensors;
    const whole = hessian(network({ start: 0, end: 100 }, 0.5), params);
    const expected = whole.apply(v);
    H.apply(v).forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 13);
    });
    H.dispose();
    // The data of the one shard are the module's.
    expect(made - before).toBe(2);
  });

  it.each([
    ['exports no function "missing"', { ...source, name: "missing" }, {}],
    ['exports no function "nothing"', { ...source, name: "nothing" }, {}],
    ["examples = 0; a whole number from 1 is needed", { ...source, examples: 0 }, {}],
    ["shardSize = 1.5; a whole number from 1 is needed", source, { shardSize: 1.5 }],
    ["threads = 0; a whole number from 1 is needed", source, { threads: 0 }],
    ['there is no parameter "x"', source, { only: ["x"] }],
    ["use larger shards, or raise maxBytes", source, { maxBytes: 1000 }],
    [
      "shardedHessian: shard 1 (examples 32 to 63): the data are missing",
      { ...source, name: "failing", args: [32] },
      { shardSize: 32, threads: 2 },
    ],
    [
      "shardedHessian: shard 2 (examples 64 to 95): the data are missing",
      { ...source, name: "failing", args: [64] },
      { shardSize: 32, threads: 2 },
    ],
    [
      "a worker thread has ended; make the operator again",
      { ...source, name: "ending" },
      { shardSize: 50, threads: 2 },
    ],
    [
      "a worker thread has ended; make the operator again",
      { ...source, name: "dying" },
      { shardSize: 50, threads: 2 },
    ],
  ])("refuses: %s", async (message, from, options) => {
    await expect(shardedHessian(from, parameters(), options)).rejects.toThrow(message);
  });

  it("computes in the caller's backend", async () => {
    const exact = hessian(network({ start: 0, end: 100 }), parameters()).apply(v);
    await use("wasm");
    const params = parameters();
    const H = await shardedHessian(source, params, { threads: 2, shardSize: 50 });
    const whole = hessian(network({ start: 0, end: 100 }), params);
    const [expected, found] = [whole.apply(v), H.apply(v)];
    found.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 5);
      expect(x).not.toBe(exact[i]);
    });
    H.dispose();
    await use("float64");
  });

  it("says that a thread ran out of memory", async () => {
    const script = `
      const { shardedHessian, tensor, use } = await import(${JSON.stringify(entry.href)});
      await use("float64");
      const source = { module: ${JSON.stringify(module.href)}, name: "filling", examples: 100 };
      const options = { threads: 2, shardSize: 50 };
      await shardedHessian(source, { w: tensor([1, 2]) }, options).catch((e) => console.log(e.message));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--max-old-space-size=200", "--input-type=module", "-e", script],
      { timeout: 100_000, cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect(stdout).toMatch(
      /a worker thread has ended; make the operator again \(.*memory limit.*\)/,
    );
  });

  it("lets a process end that has not disposed it", async () => {
    const script = `
      const { shardedHessian, tensor, use } = await import(${JSON.stringify(entry.href)});
      await use("float64");
      const params = { w: tensor([[1, 2, 3], [4, 5, 6]]), b: tensor([1, 2, 3]), u: tensor([[1], [2], [3]]) };
      const source = { module: ${JSON.stringify(module.href)}, examples: 100 };
      const H = await shardedHessian(source, params, { threads: 2, shardSize: 50 });
      console.log(H.apply(new Float64Array(12).fill(1)).length);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", script],
      { timeout: 30_000, cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect(stdout.trim()).toBe("12");
  });
});
