/**
 * jax-js on WebAssembly, for comparison: one JSON line a network and dtype. It is looked for in
 * CURVLAB_JAXJS, a folder in which `npm install @jax-js/jax` was run, and left out without one.
 *
 *   CURVLAB_JAXJS=/somewhere node tests/bench/numerics-jaxjs.js
 *
 * Everything is compiled by jit once; a product is forward mode over reverse, as jax recommends. Its
 * arrays are used up by what is done with them, unless `.ref` asks for another use.
 */
import { pathToFileURL } from "node:url";
import { medianMs, repeatsFor } from "./clock.js";

// Node 20 has no Float16Array, which jax-js asks after before it looks for Float64Array.
globalThis.Float16Array ??= class {};

const entry = `${process.env.CURVLAB_JAXJS}/node_modules/@jax-js/jax/dist/index.js`;
const {
  defaultDevice,
  grad,
  init,
  jit,
  jvp,
  nn,
  numpy: np,
} = await import(pathToFileURL(entry).href);
await init("wasm");
defaultDevice("wasm");

function perceptron(sizes, batch, activation, dtype) {
  const Numbers = dtype === np.float64 ? Float64Array : Float32Array;
  const random = (shape, scale) => {
    const length = shape.reduce((product, n) => product * n, 1);
    const values = Numbers.from({ length }, (_, i) => scale * Math.sin(12.9898 * (i + 1)));
    return np.array(values).reshape(shape);
  };
  const x = random([batch, sizes[0]], 1);
  const y = random([batch, 1], 1);
  const last = sizes.at(-1);
  const isLabel = (_, i) => (Math.floor(i / last) % last === i % last ? 1 : 0);
  const classes = np.array(Numbers.from({ length: batch * last }, isLabel)).reshape([batch, last]);
  const params = sizes
    .slice(1)
    .flatMap((width, i) => [
      random([sizes[i], width], 1 / Math.sqrt(sizes[i])),
      random([width], 0.1),
    ]);
  const loss = (p) => {
    let h = x.ref;
    for (let i = 0; i < p.length; i += 2) {
      h = np.matmul(h, p[i]).add(p[i + 1]);
      if (i + 2 < p.length) h = activation(h);
    }
    if (last === 1) return np.mean(np.square(h.sub(y.ref)));
    return np.mean(np.sum(classes.ref.mul(nn.logSoftmax(h, -1)), -1)).neg();
  };
  return { loss, params };
}

function measure(name, dtype, { loss, params }) {
  const slope = jit(grad(loss));
  const product = jit((p, v) => jvp(grad(loss), [p], [v])[1]);
  const refs = () => params.map((p) => p.ref);
  const read = (arrays) => {
    for (const array of arrays) array.dataSync();
  };
  const gradient = () => read(slope(refs()));
  const hvp = () => read(product(refs(), refs()));
  const time = (f) => medianMs(f, repeatsFor(f));
  const row = { name, dtype };
  for (const [key, f] of Object.entries({ gradient, hvp })) {
    try {
      row[key] = time(f);
    } catch (error) {
      row[key] = `throws: ${error.message.slice(0, 60)}`;
    }
  }
  console.log(JSON.stringify(row));
}

for (const dtype of [np.float32, np.float64]) {
  const nets = {
    "2-16-16-1 tanh, batch 64": [[2, 16, 16, 1], 64, np.tanh],
    "2-64-64-1 tanh, batch 256": [[2, 64, 64, 1], 256, np.tanh],
    "784-128-64-10 relu, batch 256": [[784, 128, 64, 10], 256, nn.relu],
  };
  for (const [name, net] of Object.entries(nets)) measure(name, dtype, perceptron(...net, dtype));
}
