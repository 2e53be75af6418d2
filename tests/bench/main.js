/**
 * The benchmarks: `npm run bench` runs all, `npm run bench -- numerics` one. Each is a module here
 * that exports `run()`. They use what `npm run build` has compiled.
 */
const BENCHES = ["kernel", "numerics", "algorithms", "census"];

const asked = process.argv.slice(2).filter((name) => !name.startsWith("-"));
const unknown = asked.find((name) => !BENCHES.includes(name));
if (unknown !== undefined) {
  console.error(`bench: there is no "${unknown}"; there are ${BENCHES.join(", ")}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : BENCHES) {
  const { run } = await import(`./${name}.js`);
  await run();
}
