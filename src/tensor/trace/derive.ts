/**
 * Derivatives that are asked for again and again: by the tape at first, then as a replay.
 *
 * A derivative is known by its kind and by the code of its loss; whether a recording serves is
 * decided each time by what the loss did (see derivative.ts). The first call is not recorded, since
 * most are the only one; neither is a loss that changes its course all the time.
 */
import * as tf from "@tensorflow/tfjs";
import {
  type Derivation,
  type Derivative,
  entriesOf,
  recordDerivative,
  runForward,
} from "./derivative.js";
import { isObserved } from "./observe.js";
import { tensorsSharing } from "./program.js";

interface Known {
  /** One for each course that the loss has taken lately. */
  readonly derivatives: Derivative[];
  calls: number;
  hits: number;
  misses: number;
}

const MOST_LOSSES = 64;
const MOST_COURSES = 4;
const BACKENDS = new Set(["float64", "wasm", "cpu"]);

/** By kind, backend and code, the last used at the end. */
const known = new Map<string, Known>();

/** The derivative's entries. */
export function derive(kind: string, loss: object, derivation: Derivation): Float64Array {
  if (!isReplayable(derivation)) return byTape(derivation);
  const memory = recall(keyOf(kind, loss, derivation));
  memory.calls++;
  const isErratic = memory.misses > Math.max(MOST_COURSES, memory.hits);
  if (memory.calls === 1 || isErratic) return byTape(derivation);
  const replayed = memory.derivatives.length > 0 ? replay(memory, derivation) : undefined;
  if (replayed !== undefined) {
    memory.hits++;
    return replayed;
  }
  memory.misses++;
  const { entries, derivative } = recordDerivative(derivation);
  if (derivative !== undefined) memory.derivatives.push(derivative);
  if (memory.derivatives.length > MOST_COURSES) memory.derivatives.shift();
  return entries;
}

function keyOf(kind: string, loss: object, { roots }: Derivation): string {
  const shapes = roots.map(({ shape }) => shape.join());
  const code = Function.prototype.toString.call(loss);
  return `${kind} ${tf.getBackend()} ${shapes.join(" ")} ${code}`;
}

function replay({ derivatives }: Known, derivation: Derivation): Float64Array | undefined {
  const pass = runForward(derivation);
  if (pass === undefined) return undefined;
  try {
    return derivatives.find((each) => each.fits(pass))?.run(pass, derivation.seeds);
  } finally {
    pass.forward.release();
  }
}

function byTape({ loss, byTape: evaluate }: Derivation): Float64Array {
  return entriesOf(evaluate(loss));
}

/**
 * Not under another gradient or an observer, which must see the tape at work; and not where another
 * tensor shares a root's data: a loss could use the one or the other, and the calls look the same.
 */
function isReplayable({ roots }: Derivation): boolean {
  const { state } = tf.engine();
  const backend = tf.backend();
  return (
    BACKENDS.has(tf.getBackend()) &&
    state.gradientDepth === 0 &&
    !state.profiling &&
    !isObserved() &&
    roots.every(({ dataId }) => tensorsSharing(backend, dataId) === 1)
  );
}

function recall(key: string): Known {
  const found = known.get(key) ?? { derivatives: [], calls: 0, hits: 0, misses: 0 };
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_LOSSES) break;
    known.delete(oldest);
  }
  return found;
}
