/**
 * A connection to any Jupyter server: ours, jupyter-server, JupyterHub's, an Enterprise Gateway.
 *
 * @jupyterlab/services speaks the REST and WebSocket API; in Node it lacks a WebSocket, which `ws`
 * provides, and errors that say what to do, which are made here.
 */
import { KernelSpecAPI, ServerConnection } from "@jupyterlab/services";
import { WebSocket } from "ws";

export interface ServerAddress {
  /** The server's base URL, such as `http://127.0.0.1:8888/` or `https://hub/user/ada/`. */
  readonly url: string;
  /** May be empty when the URL carries `?token=…`, as the address that a server prints does. */
  readonly token: string;
}

export interface ServerConnectionSettings {
  readonly url: string;
  readonly settings: ServerConnection.ISettings;
  /** Kernel name → what it is called, and the name that the server prefers. */
  readonly kernels: ReadonlyMap<
    string,
    { readonly displayName: string; readonly language: string }
  >;
  readonly defaultKernel: string;
}

/** What stands between us and the server: no answer, a refused token, something else on that port. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Reaches the server and asks for its kernels, so that a wrong address or token fails here. */
export async function connect(address: ServerAddress): Promise<ServerConnectionSettings> {
  const given = parseUrl(address.url);
  const url = baseUrlOf(given);
  const settings = ServerConnection.makeSettings({
    baseUrl: url,
    wsUrl: url.replace(/^http/, "ws"),
    token: address.token || (given.searchParams.get("token") ?? ""),
    appendToken: true,
    fetch: fetchWithReason,
    WebSocket: WebSocket as never,
  });
  try {
    const specs = await KernelSpecAPI.getSpecs(settings);
    const kernels = Object.entries(specs.kernelspecs).flatMap(([name, spec]) =>
      spec === undefined
        ? []
        : [[name, { displayName: spec.display_name, language: spec.language }] as const],
    );
    return { url, settings, kernels: new Map(kernels), defaultKernel: specs.default };
  } catch (error) {
    throw explain(url, error);
  }
}

function baseUrlOf(url: URL): string {
  // Browsers show addresses such as …/lab?token=…: the API lives beside that page.
  const path = url.pathname.replace(/\/(lab|tree|doc|notebooks)(\/.*)?$/, "/");
  return `${url.origin}${path.endsWith("/") ? path : `${path}/`}`;
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  } catch {
    // Refused below, as another protocol is.
  }
  throw new ConnectionError(`${text} is no server URL; one looks like http://127.0.0.1:8888/`);
}

/** Node's fetch says only "fetch failed" and hides the reason in `cause`, which the library drops. */
async function fetchWithReason(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw cause instanceof Error ? new TypeError(cause.message, { cause }) : error;
  }
}

/** Turns an error of @jupyterlab/services into one that names the server and what to do. */
export function explain(url: string, error: unknown): Error {
  if (error instanceof ServerConnection.ResponseError) {
    const { status, statusText } = error.response;
    if (status === 401 || status === 403) {
      return new ConnectionError(
        `${url} refused the token (${status}); give the server's with --token`,
      );
    }
    if (status === 404) {
      return new ConnectionError(`${url} answers, but is no Jupyter server (404 for its kernels)`);
    }
    return new ConnectionError(`${url} answered ${status} ${statusText}: ${error.message}`);
  }
  if (error instanceof ServerConnection.NetworkError) {
    return new ConnectionError(`cannot reach ${url} (${error.message}); is the server running?`);
  }
  return error instanceof Error
    ? new ConnectionError(`${url} is no Jupyter server: ${error.message}`)
    : new ConnectionError(`${url}: ${String(error)}`);
}
