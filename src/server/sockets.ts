/**
 * WebSockets: the same gate as for requests, then the kernel's channels or the event stream.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { HttpError } from "./http/http-error.js";
import { type Log, parseRequest } from "./http/listener.js";
import { match } from "./http/router.js";
import { joinChannels } from "./kernels/channels.js";
import { V1_PROTOCOL } from "./kernels/framing.js";
import type { KernelManager } from "./kernels/kernel-manager.js";
import type { Gate } from "./security/gate.js";

/** A client's largest message: a notebook cell with its buffers. */
const MAX_PAYLOAD = 256 * 1024 * 1024;

const channels = ["api", "kernels", ":id", "channels"];
const events = ["api", "events", "subscribe"];

/** Takes over the server's `upgrade` requests. @returns closes all sockets. */
export function serveSockets(
  server: Server,
  gate: Gate,
  kernels: KernelManager,
  log: Log,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    handleProtocols: (offered) => (offered.has(V1_PROTOCOL) ? V1_PROTOCOL : false),
  });
  server.on("upgrade", (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    try {
      const join = route(incoming, gate, kernels, log);
      sockets.handleUpgrade(incoming, stream, head, join);
    } catch (error) {
      refuse(stream, error instanceof HttpError ? error : new HttpError(500, "the server failed"));
    }
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

/** What to do with the socket once it is open. @throws HttpError when it may not open. */
function route(
  incoming: IncomingMessage,
  gate: Gate,
  kernels: KernelManager,
  log: Log,
): (socket: WebSocket) => void {
  const admission = gate.admit(incoming);
  if (!admission.admitted) throw admission.error;
  const { segments, query } = parseRequest(incoming, new AbortController().signal);
  const params = match(channels, segments);
  if (params !== undefined) {
    const kernel = kernels.get(params.one("id"));
    const session = query.get("session_id") || crypto.randomUUID();
    return (socket) => joinChannels(socket, kernel, session, log);
  }
  // JupyterLab listens for events of collaboration, which this server does not have.
  if (match(events, segments) !== undefined)
    return (socket) => void socket.on("error", () => undefined);
  throw new HttpError(404, "no WebSocket is served here", "not found");
}

function refuse(stream: Duplex, { status, message, reason }: HttpError): void {
  const body = JSON.stringify({ message, reason });
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
