import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Canvas, parseColor } from "./canvas.js";
import { flatten } from "./flatten.js";
import { pathLength, pointAtLength } from "./path-length.js";
import { parseTransform } from "./text-box.js";

describe("path length", () => {
  it.each([
    ["M0,0L3,4", 5],
    ["M0,0 h3 v4 z", 12],
    ["M1 1 L2 1 3 1", 2],
    ["M0,0l1,0 1,0M10,10h-5", 7],
    ["", 0],
  ])("of %j is %d", (path, length) => {
    expect(pathLength(path)).toBe(length);
  });

  it("finds points along it, and stays on it", () => {
    expect(pointAtLength("M0,0L3,4L3,0", 7)).toEqual({ x: 3, y: 2 });
    expect(pointAtLength("M0,0L3,4", 99)).toEqual({ x: 3, y: 4 });
    expect(pointAtLength("M1,2L3,4", -1)).toEqual({ x: 1, y: 2 });
  });
});

describe("parseTransform", () => {
  it.each([
    ["", [1, 0, 0, 1, 0, 0]],
    ["translate(3,4) scale(2)", [2, 0, 0, 2, 3, 4]],
    ["matrix(1 2 3 4 5 6)", [1, 2, 3, 4, 5, 6]],
    ["rotate(90)", [0, 1, -1, 0, 0, 0]],
    ["rotate(180, 5, 0)", [-1, 0, 0, -1, 10, 0]],
  ])("%j", (text, matrix) => {
    parseTransform(text).forEach((value, i) => {
      expect(value).toBeCloseTo(matrix[i] ?? Number.NaN, 12);
    });
  });
});

describe("Canvas", () => {
  it("draws rectangles into a PNG", () => {
    const canvas = new Canvas(3, 2);
    canvas.fillStyle = "rgb(10,20,30)";
    canvas.fillRect(1, 0, 5, 1);
    canvas.fillStyle = "rgba(1,2,3,0.5)";
    canvas.fillRect(0, 1, 1, 1);
    const png = Buffer.from(canvas.toDataURL().split(",")[1] ?? "", "base64");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
    const length = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + length));
    const empty = [0, 0, 0, 0];
    const filled = [10, 20, 30, 255];
    expect([...rows]).toEqual([
      0,
      ...empty,
      ...filled,
      ...filled,
      0,
      1,
      2,
      3,
      128,
      ...empty,
      ...empty,
    ]);
  });

  it.each([
    ["#fff", [255, 255, 255, 1]],
    ["#0102ff", [1, 2, 255, 1]],
    ["rgba(1, 2, 3, 0.25)", [1, 2, 3, 0.25]],
    ["transparent", [0, 0, 0, 0]],
  ])("reads the colour %s", (text, color) => {
    expect(parseColor(text)).toEqual(color);
  });
});

describe("flatten", () => {
  it("shows a surface as the contours of the same data", () => {
    const z = [
      [1, 2],
      [3, 4],
    ];
    const scene = { xaxis: { title: { text: "α" } } };
    expect(
      flatten({ data: [{ type: "surface", x: [0, 1], z }], layout: { scene, height: 300 } }),
    ).toEqual({
      data: [{ type: "contour", x: [0, 1], z }],
      layout: { height: 300, xaxis: { title: { text: "α" } } },
    });
  });

  it("leaves flat figures alone and refuses what needs WebGL", () => {
    const flat = { data: [{ y: [1] }, { type: "heatmap" }], layout: {} };
    expect(flatten(flat)).toBe(flat);
    expect(flatten({ data: [{ type: "mesh3d" }], layout: {} })).toBeUndefined();
    expect(flatten({ data: [{ type: "constructor" }], layout: {} })).toBeDefined();
  });
});
