import { convNet } from "./conv-net.js";
import { mlp } from "./mlp.js";

export type { ConvNetOptions } from "./conv-net.js";
export type { Activation } from "./layers.js";
export type { MlpOptions } from "./mlp.js";
export type { Network } from "./network.js";
export { parameterCount } from "./network.js";

/** Small networks as functions of named parameters. */
export const models = { convNet, mlp } as const;
