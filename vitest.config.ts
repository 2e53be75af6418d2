import { defineConfig } from "vitest/config";

const patient = ["tests/{algorithms,cli,course,docs,document,export,numerics}/**/*.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["tests/support/compile.ts"],
    // On two cores vitest would take one.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "kernel/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Long, but none with an eye on the clock: two files at a time.
        extends: true,
        test: {
          name: "patient",
          include: patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Kernels, servers and browsers that must answer in time: one file at a time.
        extends: true,
        test: {
          name: "process",
          include: ["tests/**/*.test.ts"],
          exclude: patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
