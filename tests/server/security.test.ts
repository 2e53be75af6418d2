/**
 * What a hostile page, a hostile file and a hostile client try on a live server.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { type RunningServer, startServer } from "../../src/server/index.js";
import { type RawRequest, rawHttp } from "../support/raw-http.js";

let root: string;
let outside: string;
let server: RunningServer;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), "curvlab-outside-"));
  writeFileSync(join(outside, "secret.txt"), "secret");
  root = mkdtempSync(join(tmpdir(), "curvlab-served-"));
  writeFileSync(join(root, "a.txt"), "hello");
  writeFileSync(join(root, "evil.html"), "<script>fetch('/api/contents')</script>");
  writeFileSync(join(root, ".hidden"), "secret");
  mkdirSync(join(root, "folder"));
  symlinkSync(outside, join(root, "way-out"));
  symlinkSync(join(outside, "secret.txt"), join(root, "link.txt"));
  symlinkSync(join(outside, "not-yet.txt"), join(root, "dangling.txt"));
  symlinkSync("a.txt", join(root, "inner.txt"));
  server = await startServer({ root, stateFolder: outside });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
  rmSync(outside, { recursive: true });
});

const send = (request: Omit<RawRequest, "port">) => rawHttp({ port: server.port, ...request });
const authorized = (request: Omit<RawRequest, "port">) =>
  send({
    ...request,
    headers: { authorization: `token ${server.token}`, ...request.headers },
  });
const put = (path: string, value: unknown) =>
  authorized({ method: "PUT", path, body: JSON.stringify(value) });

describe("the token", () => {
  it.each([
    ["is missing", "/api/contents", {}],
    ["is wrong in the query", "/api/contents?token=wrong", {}],
    ["is wrong in the header", "/api/contents", { authorization: "token wrong" }],
    ["is empty", "/api/contents?token=", { authorization: "token " }],
  ])("refuses when it %s", async (_, path, headers) => {
    const { status, text } = await send({ path, headers });
    expect(status).toBe(403);
    expect(JSON.parse(text)).toEqual({
      message: expect.stringContaining("token"),
      reason: "no token",
    });
  });

  it("gives a page with a form to a person, without the token in it", async () => {
    const { status, headers, text } = await send({ path: "/", headers: { accept: "text/html" } });
    expect(status).toBe(403);
    expect(headers["content-type"]).toContain("text/html");
    expect(text).toContain("<form");
    expect(text).not.toContain(server.token);
  });

  it("in the query becomes a cookie that scripts and other sites cannot use", async () => {
    const first = await send({ path: `/api/status?token=${server.token}` });
    const [cookie = ""] = first.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(server.token);
    const second = await send({
      path: "/api/status",
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    expect(second.status).toBe(200);
  });
});

describe("foreign names", () => {
  it.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1"])(
    "refuses the Host %j",
    async (host) => {
      expect((await authorized({ path: "/api/status", headers: { host } })).status).toBe(403);
    },
  );

  it.each(["localhost:1", "127.0.0.1", "[::1]:9"])("accepts the Host %j", async (host) => {
    expect((await authorized({ path: "/api/status", headers: { host } })).status).toBe(200);
  });

  it.each(["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1"])(
    "refuses the Origin %j, token or not",
    async (origin) => {
      const { status, text } = await authorized({
        method: "POST",
        path: "/api/contents",
        headers: { origin },
        body: "{}",
      });
      expect(status).toBe(403);
      expect(JSON.parse(text).reason).toBe("foreign origin");
    },
  );

  it.each([
    ["origin", { origin: "http://evil.example" }],
    ["host", { host: "evil.example" }],
  ])("refuses a WebSocket with a foreign %s", async (_, headers) => {
    const url = `ws://127.0.0.1:${server.port}/api/events/subscribe?token=${server.token}`;
    expect(await handshake(url, headers)).toBe(403);
  });

  it("opens a WebSocket for our own origin, and none without the token", async () => {
    const origin = { origin: `http://127.0.0.1:${server.port}` };
    const url = `ws://127.0.0.1:${server.port}/api/events/subscribe`;
    expect(await handshake(`${url}?token=${server.token}`, origin)).toBe(101);
    expect(await handshake(url, origin)).toBe(403);
    expect(await handshake(`${url.replace("events", "nothing")}?token=${server.token}`, {})).toBe(
      404,
    );
  });
});

describe("the served folder", () => {
  it.each([
    "/api/contents/../secret.txt",
    "/api/contents/%2e%2e/secret.txt",
    "/api/contents/folder/..%2f..%2fetc%2fpasswd",
    "/api/contents/%00",
    "/api/contents/%2Fetc%2Fpasswd",
    "/files/%2e%2e/secret.txt",
    "/files/..%5c..%5cetc",
    "/api/contents/%ff",
  ])("refuses %s", async (path) => {
    const { status, text } = await authorized({ path });
    expect([400, 404]).toContain(status);
    expect(text).not.toContain("root:");
  });

  it.each(["/api/contents/link.txt", "/files/link.txt", "/api/contents/way-out/secret.txt"])(
    "does not follow the link at %s out of it",
    async (path) => {
      const { status, text } = await authorized({ path });
      expect(status).toBe(403);
      expect(text).not.toContain('secret"');
    },
  );

  it("does not list what leads out, or is hidden", async () => {
    const { text } = await authorized({ path: "/api/contents" });
    const names = (JSON.parse(text).content as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(["a.txt", "evil.html", "folder", "inner.txt"]);
  });

  it("follows a link that stays inside", async () => {
    const { text } = await authorized({ path: "/api/contents/inner.txt" });
    expect(JSON.parse(text).content).toBe("hello");
  });

  it.each(["link.txt", "way-out/new.txt", "dangling.txt"])(
    "does not write through %s",
    async (name) => {
      const model = { type: "file", format: "text", content: "overwritten" };
      expect((await put(`/api/contents/${name}`, model)).status).toBe(403);
      expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe("secret");
      expect(readdirSync(outside)).toEqual(["secret.txt"]);
    },
  );

  it.each([".hidden", "folder/.git/config", ".ipynb_checkpoints/a-checkpoint.txt"])(
    "keeps %s hidden for reading and writing",
    async (path) => {
      expect((await authorized({ path: `/api/contents/${path}` })).status).toBe(404);
      expect((await authorized({ path: `/files/${path}` })).status).toBe(404);
      const model = { type: "file", format: "text", content: "x" };
      expect((await put(`/api/contents/${path}`, model)).status).toBe(404);
    },
  );

  it("does not rename or copy across its border", async () => {
    for (const path of ["../out.txt", "way-out/out.txt", ".hidden2"]) {
      const moved = await authorized({
        method: "PATCH",
        path: "/api/contents/a.txt",
        body: JSON.stringify({ path }),
      });
      expect([400, 403, 404]).toContain(moved.status);
    }
    const copied = await authorized({
      method: "POST",
      path: "/api/contents",
      body: JSON.stringify({ copy_from: "way-out/secret.txt" }),
    });
    expect(copied.status).toBe(403);
  });

  it("serves files in a sandbox, so that a page among them is nobody", async () => {
    const { headers } = await authorized({ path: "/files/evil.html" });
    expect(headers["content-security-policy"]).toMatch(/^sandbox allow-scripts/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });
});

describe("malformed requests", () => {
  it("says where JSON is malformed", async () => {
    const body = '{"type": "file",\n "format": }';
    const { status, text } = await authorized({ method: "PUT", path: "/api/contents/a.txt", body });
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toContain("line 2, column 12");
  });

  it("names the field that is wrong", async () => {
    const { status, text } = await put("/api/contents/a.txt", { type: "spaceship" });
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toMatch(/^save a.txt: type: /);
  });

  it("refuses a body above the limit, announced or not", async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, " ");
    const request = { method: "PATCH", path: "/api/contents/a.txt", body };
    expect((await authorized(request)).status).toBe(413);
    const chunked = { "transfer-encoding": "chunked" };
    expect((await authorized({ ...request, headers: chunked })).status).toBe(413);
    expect((await authorized({ path: "/api/contents/a.txt" })).status).toBe(200);
  });

  it.each([
    ["DELETE", "/api/status", 405],
    ["TRACE", "/api/status", 405],
    ["GET", "/nothing", 404],
    ["GET", "/api/terminals", 404],
    ["GET", "/api/kernels/nobody", 404],
    ["POST", "/api/kernels", 404],
  ])("%s %s is a %i in Jupyter's form", async (method, path, expected) => {
    const body = method === "POST" ? JSON.stringify({ name: "no-such-kernel" }) : "";
    const { status, text } = await authorized({ method, path, body });
    expect(status).toBe(expected);
    expect(JSON.parse(text)).toEqual({ message: expect.any(String), reason: expect.anything() });
  });
});

/** The status that a WebSocket's handshake ends with. */
function handshake(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });
}
