/** Folders, made one by one: Node's recursive `mkdirSync` never ends below `/proc`. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** @throws what the system says of the first folder that cannot be made. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
