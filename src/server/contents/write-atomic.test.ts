import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeAtomic } from "./write-atomic.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("replaces a file, keeps its mode and leaves nothing beside it", async () => {
  const place = join(folder, "a.txt");
  writeFileSync(place, "old", { mode: 0o640 });
  await writeAtomic(place, "new");
  expect(readFileSync(place, "utf8")).toBe("new");
  expect(statSync(place).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

it("gives a new file the mode that is asked for", async () => {
  const place = join(folder, "secret");
  await writeAtomic(place, new Uint8Array([1, 2]), { mode: 0o600 });
  expect(statSync(place).mode & 0o777).toBe(0o600);
});

it("fails for a folder that does not exist", async () => {
  await expect(writeAtomic(join(folder, "no", "a"), "")).rejects.toMatchObject({ code: "ENOENT" });
});

// A limit on the size of files makes a write end short and the next one fail, as a full disk does.
it.skipIf(process.platform === "win32")("keeps the old file when only a part fits", () => {
  const place = join(folder, "a.txt");
  writeFileSync(place, "old");
  const module = new URL("../../../dist/src/server/contents/write-atomic.js", import.meta.url).href;
  const script = `import { writeAtomic } from ${JSON.stringify(module)};
    await writeAtomic(${JSON.stringify(place)}, "x".repeat(1_000_000)).catch((e) => console.log(e.code));`;
  const limited = `ulimit -f 100; exec "$0" --input-type=module -e "$1"`;
  const { stdout } = spawnSync("bash", ["-c", limited, process.execPath, script]);
  expect(String(stdout).trim()).toBe("EFBIG");
  expect(readFileSync(place, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});
