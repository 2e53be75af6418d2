/** `/api/sessions`: which document uses which kernel. */
import * as v from "valibot";
import { json, noContent } from "../http/exchange.js";
import { type Route, route } from "../http/router.js";
import { validate } from "../http/validate.js";
import type { KernelChoice, SessionManager } from "../kernels/session-manager.js";

const Kernel = v.nullish(v.object({ id: v.nullish(v.string()), name: v.nullish(v.string()) }));
const CreateBody = v.object({
  path: v.string(),
  name: v.optional(v.string(), ""),
  type: v.string(),
  kernel: Kernel,
});
const UpdateBody = v.object({
  path: v.optional(v.string()),
  name: v.optional(v.string()),
  type: v.optional(v.string()),
  kernel: Kernel,
});

export function sessionsRoutes(sessions: SessionManager): Route[] {
  const one = "/api/sessions/:id";
  return [
    route("GET", "/api/sessions", () => json(sessions.list())),
    route("POST", "/api/sessions", async (request) => {
      const body = validate(CreateBody, await request.json(), "start a session");
      const { path, name, type } = body;
      const { model, created } = await sessions.create({ path, name, type }, choice(body.kernel));
      // A page that was closed meanwhile never learns of its kernel: no one would end it.
      if (request.signal.aborted && created) await sessions.delete(model.id);
      return json(model, 201, { location: `/api/sessions/${model.id}` });
    }),
    route("GET", one, (_, params) => json(sessions.get(params.one("id")))),
    route("PATCH", one, async (request, params) => {
      const { kernel, ...given } = validate(UpdateBody, await request.json(), "change a session");
      const change = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      );
      return json(await sessions.update(params.one("id"), change, choice(kernel)));
    }),
    route("DELETE", one, async (_, params) => {
      await sessions.delete(params.one("id"));
      return noContent();
    }),
  ];
}

function choice(kernel: v.InferOutput<typeof Kernel>): KernelChoice {
  return { id: kernel?.id ?? undefined, name: kernel?.name ?? undefined };
}
