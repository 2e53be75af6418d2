/** `/api/kernelspecs` and `/kernelspecs/NAME/FILE`: the kernels to choose from, and their logos. */
import { mimeTypeOf } from "../contents/model.js";
import { type ApiResponse, json } from "../http/exchange.js";
import { notFound } from "../http/http-error.js";
import { type Route, route } from "../http/router.js";
import type { KernelSpecEntry, KernelSpecs } from "../kernels/kernelspecs.js";

export function kernelspecsRoutes(specs: KernelSpecs): Route[] {
  const find = async (name: string): Promise<KernelSpecEntry> => {
    const entry = (await specs.list()).get(name);
    if (entry === undefined) throw notFound(`no kernel is called ${name}`);
    return entry;
  };
  return [
    route("GET", "/api/kernelspecs", async () => {
      const entries = [...(await specs.list()).values()];
      return json({
        default: specs.defaultName,
        kernelspecs: Object.fromEntries(entries.map((entry) => [entry.name, modelOf(entry)])),
      });
    }),
    route("GET", "/api/kernelspecs/:name", async (_, params) =>
      json(modelOf(await find(params.one("name")))),
    ),
    route("GET", "/kernelspecs/:name/:file", async (_, params): Promise<ApiResponse> => {
      const entry = await find(params.one("name"));
      const file = params.one("file");
      if (!entry.resources.includes(file)) throw notFound(`${entry.name} has no resource ${file}`);
      return {
        status: 200,
        headers: { "content-type": mimeTypeOf(file) ?? "application/octet-stream" },
        body: await entry.resource(file),
      };
    }),
  ];
}

/** The resources' keys are their file names without extension: `logo-64x64`, `logo-svg`. */
function modelOf({ name, spec, resources }: KernelSpecEntry) {
  return {
    name,
    spec,
    resources: Object.fromEntries(
      resources.map((file) => [file.replace(/\.\w+$/, ""), `/kernelspecs/${name}/${file}`]),
    ),
  };
}
