import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  installKernelSpec,
  kernelSpec,
  kernelSpecFolder,
  uninstallKernelSpec,
} from "./kernelspec.js";
import { drawLogoPng } from "./logo.js";

describe("kernelSpec", () => {
  it("starts this package's kernel with this Node, and interrupts by message", () => {
    const spec = kernelSpec("/opt/curvlab");
    expect(spec.argv).toEqual([
      process.execPath,
      "--v8-pool-size=1",
      "/opt/curvlab/bin/curvlab.js",
      "kernel",
      "start",
      "--connection-file",
      "{connection_file}",
    ]);
    expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "message" });
  });
});

describe("kernelSpecFolder", () => {
  const at = (platform: NodeJS.Platform, variables = {}) =>
    kernelSpecFolder({ kind: "user" }, { platform, home: "/home/ada", variables });

  it("is where Jupyter looks on each system", () => {
    expect(at("linux")).toBe("/home/ada/.local/share/jupyter/kernels/curvlab");
    expect(at("linux", { XDG_DATA_HOME: "/data" })).toBe("/data/jupyter/kernels/curvlab");
    expect(at("linux", { JUPYTER_DATA_DIR: "/own" })).toBe("/own/kernels/curvlab");
    expect(at("darwin")).toBe("/home/ada/Library/Jupyter/kernels/curvlab");
    expect(kernelSpecFolder({ kind: "prefix", prefix: "/venv" })).toBe(
      "/venv/share/jupyter/kernels/curvlab",
    );
  });
});

describe("installKernelSpec", () => {
  it("writes the spec with its logos, again over an old one, and removes all of it", () => {
    const place = { kind: "prefix", prefix: mkdtempSync(join(tmpdir(), "curvlab-spec-")) } as const;
    installKernelSpec(place);
    const folder = installKernelSpec(place, kernelSpec("/elsewhere"));
    expect(readdirSync(folder).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    expect(JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"))).toEqual(
      kernelSpec("/elsewhere"),
    );
    expect(uninstallKernelSpec(place)).toBe(true);
    expect(existsSync(folder)).toBe(false);
    expect(uninstallKernelSpec(place)).toBe(false);
  });

  it("that may not write names the folder", () => {
    const prefix = join(mkdtempSync(join(tmpdir(), "curvlab-spec-")), "file");
    writeFileSync(prefix, "in the way of a folder");
    expect(() => installKernelSpec({ kind: "prefix", prefix })).toThrow(
      `cannot install the kernelspec in ${prefix}`,
    );
  });
});

describe.skipIf(!existsSync("/proc/self"))("installKernelSpec below /proc", () => {
  it("says that it cannot, and ends", () => {
    expect(() => installKernelSpec({ kind: "prefix", prefix: "/proc/curvlab" })).toThrow(
      /^cannot install the kernelspec in \/proc\/curvlab.*: ENOENT/,
    );
  });
});

describe("drawLogoPng", () => {
  it("is a PNG of the size asked for, opaque in the middle and clear in the corners", () => {
    const png = Buffer.from(drawLogoPng(32));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([32, 32]);
    const length = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + length));
    expect(rows.length).toBe(32 * (32 * 4 + 1));
    const alpha = (x: number, y: number) => rows[y * 129 + 1 + x * 4 + 3];
    expect([alpha(16, 16), alpha(0, 0), alpha(31, 31)]).toEqual([255, 0, 0]);
  });
});
