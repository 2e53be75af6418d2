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

/** Holds all sockets open until each has its port, so that no two are the same. */
async function freePorts(count: number, host: string): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, host, () => {
            const address = server.address();
            if (address === null || typeof address === "string") reject(new Error("no TCP port"));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
