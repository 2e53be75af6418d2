/**
 * Who may speak to the server: every request and every WebSocket passes here before anything else.
 *
 * Three locks, each against another attacker. Host: a foreign name that resolves to us. Origin: a
 * foreign page in the user's own browser, whose requests would carry the cookie. Token: anyone else
 * on the machine or network. A token in the query (the printed URL) is exchanged for a cookie that
 * scripts cannot read and other sites cannot send.
 */
import type { IncomingMessage } from "node:http";
import { HttpError } from "../http/http-error.js";
import { type HostPolicy, isAllowedHost, isSameOrigin } from "./host.js";
import { cookieValue, sameSecret } from "./token.js";

export type Admission =
  | { readonly admitted: true; readonly setCookie?: string }
  | { readonly admitted: false; readonly error: HttpError };

export interface GateOptions extends HostPolicy {
  readonly token: string;
  /** Cookies are shared by all ports of a host, so each server's has its own name. */
  readonly port: () => number;
}

type Headed = Pick<IncomingMessage, "method" | "url" | "headers">;

export class Gate {
  constructor(private readonly options: GateOptions) {}

  /** Judges one request. An Origin, where there is one, must be ours, whatever the method. */
  admit(request: Headed): Admission {
    const { host, origin } = request.headers;
    if (!isAllowedHost(host, this.options)) {
      return refuse(
        `this server is not known as ${JSON.stringify(host ?? "")}; open it under the address that it printed`,
        "foreign host",
      );
    }
    if (origin !== undefined && !isSameOrigin(origin, host)) {
      return refuse(`a page of ${origin} may not use this server`, "foreign origin");
    }
    return this.#credentials(request);
  }

  #credentials(request: Headed): Admission {
    const { token } = this.options;
    const authorization = /^(?:token|bearer)\s+(\S+)\s*$/i.exec(
      request.headers.authorization ?? "",
    )?.[1];
    if (authorization !== undefined && sameSecret(authorization, token)) return { admitted: true };

    const name = `curvlab-${this.options.port()}`;
    const query = new URLSearchParams(request.url?.split("?")[1] ?? "").get("token");
    if (query !== null && sameSecret(query, token)) {
      const setCookie = `${name}=${cookieValue(token)}; Path=/; HttpOnly; SameSite=Strict`;
      return { admitted: true, setCookie };
    }
    const cookie = readCookie(request.headers.cookie ?? "", name);
    if (cookie !== undefined && sameSecret(cookie, cookieValue(token))) return { admitted: true };
    return refuse("this needs the server's token; open the URL that curvlab printed", "no token");
  }
}

function refuse(message: string, reason: string): Admission {
  return { admitted: false, error: new HttpError(403, message, reason) };
}

function readCookie(header: string, name: string): string | undefined {
  return header
    .split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** What a person sees who opens the server without its token: why, and where to put it. */
export function refusalPage(message: string): string {
  const text = message.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>curvlab</title>
<meta name="viewport" content="width=device-width">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem; }
input, button { font: inherit; padding: 0.35rem 0.6rem; }
input { width: 22rem; max-width: 100%; }
</style></head>
<body><h1>curvlab</h1><p>${text}.</p>
<form method="get"><label>Token <input name="token" autocomplete="off" required autofocus></label>
<button>Open</button></form></body></html>
`;
}
