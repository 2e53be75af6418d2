/** The public names of tensors. */
export { type BackendName, use } from "./backends.js";
export { tensor, type Values } from "./tensor.js";
export { tf } from "./tf.js";
