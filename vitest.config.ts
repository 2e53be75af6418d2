import { defineConfig } from "vitest/config";

/** Chapters from top to bottom: the longest of all. Projects begin in the order of their names. */
const course = ["tests/{course,lab}/**/*.test.ts"];

/** What must answer within a few seconds while it is kept busy: by itself. */
const timed = ["tests/kernel/{interrupt,responsiveness}.test.ts"];

const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ["tests/support/compile.ts"],
    // On two cores vitest would take one.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: "course", include: course, ...patience } },
      {
        extends: true,
        test: {
          name: "long",
          include: ["tests/**/*.test.ts"],
          exclude: [...course, ...timed],
          ...patience,
        },
      },
      {
        extends: true,
        test: { name: "timed", include: timed, fileParallelism: false, ...patience },
      },
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "kernel/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
