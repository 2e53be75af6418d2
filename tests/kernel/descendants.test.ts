/** No process of user code outlives the order to kill it, however fast it starts others. */
import { execFileSync, spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const SHELLS = 40;
const ROUNDS = 5;

/** In a process of its own, whose children are no one else's. */
const script = (seconds: string) => `
  import { spawn } from "node:child_process";
  import { killDescendants } from ${JSON.stringify(pathToFileURL(resolve("dist/kernel/descendants.js")).href)};
  for (let i = 0; i < ${SHELLS}; i++) {
    spawn("sh", ["-c", "while :; do sleep ${seconds}; done"], { stdio: "ignore" });
  }
  setTimeout(killDescendants, 500);
`;

async function survivors(seconds: string): Promise<number> {
  const argv = ["--input-type=module", "-e", script(seconds)];
  const parent = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "inherit"] });
  await new Promise((ended) => parent.once("exit", ended));
  const all = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  const left = all.filter((line) => line.endsWith(`sleep ${seconds}`));
  for (const line of left) process.kill(Number.parseInt(line, 10), "SIGKILL");
  return left.length;
}

it.skipIf(process.platform === "win32")(
  "a shell that goes on when its child is killed starts no other (Windows has no signals)",
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      expect(await survivors(`3600.${process.pid}${round}`)).toBe(0);
    }
  },
);
