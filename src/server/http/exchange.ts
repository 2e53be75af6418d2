/**
 * One request and one response, without a socket.
 *
 * A handler is a function from `ApiRequest` to `ApiResponse`, so that tests call it directly. The
 * path has been split and percent-decoded once, by the listener; a handler never sees raw text.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface ApiRequest {
  readonly method: Method;
  /** The decoded segments after the leading slash: `/api/contents/a%20b` is `["api", "contents", "a b"]`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client goes away before it has its response. */
  readonly signal: AbortSignal;
  /** The body as JSON; a 400 with the place where it is malformed, a 413 above `limit` bytes. */
  json(limit?: number): Promise<unknown>;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}) {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  } satisfies ApiResponse;
}

export function html(body: string, status = 200, headers: Record<string, string> = {}) {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
    body,
  } satisfies ApiResponse;
}

export function noContent(): ApiResponse {
  return { status: 204 };
}
