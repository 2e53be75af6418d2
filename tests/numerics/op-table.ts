/** The measured errors as the Markdown of src/tensor/OPS.md. */
export interface Row {
  readonly family: string;
  readonly op: string;
  readonly backend: string;
  /** For gradient, HVP and third derivative: the error, or why there is none. */
  readonly errors: readonly (number | string)[];
}

const HEAD = `# Ops that can be differentiated, and how often

Written by \`tests/numerics/op-table.test.ts\`; do not edit. Each entry is the worst error of the
gradient, the Hessian-vector product and the third derivative, relative to the larger of 1 and the
largest entry: on float64 against central differences, on cpu and wasm (float32) against float64.
"no X" means that the backend lacks the kernel X: the op throws there and names it. "refused" means
that tfjs's kernel for this backend cannot do it, and says so.

| family | op | float64 | cpu | wasm |
|---|---|---|---|---|
`;

const KERNELS = `
## Kernels

These have been differentiated by one of the ops above.

`;

/** The text of the table, and the same with the figures blanked: what must not change unnoticed. */
export function opTable(
  rows: readonly Row[],
  kernels: readonly string[],
): { text: string; shape: string } {
  const ops = rows.filter((row) => row.backend === "float64");
  const write = (show: (error: number) => string) =>
    HEAD +
    ops
      .map(({ family, op }) => {
        const cells = ["float64", "cpu", "wasm"].map((backend) => {
          const row = rows.find((r) => r.op === op && r.family === family && r.backend === backend);
          return cell(row?.errors ?? [], show);
        });
        return `| ${family} | ${op} | ${cells.join(" | ")} |\n`;
      })
      .join("") +
    `${KERNELS}${kernels.join(" ")}\n`;
  return { text: write((error) => error.toExponential(0)), shape: write(() => "·") };
}

function cell(errors: readonly (number | string)[], show: (error: number) => string): string {
  return errors.map((e) => (typeof e === "number" ? show(e) : e)).join(" ");
}
