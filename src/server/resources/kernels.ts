/** `/api/kernels`: start, look at, interrupt, restart and shut down. */
import * as v from "valibot";
import { json, noContent } from "../http/exchange.js";
import { type Route, route } from "../http/router.js";
import { validate } from "../http/validate.js";
import type { KernelManager } from "../kernels/kernel-manager.js";
import type { StartKernel } from "../kernels/session-manager.js";

const StartBody = v.object({ name: v.nullish(v.string()), path: v.nullish(v.string()) });

export function kernelsRoutes(kernels: KernelManager, startKernel: StartKernel): Route[] {
  const one = "/api/kernels/:id";
  return [
    route("GET", "/api/kernels", () => json(kernels.list().map((kernel) => kernel.model))),
    route("POST", "/api/kernels", async (request) => {
      const body = validate(StartBody, await request.json(), "start a kernel");
      const kernel = await startKernel(body.name ?? undefined, {
        path: body.path ?? "",
        name: "",
      });
      return json(kernel.model, 201, { location: `/api/kernels/${kernel.id}` });
    }),
    route("GET", one, (_, params) => json(kernels.get(params.one("id")).model)),
    route("DELETE", one, async (_, params) => {
      await kernels.shutdown(params.one("id"));
      return noContent();
    }),
    route("POST", `${one}/interrupt`, async (_, params) => {
      await kernels.get(params.one("id")).interrupt();
      return noContent();
    }),
    route("POST", `${one}/restart`, async (_, params) => {
      const kernel = kernels.get(params.one("id"));
      await kernel.restart();
      return json(kernel.model);
    }),
  ];
}
