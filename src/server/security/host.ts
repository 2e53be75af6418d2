/**
 * Which Host and Origin headers may reach this server.
 *
 * DNS rebinding makes a foreign name resolve to 127.0.0.1, so that a foreign page talks to us under
 * its own origin: the Host header gives it away. Only names that no one else can own are let in:
 * this machine's loopback names, and, when bound to an outside interface, IP literals (which need
 * no DNS) and the machine's own name. Ports are not compared: a tunnel may change them.
 */
import { isIP } from "node:net";

export interface HostPolicy {
  /** The address that the server is bound to. */
  readonly ip: string;
  /** The machine's own name. */
  readonly hostname: string;
}

export function isLoopback(ip: string): boolean {
  return ip === "::1" || ip === "localhost" || (isIP(ip) === 4 && ip.startsWith("127."));
}

export function isAllowedHost(header: string | undefined, policy: HostPolicy): boolean {
  const name = hostName(header);
  if (name === undefined) return false;
  if (isLoopback(name)) return true;
  if (isLoopback(policy.ip)) return false;
  return isIP(name) !== 0 || name === policy.hostname.toLowerCase();
}

/** An Origin is ours when it names the very host and port that the request was sent to. */
export function isSameOrigin(origin: string, host: string | undefined): boolean {
  try {
    const { protocol, host: named } = new URL(origin);
    return /^https?:$/.test(protocol) && named === new URL(`${protocol}//${host}`).host;
  } catch {
    return false;
  }
}

/** `[::1]:8888` is `::1`; undefined when the header is missing or is not a host. */
function hostName(header: string | undefined): string | undefined {
  if (header === undefined || !/^[A-Za-z0-9.\-_[\]:]+$/.test(header)) return undefined;
  try {
    return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  } catch {
    return undefined;
  }
}
