import { elementwise } from "./elementwise.js";
import { linear } from "./linear.js";
import { losses } from "./losses.js";
import type { OpCase } from "./op-case.js";
import { shapes } from "./shapes.js";

export { type OpCase, pointOf } from "./op-case.js";

export const opCases: readonly OpCase[] = [...elementwise, ...linear, ...shapes, ...losses];
