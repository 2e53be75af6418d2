/**
 * Nothing waits for a cell that runs. The bounds catch what hangs or queues behind the cell; how fast
 * the answers are, `npm run bench -- kernel` says.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeRequest, KernelClient, resultText } from "../support/kernel-client.js";

const BOUND_MS = 5000;

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** Every kind of question that does not wait for the cell, each within the bound. */
async function askEverything(): Promise<void> {
  const position = { code: "Math.ma", cursor_pos: 7 };
  const request = (type: Parameters<KernelClient["request"]>[0], content = {}, channel = "shell") =>
    kernel.request(type, content, { channel: channel as "shell" | "control", timeout: BOUND_MS });
  const replies = await Promise.all([
    request("kernel_info_request", {}, "control"),
    request("kernel_info_request"),
    request("complete_request", position),
    request("inspect_request", { ...position, detail_level: 0 }),
    request("is_complete_request", { code: "for (;;) {" }),
    request("history_request", { hist_access_type: "tail", n: 1 }),
    request("comm_info_request"),
  ]);
  const statuses = replies.map(({ reply }) => reply.content.status);
  expect(statuses).toEqual(["ok", "ok", "ok", "ok", "incomplete", "ok", "ok"]);
  expect(await kernel.heartbeat(BOUND_MS)).toBe(true);
}

/** Starts a cell that does not end by itself, asks five times over, and stops the cell. */
async function askWhile(code: string): Promise<void> {
  const request = executeRequest(`console.log("started"); ${code}`);
  const id = await kernel.send("shell", "execute_request", request);
  await kernel.wait((m) => m.parentId === id && String(m.content.text).startsWith("started"));
  for (let i = 0; i < 5; i++) await askEverything();
  await kernel.request("interrupt_request", {}, { channel: "control", timeout: BOUND_MS });
  expect((await kernel.outcome(id, BOUND_MS)).reply.content.ename).toBe("KeyboardInterrupt");
}

describe("everything but execution answers", () => {
  it("while the first cell is compiled and imports TensorFlow.js", async () => {
    const code = 'import * as tf from "@tensorflow/tfjs"; await tf.setBackend("cpu"); "imported"';
    const id = await kernel.send("shell", "execute_request", executeRequest(code));
    for (let i = 0; i < 3; i++) await askEverything();
    expect(resultText(await kernel.outcome(id))).toBe("'imported'");
    const position = { code: "tf.tens", cursor_pos: 7 };
    const { reply } = await kernel.request("complete_request", position, { timeout: BOUND_MS });
    expect(reply.content.matches).toContain("tensor");
  });

  it("while a cell trains", async () => {
    await kernel.execute(
      [
        "const xs = tf.randomNormal([512, 32]), weights = tf.variable(tf.zeros([32, 1]));",
        "const optimizer = tf.train.sgd(0.01);",
      ].join("\n"),
    );
    const step = "tf.tidy(() => xs.matMul(weights).sub(1).square().mean<tf.Scalar>())";
    await askWhile(`for (;;) { optimizer.minimize(() => ${step}); await tf.nextFrame(); }`);
  });

  it("while a cell loops, and while it blocks the thread without a loop", async () => {
    await askWhile("while (true);");
    await askWhile('/^(a+)+$/.test("a".repeat(60) + "b")');
    await askWhile('(await import("node:child_process")).execSync("sleep 60")');
  });
});
