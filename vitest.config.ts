import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["tests/support/compile.ts"],
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
        // Each of these starts processes, sockets or a browser: one file at a time.
        extends: true,
        test: {
          name: "process",
          include: ["tests/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
