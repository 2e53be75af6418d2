/** A client that subscribes late, or never: what its first request gets. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Dealer, Subscriber } from "zeromq";
import {
  type ConnectionInfo,
  endpoint,
  newConnection,
  writeConnectionFile,
} from "../../kernel/protocol/connection.js";
import { createMessage, newSessionId } from "../../kernel/protocol/messages.js";
import { decode, encode, Signer } from "../../kernel/protocol/wire.js";
import { ownArgv } from "../support/kernel-client.js";

let folder = "";
let info: ConnectionInfo;
let kernel: ChildProcess;
let shell: Dealer;
let iopub: Subscriber;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-subscription-"));
  const file = join(folder, "connection.json");
  info = await newConnection();
  writeConnectionFile(file, info);
  const [command = "", ...args] = ownArgv.map((part) =>
    part === "{connection_file}" ? file : part,
  );
  kernel = spawn(command, args, { cwd: folder, stdio: "ignore" });
  shell = new Dealer({ linger: 0 });
  iopub = new Subscriber({ linger: 0 });
});
afterEach(() => {
  kernel.kill("SIGKILL");
  shell.close();
  iopub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends a first request; returns its id. */
async function ask(): Promise<string> {
  shell.connect(endpoint(info, "shell"));
  const request = createMessage("kernel_info_request", {}, { session: newSessionId() });
  await shell.send(encode(request, new Signer(info.key)));
  return request.header.msg_id;
}

it("subscribing later than it asks, it hears the whole answer", async () => {
  const id = await ask();
  await sleep(700); // a third of a second is enough for the kernel to be there
  iopub.connect(endpoint(info, "iopub"));
  iopub.subscribe();
  const states: unknown[] = [];
  for await (const frames of iopub) {
    const { parentHeader, content } = decode(frames, new Signer(info.key));
    if ("msg_id" in parentHeader && parentHeader.msg_id === id) states.push(content);
    if (states.length === 2) break;
  }
  expect(states).toEqual([{ execution_state: "busy" }, { execution_state: "idle" }]);
});

it("never subscribing, it is answered", async () => {
  const id = await ask();
  const { header, parentHeader } = decode(await shell.receive(), new Signer(info.key));
  expect(header.msg_type).toBe("kernel_info_reply");
  expect(parentHeader).toMatchObject({ msg_id: id });
});
