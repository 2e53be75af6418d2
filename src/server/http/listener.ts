/**
 * From Node's request to ours and back: security first, then the router, then one way to answer.
 *
 * Nothing below this file sees a socket. Whatever is thrown ends here: an `HttpError` as its JSON,
 * anything else as a 500 whose cause goes to the log and not to the client.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Gate, refusalPage } from "../security/gate.js";
import { securityHeaders } from "../security/headers.js";
import { readJson } from "./body.js";
import { type ApiRequest, type ApiResponse, html, json, type Method } from "./exchange.js";
import { badRequest, HttpError } from "./http-error.js";
import type { Router } from "./router.js";

export type Log = (line: string) => void;

const methods: ReadonlySet<string> = new Set<Method>([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** The `request` listener of an HTTP server. */
export function listener(gate: Gate, router: Router, log: Log) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const gone = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    answer(gate, router, incoming, gone.signal, log)
      .then((response) => (gone.signal.aborted ? undefined : send(incoming, outgoing, response)))
      .catch((error: unknown) => {
        // The client went away, or a file ended early: the response cannot be mended any more.
        log(`${incoming.method} ${pathOf(incoming)}: ${String(error)}`);
        outgoing.destroy();
      });
  };
}

async function answer(
  gate: Gate,
  router: Router,
  incoming: IncomingMessage,
  signal: AbortSignal,
  log: Log,
): Promise<ApiResponse> {
  let cookie: string | undefined;
  try {
    const admission = gate.admit(incoming);
    if (!admission.admitted) {
      const { error } = admission;
      return wantsPage(incoming) ? html(refusalPage(error.message), error.status) : failure(error);
    }
    cookie = admission.setCookie;
    const response = await router.answer(parseRequest(incoming, signal));
    return cookie === undefined
      ? response
      : { ...response, headers: { ...response.headers, "set-cookie": cookie } };
  } catch (error) {
    if (error instanceof HttpError) return failure(error);
    log(`${incoming.method} ${pathOf(incoming)}: ${describe(error)}`);
    return failure(new HttpError(500, "the server failed; its log says why", "internal error"));
  }
}

function failure(error: HttpError): ApiResponse {
  return json({ message: error.message, reason: error.reason }, error.status);
}

/** Only a person's navigation gets a page; an API call gets JSON whatever it accepts. */
function wantsPage(incoming: IncomingMessage): boolean {
  const { accept = "" } = incoming.headers;
  return incoming.method === "GET" && accept.includes("text/html");
}

/** @throws 400 for a path that does not decode, 405 for a method that HTTP does not have. */
export function parseRequest(incoming: IncomingMessage, signal: AbortSignal): ApiRequest {
  const method = incoming.method ?? "";
  if (!methods.has(method)) {
    throw new HttpError(405, `the method ${method} is not served`, "method not allowed");
  }
  const [path = "", query = ""] = split(incoming.url ?? "/");
  return {
    method: method as Method,
    segments: decodeSegments(path),
    query: new URLSearchParams(query),
    headers: incoming.headers,
    signal,
    json: (limit) => readJson(incoming, limit),
  };
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

/**
 * Splits first and decodes second, so that an encoded slash stays inside its segment, where the
 * file layer refuses it. Empty segments (`//`, a trailing slash) mean nothing and are dropped.
 */
export function decodeSegments(path: string): string[] {
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    throw badRequest(`the path ${path} has a malformed percent escape`, "invalid path");
  }
}

async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: ApiResponse,
): Promise<void> {
  const { status, body = "" } = response;
  outgoing.writeHead(status, {
    ...securityHeaders,
    "cache-control": "no-cache",
    ...response.headers,
  });
  const mute = incoming.method === "HEAD" || status === 204;
  if (body instanceof Readable) {
    if (mute) {
      body.destroy();
      outgoing.end();
    } else {
      await pipeline(body, outgoing);
    }
  } else {
    outgoing.end(mute ? undefined : body);
  }
  // An unread body would keep a keep-alive connection from its next request.
  if (!incoming.complete) incoming.resume();
}

/** The path without its query, which may carry the token. */
function pathOf(incoming: IncomingMessage): string {
  return split(incoming.url ?? "/")[0];
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
