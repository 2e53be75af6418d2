/**
 * Headers on every response.
 *
 * JupyterLab compiles its settings' schemas with `new Function` and shows trusted outputs that carry
 * their own scripts, so a script policy would break it; framing, plug-ins and base URLs are closed.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": "frame-ancestors 'self'; object-src 'none'; base-uri 'self'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * A file from the served folder runs in an origin of its own: a hostile page there has no cookie,
 * and its requests carry `Origin: null`, which the gate refuses.
 */
export const sandboxPolicy = "sandbox allow-scripts; frame-ancestors 'self'";
