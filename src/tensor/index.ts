/** The public names of tensors. */
export { type BackendName, use } from "./backends.js";
export { Random } from "./random.js";
export { withShippedGradients } from "./second-order/shipped.js";
export { tensor, type Values } from "./tensor.js";
export { tf } from "./tf.js";
