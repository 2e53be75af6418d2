/**
 * What TensorFlow.js needs of the kernel: to be mended after V8 terminated code inside it, and to be
 * kept from advertising a backend that cannot always be installed.
 *
 * Terminated code runs no `finally`: a `tf.tidy` it was in stays open and would swallow the tensors
 * of later cells, and a gradient's tape would go on recording. The engine is found where TensorFlow.js
 * keeps it, on the global object; without TensorFlow.js there is nothing to mend.
 */
interface EngineState {
  scopeStack?: unknown[];
  activeScope?: unknown;
  gradientDepth?: number;
  kernelDepth?: number;
  activeTape?: unknown;
}

export function repairTensorFlow(): void {
  const { _tfengine: engine } = globalThis as { _tfengine?: { readonly state?: EngineState } };
  const state = engine?.state;
  if (!state) return;
  if (Array.isArray(state.scopeStack)) state.scopeStack.length = 0;
  state.activeScope = undefined;
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  state.activeTape = undefined;
}

/** Drops one warning: of its first use on Node, TensorFlow.js recommends its native backend. */
export function silenceNotice(console: Console): void {
  const warn = console.warn.bind(console);
  console.warn = (...args: unknown[]) => {
    const [text] = args;
    if (typeof text === "string" && text.includes("install our node backend")) return;
    warn(...args);
  };
}
