import { describe, expect, it } from "vitest";
import { isAllowedHost, isSameOrigin } from "./host.js";

const loopback = { ip: "127.0.0.1", hostname: "machine" };
const anywhere = { ip: "0.0.0.0", hostname: "Machine" };

describe("isAllowedHost", () => {
  it.each(["localhost", "LOCALHOST:8888", "127.0.0.1:1", "127.9.9.9", "[::1]:8888"])(
    "lets %s in",
    (host) => expect(isAllowedHost(host, loopback)).toBe(true),
  );

  it.each([
    undefined,
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.evil.example",
    "192.168.1.2",
    "machine",
    "localhost@evil.example",
    "localhost/evil",
  ])("refuses %s on a loopback server", (host) =>
    expect(isAllowedHost(host, loopback)).toBe(false),
  );

  it("lets addresses and the machine's name in when bound to the outside, and no other name", () => {
    const allowed = ["192.168.1.2:8888", "[fe80::1]", "machine:8888"];
    for (const host of allowed) expect(isAllowedHost(host, anywhere)).toBe(true);
    expect(isAllowedHost("evil.example", anywhere)).toBe(false);
  });
});

describe("isSameOrigin", () => {
  it.each([
    ["http://localhost:8888", "localhost:8888", true],
    ["https://localhost", "localhost", true],
    ["http://localhost", "localhost:80", true],
    ["http://localhost:8889", "localhost:8888", false],
    ["http://127.0.0.1:8888", "localhost:8888", false],
    ["null", "localhost:8888", false],
    ["file://", "localhost:8888", false],
    ["http://localhost:8888", undefined, false],
  ])("%s for the host %s: %s", (origin, host, expected) =>
    expect(isSameOrigin(origin, host)).toBe(expected),
  );
});
