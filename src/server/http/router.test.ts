import { describe, expect, it } from "vitest";
import { type ApiRequest, json } from "./exchange.js";
import { match, Router, route } from "./router.js";

const split = (pattern: string) => pattern.split("/");

describe("match", () => {
  it.each([
    ["api/status", "api/status", {}],
    ["api/:id", "api/7", { id: ["7"] }],
    ["api/*path", "api", { path: [] }],
    ["api/*path", "api/a/b", { path: ["a", "b"] }],
    ["api/*path/checkpoints", "api/a/b/checkpoints", { path: ["a", "b"] }],
    ["api/*path/checkpoints/:id", "api/checkpoints/1", { path: [], id: ["1"] }],
  ])("%s fits %s", (pattern, path, expected) => {
    const params = match(split(pattern), split(path));
    for (const [name, segments] of Object.entries(expected)) {
      expect(params?.rest(name)).toEqual(segments);
    }
  });

  it.each([
    ["api/status", "api"],
    ["api/status", "api/status/more"],
    ["api/:id", "api/7/8"],
    ["api/*path/checkpoints", "api/a"],
  ])("%s does not fit %s", (pattern, path) =>
    expect(match(split(pattern), split(path))).toBeUndefined(),
  );
});

describe("Router", () => {
  const router = new Router([
    route("GET", "/a/:id", (_, params) => (params.one("id") === "1" ? json("one") : undefined)),
    route("GET", "/a/:id", () => json("another")),
    route("PUT", "/a/:id", () => json("put")),
  ]);
  const ask = (method: ApiRequest["method"], ...segments: string[]) =>
    router.answer({
      method,
      segments,
      query: new URLSearchParams(),
      headers: {},
      signal: new AbortController().signal,
      json: async () => ({}),
    });

  it("tries the next route when a handler passes", async () => {
    expect((await ask("GET", "a", "1")).body).toBe('"one"');
    expect((await ask("GET", "a", "2")).body).toBe('"another"');
  });

  it("answers HEAD as GET", async () => {
    expect((await ask("HEAD", "a", "1")).status).toBe(200);
  });

  it("tells a wrong method from a wrong path", async () => {
    await expect(ask("DELETE", "a", "1")).rejects.toMatchObject({
      status: 405,
      message: "/a/1 does not take DELETE; it takes GET, PUT",
    });
    await expect(ask("GET", "b")).rejects.toMatchObject({ status: 404 });
  });
});
