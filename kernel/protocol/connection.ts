/**
 * The connection file: where a kernel listens and the key that signs its messages.
 *
 * It is a secret: `writeConnectionFile` creates it readable by its owner alone, and
 * `readConnectionFile` takes these rights away from others when a launcher left them.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import * as v from "valibot";

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const schema = v.looseObject({
  transport: v.optional(v.picklist(["tcp", "ipc"]), "tcp"),
  ip: v.string(),
  shell_port: port,
  iopub_port: port,
  stdin_port: port,
  control_port: port,
  hb_port: port,
  key: v.optional(v.string(), ""),
  signature_scheme: v.optional(v.string(), "hmac-sha256"),
  kernel_name: v.optional(v.string()),
});
export type ConnectionInfo = Readonly<v.InferOutput<typeof schema>>;
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** @throws an Error that names the file and the field that is wrong. */
export function readConnectionFile(path: string): ConnectionInfo {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`connection file ${path}: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(`connection file ${path}: ${v.getDotPath(issue) ?? "root"}: ${issue.message}`);
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  return result.output;
}

export function writeConnectionFile(path: string, info: ConnectionInfo): void {
  writeFileSync(path, `${JSON.stringify(info, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
}

/** Five free ports on this machine and a fresh key. */
export async function newConnection(ip = "127.0.0.1"): Promise<ConnectionInfo> {
  const [shell, iopub, stdin, control, hb] = await freePorts(5, ip);
  return {
    transport: "tcp",
    ip,
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: hb!,
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    kernel_name: "curvlab",
  };
}

export function endpoint(info: ConnectionInfo, channel: Channel): string {
  const number = info[`${channel}_port`];
  return info.transport === "tcp" ? `tcp://${info.ip}:${number}` : `ipc://${info.ip}-${number}`;
}

/**
 * Below the ports that systems give to outgoing connections: a client that connects before its kernel
 * listens would now and then be given that very port, and connect to itself. Processes begin at
 * places of their own and go on from there, so that two that start kernels at once seldom try the
 * same ports, and none tries one again soon.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;
const BETWEEN_PROCESSES = 100;
let tried = 0;

const nextPort = (): number => FIRST_PORT + ((process.pid * BETWEEN_PROCESSES + tried++) % PORTS);

async function freePorts(count: number, host: string): Promise<number[]> {
  const ports: number[] = [];
  for (let left = PORTS; ports.length < count; left--) {
    if (left === 0) {
      const range = `${FIRST_PORT} to ${FIRST_PORT + PORTS - 1}`;
      throw new Error(`a kernel needs ${count} free ports from ${range} on ${host}; end some`);
    }
    const port = nextPort();
    if (await isFree(port, host)) ports.push(port);
  }
  return ports;
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
