import { expect, it } from "vitest";
import { workerFlags } from "./worker-flags.js";

it.each([
  [["--max-old-space-size=512", "--max_semi_space_size=64", "--no-warnings"], ["--no-warnings"]],
  [["--input-type=module", "-e", "1 + 1", "--no-warnings"], ["--no-warnings"]],
  [["--print", "1 + 1"], []],
])("of %j are %j", (flags, expected) => expect(workerFlags(flags)).toEqual(expected));
