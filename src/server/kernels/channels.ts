/**
 * `/api/kernels/ID/channels`: a client's WebSocket joined to a kernel.
 *
 * A socket that has silently died (a laptop asleep, a network gone) is found by pings, so that the
 * client's messages start to gather instead of going nowhere.
 */
import type { RawData, WebSocket } from "ws";
import { jsonFraming, V1_PROTOCOL, v1Framing } from "./framing.js";
import type { Kernel } from "./kernel.js";
import type { Delivery } from "./packed.js";

const PING_MS = 30_000;

export function joinChannels(
  socket: WebSocket,
  kernel: Kernel,
  session: string,
  log: (line: string) => void,
): void {
  const framing = socket.protocol === V1_PROTOCOL ? v1Framing : jsonFraming;
  const deliver = (delivery: Delivery) => socket.send(framing.encode(delivery));

  let answered = true;
  const heartbeat = setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    socket.ping();
  }, PING_MS);
  socket.on("pong", () => {
    answered = true;
  });

  socket.on("message", (data, isBinary) => {
    let received: ReturnType<typeof framing.decode>;
    try {
      received = framing.decode(toBuffer(data), isBinary);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      // A close frame holds 123 bytes.
      const reason = `malformed kernel message: ${problem}`.replace(/[^ -~]/g, "?").slice(0, 120);
      socket.close(1007, reason);
      return;
    }
    kernel.send(session, received.channel, received.message).catch((error: unknown) => {
      log(`kernel ${kernel.id}: a message on ${received.channel} was not sent: ${String(error)}`);
    });
  });

  socket.on("close", (code) => {
    clearInterval(heartbeat);
    // 1000 and 1001 are said by a page that closes; a network that breaks says nothing.
    kernel.detach(session, deliver, code === 1000 || code === 1001 || code === 1005);
  });
  socket.on("error", () => socket.terminate());

  kernel.attach(session, deliver);
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
