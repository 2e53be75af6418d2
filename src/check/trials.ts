/** What the exercises' trials are drawn from, and how their numbers read in a message. */
import { Random } from "../tensor/random.js";

/** New numbers at each try, unlike everything else here: an answer must not pass by being tuned. */
export const freshRandom = () => new Random(Date.now());

export const short = (value: number) => String(Number(value.toPrecision(3)));

export const list = (values: readonly number[]) => `[${values.map(short).join(", ")}]`;
