/**
 * A diagnosis of what a script or notebook has at its top level: what `curvlab diagnose` asks for.
 *
 * It takes things by the names that they usually have: `model` (or `network`, `net`), `data` (or
 * `task`, or `xs` and `ys`), and the options of `diagnose` under their own names. A script may
 * instead export one object of these by default, or a function that returns it. Where the last value
 * that is a Diagnosis stands already, it is the answer, unless options ask for another one.
 */
import { data as library, type Task } from "../../data/index.js";
import type { Network } from "../../models/index.js";
import type { tf } from "../../tensor/index.js";
import { type DiagnoseOptions, diagnose } from "./diagnose.js";
import { Diagnosis } from "./diagnosis.js";
import type { PlainData } from "./plain-data.js";

/** Names and their values; `defaultExport` is spread over the others. */
export type Scope = Readonly<Record<string, unknown>>;

const optionNames = [
  "learningRate",
  "loss",
  "optimizer",
  "parameters",
  "batchSize",
  "examples",
  "seed",
] as const;

/**
 * `options` win over what the scope has.
 *
 * @example
 * const model = models.mlp({ inputs: 1, hidden: [], outputs: 1 });
 * const [xs, ys] = [tensor([[-1], [1]]), tensor([[-2], [2]])];
 * const report = await diagnoseScope({ model, xs, ys, learningRate: 0.1, loss: "mse" });
 * report.on("step length").value; // 0.1
 */
export async function diagnoseScope(
  scope: Scope,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const names = { ...scope, ...(await defaultExport(scope)) };
  const done = Object.values(names).findLast((value) => value instanceof Diagnosis);
  const asked = Object.values(options).some((value) => value !== undefined);
  if (done && !asked) return done;
  const model = names.model ?? names.network ?? names.net;
  const data = dataOf(names);
  if (model === undefined || data === undefined) throw missing(names, model, data);
  const own = Object.fromEntries(
    optionNames.flatMap((name) => (isOption(name, names[name]) ? [[name, names[name]]] : [])),
  );
  // `diagnose` checks what it is given, and says what is wrong with it.
  return diagnose(model as Network | tf.LayersModel, data as Task | PlainData, {
    ...own,
    ...options,
  });
}

async function defaultExport({ defaultExport: found }: Scope): Promise<Scope> {
  const made: unknown = typeof found === "function" ? await found() : await found;
  return typeof made === "object" && made !== null ? (made as Scope) : {};
}

function dataOf(names: Scope): unknown {
  const { task, xs, ys, inputs, targets, x, y } = names;
  // `import { data } from "curvlab"` makes tasks, and is none.
  const data = names.data === library ? undefined : names.data;
  if (data !== undefined || task !== undefined) return data ?? task;
  if (xs !== undefined && ys !== undefined) return { xs, ys };
  if (inputs !== undefined && targets !== undefined) return { inputs, targets };
  return x !== undefined && y !== undefined ? { inputs: x, targets: y } : undefined;
}

/** A loss of parameters alone is something else, which notebooks often have under this name. */
function isOption(name: (typeof optionNames)[number], value: unknown): boolean {
  if (name !== "loss") return value !== undefined;
  return typeof value === "string" || (typeof value === "function" && value.length === 2);
}

function missing(names: Scope, model: unknown, data: unknown): TypeError {
  const lacks = [
    model === undefined ? "`model`" : undefined,
    data === undefined ? "`data` (or `xs` and `ys`)" : undefined,
  ].filter((name) => name !== undefined);
  const found = Object.keys(names).filter((name) => names[name] !== undefined);
  return new TypeError(
    `diagnose: there is no ${lacks.join(" and no ")} at the top level; ` +
      `there ${found.length === 0 ? "is nothing" : `are ${found.slice(0, 12).join(", ")}`}`,
  );
}
