/**
 * Milliseconds of processor time of this process: on a shared machine it says what a computation
 * costs, where the wall clock says how busy the neighbours are.
 */
export function medianMs(f, repeats) {
  // Long enough for the compilers, whose threads count too, to have finished with f.
  const warm = performance.now() + 400;
  for (let i = 0; i < 3 || performance.now() < warm; i++) f();
  const times = Array.from({ length: repeats }, () => {
    const start = process.cpuUsage();
    f();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** As many repeats as fit in about a second, between 5 and 200. */
export function repeatsFor(f) {
  f();
  const start = performance.now();
  f();
  return Math.round(Math.min(200, Math.max(5, 1000 / (performance.now() - start))));
}
