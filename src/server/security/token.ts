/**
 * The one secret of a server, and comparing it.
 *
 * The cookie's value is derived from the token, so that a browser's cookie outlives a restart with
 * the same `--token` and the token itself is never stored by the browser.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export function randomToken(): string {
  return randomBytes(24).toString("hex");
}

/** Constant time in the secret: both sides are hashed to one length before they are compared. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

export function cookieValue(token: string): string {
  return createHmac("sha256", token).update("curvlab cookie").digest("hex");
}
