import { beforeAll, describe, expect, test } from "vitest";
import { tf, use } from "../tensor/index.js";
import { shapes } from "./shapes.js";

beforeAll(() => use("cpu"));

describe("shapes", () => {
  test("draws the same images for the same seed and index, and others otherwise", () => {
    const task = shapes({ seed: 1 });
    const first = task.draw(8, 0);
    expect(shapes({ seed: 1 }).draw(8, 0)).toEqual(first);
    expect(task.draw(8, 1).inputs).not.toEqual(first.inputs);
    expect(shapes({ seed: 2 }).draw(8, 0).inputs).not.toEqual(first.inputs);
    expect(task.draw(32, 0).inputs.length).toBe(18432);
  });

  test("gives each kind its share, and one kind to each image", () => {
    const task = shapes({ kinds: 4, size: 12, noise: 0, clutter: 0 });
    const { targets } = task.draw(2000, 0);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 2000; i++) {
      const label = targets.subarray(i * 8, i * 8 + 4);
      expect(label.reduce((a, b) => a + b)).toBe(1);
      counts[label.indexOf(1)]! += 1;
    }
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  test("puts the box around what differs from the ground", () => {
    const task = shapes({ kinds: 8, size: 32, noise: 0, clutter: 0, seed: 3 });
    const { pixels, boxes, size } = task.look(40);
    boxes.forEach(([x, y, width, height], i) => {
      const image = pixels.subarray(i * size * size, (i + 1) * size * size);
      const left = Math.round((x - width / 2) * size);
      const right = Math.round((x + width / 2) * size);
      const top = Math.round((y - height / 2) * size);
      const bottom = Math.round((y + height / 2) * size);
      const brightest = image.indexOf(image.reduce((a, b) => Math.max(a, b)));
      expect(brightest % size).toBeGreaterThanOrEqual(left);
      expect(brightest % size).toBeLessThan(right);
      expect(Math.floor(brightest / size)).toBeGreaterThanOrEqual(top);
      expect(Math.floor(brightest / size)).toBeLessThan(bottom);
      // The ground outside is at most 0.1 + 0.2 high; a shape covers it with 0.4 or more.
      image.forEach((value, at) => {
        const [column, row] = [at % size, Math.floor(at / size)];
        const outside = column < left - 1 || column > right || row < top - 1 || row > bottom;
        if (outside) expect(value).toBeLessThan(0.31);
      });
    });
  });

  test("its loss is the cross entropy plus the squared miss, by hand", () => {
    const task = shapes({ kinds: 2, boxWeight: 0.5 });
    const outputs = tf.tensor2d([[0, Math.log(3), 0.1, 0, 0, -0.2]]);
    const targets = tf.tensor2d([[1, 0, 0, 0, 0.3, 0]]);
    const expected = Math.log(4) + 0.5 * (0.01 + 0.09 + 0.04);
    expect(task.loss(outputs, targets).dataSync()[0]).toBeCloseTo(expected, 6);
    expect(task.mistakes(outputs, targets)).toBe(1);
  });

  test("refuses what it cannot draw, by name", () => {
    expect(() => shapes({ kinds: 1 })).toThrow("kinds is 1");
    expect(() => shapes({ kinds: 9 })).toThrow("kinds is 9");
    expect(() => shapes({ size: 4 })).toThrow("size is 4");
    expect(() => shapes({ noise: -1 })).toThrow("noise -1");
  });
});
