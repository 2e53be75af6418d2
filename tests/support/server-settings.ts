/** How @jupyterlab/services reaches a server under test: Node's own WebSocket lacks what it needs. */
import { ServerConnection } from "@jupyterlab/services";
import WebSocket from "ws";

export function serverSettings(server: {
  readonly url: string;
  readonly token: string;
}): ServerConnection.ISettings {
  return ServerConnection.makeSettings({
    baseUrl: server.url,
    wsUrl: server.url.replace(/^http/, "ws"),
    token: server.token,
    appendToken: true,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
}
