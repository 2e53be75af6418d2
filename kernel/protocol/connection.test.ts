import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import { newConnection } from "./connection.js";

const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;
const ports = async () => {
  const info = await newConnection();
  return CHANNELS.map((channel) => info[`${channel}_port`]);
};

describe("newConnection", () => {
  it("takes ports below those of outgoing connections, and others each time", async () => {
    const two = [...(await ports()), ...(await ports())];
    expect(new Set(two).size).toBe(10);
    expect(Math.max(...two)).toBeLessThan(32_768);
    expect(Math.min(...two)).toBeGreaterThan(1024);
  });

  it("has ports for as many kernels as a person opens", async () => {
    const servers: Server[] = [];
    for (let kernel = 0; kernel < 40; kernel++) {
      for (const port of await ports()) {
        const server = createServer().listen(port, "127.0.0.1");
        await once(server, "listening");
        servers.push(server);
      }
    }
    expect(servers).toHaveLength(200);
    for (const server of servers) server.close();
  });

  it("leaves out a port that somebody has", async () => {
    const next = Math.max(...(await ports())) + 1;
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(next, "127.0.0.1", () => resolve(true));
    });
    expect(await ports()).not.toContain(next);
    if (listening) await new Promise((closed) => server.close(closed));
  });
});
