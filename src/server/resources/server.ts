/** What is small and about the server itself: version, status, the user, and what it does not have. */
import { userInfo } from "node:os";
import { json } from "../http/exchange.js";
import { HttpError } from "../http/http-error.js";
import { type Route, route } from "../http/router.js";
import type { KernelManager } from "../kernels/kernel-manager.js";

export function serverRoutes(kernels: KernelManager, version: string): Route[] {
  const started = new Date().toISOString();
  return [
    route("GET", "/api", () => json({ version })),
    route("GET", "/api/status", () => {
      const models = kernels.list().map((kernel) => kernel.model);
      const activity = models.map((model) => model.last_activity).sort();
      return json({
        started,
        last_activity: activity.at(-1) ?? started,
        kernels: models.length,
        connections: models.reduce((sum, model) => sum + model.connections, 0),
      });
    }),
    route("GET", "/api/me", () => json({ identity: identity(), permissions: {} })),
    // Export is `curvlab export`; the lab's "Save and Export" menu has no entries then.
    route("GET", "/api/nbconvert", () => json({})),
    ...(["GET", "POST"] as const).map((method) =>
      route(method, "/api/terminals", () => {
        throw new HttpError(404, "this server has no terminals", "no terminals");
      }),
    ),
  ];
}

function identity() {
  const username = userName();
  return {
    username,
    name: username,
    display_name: username,
    initials: username.slice(0, 1).toUpperCase(),
    avatar_url: null,
    color: null,
  };
}

/** A user of a container may have an id and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "user";
  }
}
