/**
 * Which kernels can be started: curvlab's own, and those that any Jupyter on this machine installed.
 *
 * The folders are searched at each call, so that a kernel installed meanwhile appears. curvlab's own
 * comes first and is the default: it always belongs to this copy of the package.
 * Source: jupyter-client's "Making kernels for Jupyter", "Kernel specs".
 */
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import * as v from "valibot";
import {
  KERNEL_NAME,
  kernelSpec,
  kernelSpecFolder,
  kernelSpecResources,
} from "../../../kernel/kernelspec/kernelspec.js";
import { packageRoot } from "../package-root.js";

const SpecFile = v.looseObject({
  argv: v.pipe(v.array(v.string()), v.minLength(1)),
  display_name: v.string(),
  language: v.optional(v.string(), ""),
  interrupt_mode: v.optional(v.picklist(["signal", "message"]), "signal"),
  env: v.optional(v.record(v.string(), v.string()), {}),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
export type Spec = Readonly<v.InferOutput<typeof SpecFile>>;

export interface KernelSpecEntry {
  readonly name: string;
  readonly spec: Spec;
  /** Names of the logos and scripts that belong to it. */
  readonly resources: readonly string[];
  resource(name: string): Promise<Uint8Array>;
  /** What `{resource_dir}` in argv stands for. */
  readonly folder: string;
}

export interface KernelSpecs {
  readonly defaultName: string;
  list(): Promise<ReadonlyMap<string, KernelSpecEntry>>;
}

/** curvlab's kernel, then what the folders hold; of two with one name the first counts. */
export function installedKernelSpecs(folders: readonly string[] = jupyterFolders()): KernelSpecs {
  return {
    defaultName: KERNEL_NAME,
    list: async () => {
      const found = new Map([[KERNEL_NAME, ownKernelSpec()]]);
      for (const folder of folders) {
        for (const entry of await readFolder(folder)) {
          if (!found.has(entry.name)) found.set(entry.name, entry);
        }
      }
      return found;
    },
  };
}

/** Only curvlab's kernel: what `curvlab run` needs, whatever else the machine has. */
export function ownKernelSpecs(): KernelSpecs {
  return installedKernelSpecs([]);
}

function ownKernelSpec(): KernelSpecEntry {
  const resources = kernelSpecResources();
  return {
    name: KERNEL_NAME,
    spec: v.parse(SpecFile, kernelSpec(packageRoot())),
    resources: [...resources.keys()],
    resource: async (name) => resources.get(name)!,
    folder: kernelSpecFolder({ kind: "user" }),
  };
}

async function readFolder(folder: string): Promise<KernelSpecEntry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(names.map((name) => readEntry(join(folder, name), name)));
  return entries.flatMap((entry) => (entry === undefined ? [] : [entry]));
}

/** Undefined for a folder that holds no sound kernel.json: one broken kernel hides no other. */
async function readEntry(folder: string, name: string): Promise<KernelSpecEntry | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  try {
    const spec = v.parse(SpecFile, JSON.parse(await readFile(join(folder, "kernel.json"), "utf8")));
    const files = await readdir(folder);
    const resources = files.filter((file) => /^(logo-|kernel\.(js|css)$)/.test(file));
    return { name, spec, resources, resource: (file) => readFile(join(folder, file)), folder };
  } catch {
    return undefined;
  }
}

/** Jupyter's data path, in its order. */
function jupyterFolders(): string[] {
  const user = join(kernelSpecFolder({ kind: "user" }), "..");
  const path = (process.env.JUPYTER_PATH ?? "").split(delimiter).filter((part) => part !== "");
  const local = join(homedir(), ".local", "share", "jupyter");
  return [
    ...path.map((folder) => join(folder, "kernels")),
    ...new Set([user, join(local, "kernels")]),
    "/usr/local/share/jupyter/kernels",
    "/usr/share/jupyter/kernels",
  ];
}
