/**
 * Which handler answers which path.
 *
 * A pattern is segments: a literal, `:name` for one segment, or one `*name` for any number of them.
 * The first route that fits and does not pass wins; a path that fits with another method is a 405,
 * so that a client learns the difference from a 404.
 */
import type { ApiRequest, ApiResponse, Method } from "./exchange.js";
import { HttpError, notFound } from "./http-error.js";

/** The segments that a pattern's names stood for: one for `:name`, any number for `*name`. */
export interface Params {
  one(name: string): string;
  rest(name: string): readonly string[];
}

/** Undefined passes the request on to the next route that fits. */
export type Handler = (
  request: ApiRequest,
  params: Params,
) => Promise<ApiResponse | undefined> | ApiResponse | undefined;

export interface Route {
  readonly method: Method;
  readonly pattern: string;
  readonly handler: Handler;
}

export function route(method: Method, pattern: string, handler: Handler): Route {
  return { method, pattern, handler };
}

export class Router {
  readonly #routes: readonly (Route & { readonly parts: readonly string[] })[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((r) => ({ ...r, parts: split(r.pattern) }));
  }

  /** The response of the route that fits; a 404 or 405 when none does. */
  async answer(request: ApiRequest): Promise<ApiResponse> {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const allowed = new Set<Method>();
    for (const candidate of this.#routes) {
      const params = match(candidate.parts, request.segments);
      if (params === undefined) continue;
      if (candidate.method !== method) {
        allowed.add(candidate.method);
        continue;
      }
      const response = await candidate.handler(request, params);
      if (response !== undefined) return response;
    }
    const path = `/${request.segments.join("/")}`;
    if (allowed.size === 0) throw notFound(`nothing is served at ${path}`);
    throw new HttpError(
      405,
      `${path} does not take ${request.method}; it takes ${[...allowed].join(", ")}`,
      "method not allowed",
    );
  }
}

function split(pattern: string): string[] {
  return pattern.split("/").filter((part) => part !== "");
}

/** What the names stand for, or undefined when the segments do not fit the pattern. */
export function match(parts: readonly string[], segments: readonly string[]): Params | undefined {
  const star = parts.findIndex((part) => part.startsWith("*"));
  const spare = segments.length - (star < 0 ? parts.length : parts.length - 1);
  if (spare < 0 || (star < 0 && spare > 0)) return undefined;
  const found = new Map<string, readonly string[]>();
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const taken = segments.slice(at, at + (index === star ? spare : 1));
    at += taken.length;
    if (/^[:*]/.test(part)) found.set(part.slice(1), taken);
    else if (part !== taken[0]) return undefined;
  }
  const rest = (name: string): readonly string[] => {
    const value = found.get(name);
    if (value === undefined) throw new Error(`route: the pattern has no parameter "${name}"`);
    return value;
  };
  return { rest, one: (name) => rest(name)[0] ?? "" };
}
